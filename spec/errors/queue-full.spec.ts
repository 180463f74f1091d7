import { Queue, QueueFull } from 'rxtasks';
import { thrownBy } from '../support/virtual.js';
import { itIsAnErrorClass } from './error-class.js';

describe('QueueFull', () => {
  itIsAnErrorClass(QueueFull, 'QueueFull');

  it('is what putNowait() throws where there is no place', () => {
    const queue = new Queue<number>(1);
    queue.putNowait(1);
    expect(thrownBy(() => queue.putNowait(2))).toBeInstanceOf(QueueFull);
  });
});
