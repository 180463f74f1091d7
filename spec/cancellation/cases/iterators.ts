import { Queue, type Task, asCompleted, mapTask, sleep } from 'rxtasks';
import { type Script, ask, forAwait } from '../bodies.js';
import type { Case } from '../case.js';
import { Crew, child } from './work.js';

/** What async functions take by `for await`, and coroutines one by one. */
export const iterators: readonly Case[] = [
  {
    of: ['mapTask'],
    title: 'for await over mapTask waits for the clean-up of all that it has started',
    by: 'ambient context',
    set(world, { make }) {
      const crew = new Crew(world, make);
      const task = world.task(
        'parent',
        make(world, function* () {
          const results = mapTask([1, 2, 3, 4], (n) => crew.recipe<number>(n, n), { concurrency: 2 });
          yield* forAwait(results, function* (): Script<void> {
            yield* ask(sleep(1));
          });
        }),
      );
      crew.goneBefore(task, 'the loop');
    },
  },
  {
    of: ['mapTask'],
    title: 'for await over mapTask that is left early waits for the clean-up of all that it has started',
    by: 'ambient context',
    set(world, { make }) {
      const crew = new Crew(world, make);
      const task = world.task(
        'parent',
        make(world, function* () {
          const results = mapTask([1, 2, 3, 4], (n) => crew.recipe<number>(n, n), { concurrency: 2 });
          try {
            yield* forAwait(results, function* (n): Script<void> {
              yield* ask(sleep(1));
              if (n === 2) throw world.planned;
            });
          } catch (error) {
            if (error !== world.planned) throw error;
          }
        }),
      );
      crew.goneBefore(task, 'the loop');
    },
  },
  {
    of: ['Queue.Symbol.asyncIterator'],
    title: 'for await over a Queue loses no item, and is over when the queue is',
    by: 'ambient context',
    set(world, { make }) {
      const queue = new Queue<number>(1);
      const put: number[] = [];
      const got: number[] = [];
      const producer = world.task(
        'producer',
        make(world, function* () {
          for (let i = 0; i < 4; i++) {
            yield* ask(queue.put(i));
            put.push(i);
          }
        }),
      );
      producer.addDoneCallback(() => queue.shutdown());
      const consumers = ['c1', 'c2'].map((name) =>
        world.task(
          name,
          make(world, function* () {
            yield* forAwait(queue, function* (item): Script<void> {
              got.push(item);
              yield* ask(sleep(1));
            });
          }),
        ),
      );
      let taking = consumers.length;
      for (const task of consumers) task.addDoneCallback(() => --taking === 0 && queue.shutdown());
      return () => {
        while (!queue.empty()) got.push(queue.getNowait());
        expect(put.filter((item) => !got.includes(item))).toEqual([]);
        expect(new Set(got).size).toBe(got.length);
      };
    },
  },
  {
    of: ['Task.progress$'],
    title: 'for await over progress$ leaves the task alone that it watches',
    by: 'ambient context',
    set(world, { make }) {
      const watched = world.loop.createTask(function* (self: Task<unknown, number>) {
        for (let n = 0; n < 3; n++) {
          yield* sleep(2);
          self.report(n);
        }
      });
      world.task(
        'parent',
        make(world, function* () {
          yield* forAwait(watched.progress$, function* (): Script<void> {
            yield* ask(sleep(1));
          });
        }),
      );
      return () => expect([watched.done(), watched.cancelled()]).toEqual([true, false]);
    },
  },
  {
    of: ['Task.progress$'],
    title: 'progress$ as an Observable leaves the task alone that it watches',
    set(world, { make }) {
      const watched = world.loop.createTask(function* (self: Task<unknown, number>) {
        yield* sleep(2);
        self.report(1);
        yield* sleep(2);
      });
      world.task(
        'parent',
        make(world, function* () {
          return yield* ask(watched.progress$);
        }),
      );
      return () => expect([watched.done(), watched.cancelled()]).toEqual([true, false]);
    },
  },
  {
    of: ['AsCompleted.Symbol.asyncIterator'],
    title: 'for await over asCompleted stops nothing',
    by: 'ambient context',
    set(world, { make }) {
      const children: Task<unknown>[] = [];
      world.task(
        'parent',
        make(world, function* () {
          children.push(child(world, make, 'a', 5), child(world, make, 'b', 3));
          yield* forAwait(asCompleted(children, { timeout: 30 }) as never, function* (): Script<void> {
            yield* ask(sleep(1));
          });
        }),
      );
      return () => expect(children.filter((task) => !task.done() || task.cancelled())).toEqual([]);
    },
  },
  {
    of: ['AsCompleted.nextDone'],
    title: 'asCompleted, asked for the next that is done, stops nothing',
    set(world, { make }) {
      const children: Task<unknown>[] = [];
      world.task(
        'parent',
        make(world, function* () {
          children.push(child(world, make, 'a', 5), child(world, make, 'b', 3));
          const completed = asCompleted(children, { timeout: 30 });
          for (let ended = 0; ended < 2; ended++) yield* ask(completed.nextDone());
          expect(children.every((task) => task.done())).toBe(true);
        }),
      );
      return () => expect(children.filter((task) => !task.done() || task.cancelled())).toEqual([]);
    },
  },
];
