import {
  CancelledError,
  LifoQueue,
  PriorityQueue,
  Queue,
  type Task,
  createTask,
  getRunningLoop,
  mapTask,
  resultOf,
  run,
  sleep,
} from 'rxtasks';
import { lastValueFrom, from, toArray } from 'rxjs';

describe.each([
  ['Queue', () => new Queue<number>(), [3, 1, 2]],
  ['PriorityQueue', () => new PriorityQueue<number>(), [1, 2, 3]],
  ['LifoQueue', () => new LifoQueue<number>(), [2, 1, 3]],
])('for await over a %s', (_, make, order) => {
  it('gives what it holds, in its order, and is over when it is shut down and empty', async () => {
    const queue = make();
    for (const item of [3, 1, 2]) queue.putNowait(item);
    queue.shutdown();
    const items: number[] = [];
    for await (const item of queue) items.push(item);
    expect(items).toEqual(order);
  });

  it('waits for what is put later, and for the end', async () => {
    const items: number[] = [];
    await run(async () => {
      const queue = make();
      createTask(function* () {
        for (const item of [10, 20, 30]) {
          yield* sleep(1);
          yield* queue.put(item);
        }
        yield* sleep(1);
        queue.shutdown();
      });
      for await (const item of queue) items.push(item);
    });
    expect(items).toEqual([10, 20, 30]);
  });
});

