import { LifoQueue, Queue, createTask } from 'rxtasks';
import { virtually } from './virtual.js';

describe('LifoQueue', () => {
  it('gives first what was put last [LifoQueueTests.test_order]', () =>
    virtually(function* () {
      const queue = new LifoQueue<number>();
      for (const item of [1, 3, 2]) yield* queue.put(item);
      expect([yield* queue.get(), yield* queue.get(), yield* queue.get()]).toEqual([2, 3, 1]);
    }));

  it('is a Queue: it makes put() wait at its maximum size', () =>
    virtually(function* () {
      const queue = new LifoQueue<number>(1);
      expect(queue).toBeInstanceOf(Queue);
      queue.putNowait(1);
      const putter = createTask(queue.put(2));
      yield;
      expect(putter.done()).toBe(false);
      expect(queue.getNowait()).toBe(1);
      yield* putter;
      expect(queue.getNowait()).toBe(2);
    }));
});
