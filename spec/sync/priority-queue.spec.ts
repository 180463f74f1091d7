import { PriorityQueue, Queue } from 'rxtasks';
import { virtually } from './virtual.js';

function drain<T>(queue: Queue<T>): T[] {
  const items: T[] = [];
  while (!queue.empty()) items.push(queue.getNowait());
  return items;
}

describe('PriorityQueue', () => {
  it('gives the smallest item first [PriorityQueueTests.test_order]', () =>
    virtually(function* () {
      const queue = new PriorityQueue<number>();
      for (const item of [1, 3, 2]) yield* queue.put(item);
      expect([yield* queue.get(), yield* queue.get(), yield* queue.get()]).toEqual([1, 2, 3]);
    }));

  it('compares arrays element by element, and gives jobs of one priority in the order in which they were put', () => {
    const queue = new PriorityQueue<[number, { job: string }]>();
    queue.putNowait([2, { job: 'c' }]);
    queue.putNowait([1, { job: 'b' }]);
    queue.putNowait([1, { job: 'a' }]);
    expect(drain(queue).map(([, { job }]) => job)).toEqual(['b', 'a', 'c']);
  });

  it('takes a compare function', () => {
    const queue = new PriorityQueue<{ size: number }>(0, (a, b) => b.size - a.size);
    for (const size of [1, 3, 2]) queue.putNowait({ size });
    expect(drain(queue).map(({ size }) => size)).toEqual([3, 2, 1]);
  });

  it('is a Queue with a maximum size', () => {
    const queue = new PriorityQueue<number>(1);
    expect(queue).toBeInstanceOf(Queue);
    queue.putNowait(1);
    expect(queue.full()).toBe(true);
  });

  it('refuses an item that has no order, when it is put, and stays as it was', () => {
    const queue = new PriorityQueue<unknown>();
    for (const item of [{ priority: 1 }, NaN, undefined, null, [{}], new Date(NaN)]) {
      expect(() => queue.putNowait(item)).toThrow(TypeError);
      expect(() => queue.put(item)).toThrow(TypeError);
    }
    expect(() => queue.putNowait({ priority: 1 })).toThrow(
      'PriorityQueue.put(item): expected something that < orders, or a compare function in the constructor, got {priority: 1}; ' +
        'put [priority, item], or pass compare: new PriorityQueue(0, (a, b) => a.priority - b.priority)',
    );
    expect(String(queue)).toBe('<PriorityQueue maxsize=0 size=0>');
  });

  it('refuses a compare function that is none, or that gives no number', () => {
    expect(() => new PriorityQueue(0, 'size' as unknown as () => number)).toThrow(
      new TypeError(
        'new PriorityQueue(maxsize, compare): expected a function, got "size" (string); pass one, as in (a, b) => a.priority - b.priority',
      ),
    );
    const queue = new PriorityQueue<number>(0, ((a: number, b: number) => a < b) as unknown as () => number);
    queue.putNowait(1);
    expect(() => queue.putNowait(2)).toThrow(
      'the compare function of a PriorityQueue has to return a number, as for Array.sort, got false; for numbers a and b return a - b',
    );
    expect(String(queue)).toBe('<PriorityQueue maxsize=0 size=1 unfinished=1>');
  });
});