describe('for await over a queue', () => {
  it('is over at once if the queue is shut down by force, and where it waits for the next item', async () => {
    await run(async () => {
      const queue = new Queue<number>();
      const items: number[] = [];
      const iterating = createTask(async () => {
        for await (const item of queue) items.push(item);
        return 'over';
      });
      queue.putNowait(1);
      await sleep(1);
      queue.putNowait(2);
      queue.shutdown(true);
      expect(await iterating).toBe('over');
      expect(items).toEqual([1]);
    });
  });

  it('makes room for those who wait to put, and counts nothing as done', async () => {
    await run(async () => {
      const queue = new Queue<number>(1);
      const producer = createTask(function* () {
        for (const item of [1, 2, 3]) yield* queue.put(item);
        queue.shutdown();
      });
      const items: number[] = [];
      for await (const item of queue) items.push(item);
      expect(items).toEqual([1, 2, 3]);
      expect(producer.done()).toBe(true);
      expect(String(queue)).toBe('<Queue maxsize=1 size=0 unfinished=3 shutdown>');
    });
  });

  it('shares the items with others who take from the queue, each once', async () => {
    await run(async () => {
      const queue = new Queue<number>();
      const taken: number[][] = [[], []];
      const consumers = taken.map((items) =>
        createTask(async () => {
          for await (const item of queue) {
            items.push(item);
            await sleep(1);
          }
        }),
      );
      for (let i = 0; i < 6; i++) queue.putNowait(i);
      queue.shutdown();
      await Promise.all(consumers);
      expect(taken.flat().sort()).toEqual([0, 1, 2, 3, 4, 5]);
      expect(taken.map(({ length }) => length > 0)).toEqual([true, true]);
    });
  });

  it('takes nothing more where it is left', async () => {
    await run(async () => {
      const queue = new Queue<number>();
      for (const item of [1, 2, 3]) queue.putNowait(item);
      for await (const item of queue) if (item === 1) break;
      expect(queue.qsize()).toBe(2);
      await expect(
        (async () => {
          for await (const item of queue) throw new Error(`item ${item}`);
        })(),
      ).rejects.toThrow('item 2');
      await sleep(1);
      expect(String(queue)).toBe('<Queue maxsize=0 size=1 unfinished=3>');
      for await (const item of queue) {
        expect(item).toBe(3); // it can be taken up again
        break;
      }
    });
  });

  it('throws the CancelledError where it waits, leaves the line, and loses no item', async () => {
    await run(async () => {
      const queue = new Queue<number>();
      const caught: unknown[] = [];
      const waiting = createTask(async () => {
        try {
          for await (const _ of queue);
        } catch (error) {
          caught.push(error);
          throw error;
        }
      });
      await sleep(1);
      waiting.cancel('enough');
      queue.putNowait(1);
      await expect(waiting).rejects.toBeInstanceOf(CancelledError);
      expect(caught).toEqual([expect.objectContaining({ name: 'CancelledError', message: 'enough' })]);
      expect(String(queue)).toBe('<Queue maxsize=0 size=1 unfinished=1>');
    });
  });

  it('gives the item that has arrived when it is cancelled, and then the CancelledError, though more is there', async () => {
    await run(async () => {
      const queue = new Queue<number>();
      const items: number[] = [];
      const iterating = createTask(async () => {
        for await (const item of queue) items.push(item);
      });
      await sleep(1);
      for (const item of [1, 2, 3]) queue.putNowait(item);
      getRunningLoop().callSoon(() => iterating.cancel()); // after the step that takes the first one
      await expect(iterating).rejects.toBeInstanceOf(CancelledError);
      expect(items).toEqual([1]);
      expect(queue.qsize()).toBe(2);
    });
  });

  it('is left by a break after a request that came while it was busy, and the break throws it', async () => {
    await run(async () => {
      const queue = new Queue<number>();
      queue.putNowait(1);
      queue.putNowait(2);
      let after = false;
      const iterating = createTask(async (task) => {
        for await (const _ of queue) {
          task.cancel();
          break;
        }
        after = true;
      });
      await expect(iterating).rejects.toBeInstanceOf(CancelledError);
      expect([after, queue.qsize()]).toEqual([false, 1]);
    });
  });

  it.each([
    ['as a task', (queue: Queue<number>) => createTask(queue)],
    ['by mapTask', (queue: Queue<number>) => createTask(mapTask(queue, (item) => sleep(1, item)))],
  ])('cancelled %s, it takes nothing that comes later', async (_, iterate) => {
    await run(async () => {
      const queue = new Queue<number>();
      const iterating = iterate(queue);
      await sleep(1);
      queue.putNowait(1);
      await sleep(5);
      iterating.cancel();
      await iterating.catch(() => {});
      queue.putNowait(2);
      await sleep(5);
      expect(String(queue)).toBe('<Queue maxsize=0 size=1 unfinished=2>');
    });
  });

  it('stays over when it was left, also for those who wait in another next()', async () => {
    await run(async () => {
      const queue = new Queue<number>();
      const iterator = queue[Symbol.asyncIterator]();
      const waiting = [iterator.next(), iterator.next()];
      await sleep(1);
      const behind = createTask(queue.get());
      await sleep(1);
      queue.putNowait(1); // the first is woken, and is left before its turn
      const over = { done: true, value: undefined };
      expect(await iterator.return()).toEqual(over);
      expect(await Promise.all(waiting)).toEqual([over, over]);
      expect(await behind).toBe(1);
      queue.putNowait(2);
      expect(await iterator.next()).toEqual(over);
      expect(queue.qsize()).toBe(1);
    });
  });

  it('gives tasks and promises as they are', async () => {
    await run(async () => {
      const queue = new Queue<Task<string>>();
      const task = createTask(sleep(1, 'done'));
      queue.putNowait(task);
      const step = await queue[Symbol.asyncIterator]().next();
      expect(step.value === task).toBe(true);
    });
  });

  it('is a source: of a task, of mapTask, of RxJS', async () => {
    const filled = () => {
      const queue = new Queue<number>();
      for (const item of [1, 2, 3]) queue.putNowait(item);
      queue.shutdown();
      return queue;
    };
    await run(async () => {
      expect(await resultOf(filled())).toBe(3);
      const mapped: number[] = [];
      for await (const value of mapTask(filled(), (item) => sleep(1, item * 10), { ordered: true })) mapped.push(value);
      expect(mapped).toEqual([10, 20, 30]);
      expect(await lastValueFrom(from(filled()).pipe(toArray()))).toEqual([1, 2, 3]);
    });
  });

  it('does not wait for an item that is there', async () => {
    await run(async () => {
      const queue = new Queue<number>();
      queue.putNowait(1);
      const { pending } = getRunningLoop();
      const step = queue[Symbol.asyncIterator]().next();
      expect(getRunningLoop().pending).toEqual(pending);
      expect(await step).toEqual({ done: false, value: 1 });
    });
  });
});
