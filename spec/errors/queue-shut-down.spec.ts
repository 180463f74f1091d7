import { Queue, QueueShutDown } from 'rxtasks';
import { thrownBy } from '../support/virtual.js';
import { itIsAnErrorClass } from './error-class.js';

describe('QueueShutDown', () => {
  itIsAnErrorClass(QueueShutDown, 'QueueShutDown');

  it('is what a queue throws that was shut down', () => {
    const queue = new Queue<number>();
    queue.shutdown();
    expect(thrownBy(() => queue.putNowait(1))).toBeInstanceOf(QueueShutDown);
    expect(thrownBy(() => queue.getNowait())).toBeInstanceOf(QueueShutDown);
  });
});
