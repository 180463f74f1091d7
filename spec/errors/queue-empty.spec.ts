import { Queue, QueueEmpty } from 'rxtasks';
import { thrownBy } from '../support/virtual.js';
import { itIsAnErrorClass } from './error-class.js';

describe('QueueEmpty', () => {
  itIsAnErrorClass(QueueEmpty, 'QueueEmpty');

  it('is what getNowait() throws where there is no item', () => {
    expect(thrownBy(() => new Queue().getNowait())).toBeInstanceOf(QueueEmpty);
  });
});
