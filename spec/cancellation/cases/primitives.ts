import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  Semaphore,
  isCancelled,
  BrokenBarrierError,
  sleep,
  type Guard,
} from 'rxtasks';
import { type Script, ask } from '../bodies.js';
import type { Case } from '../case.js';
import { onBehalfOf } from './work.js';

export const primitives: readonly Case[] = [
  {
    of: ['Lock.acquire'],
    title: 'a Lock is neither lost nor held by two',
    set(world, { make }) {
      const lock = new Lock();
      let holders = 0;
      const worker = (name: string) =>
        make(world, function* () {
          const guard: Guard = yield* ask(lock.acquire());
          const left = world.entered(name);
          try {
            if (++holders > 1) world.problems.push('two hold the lock');
            yield* ask(sleep(10));
          } finally {
            left();
            holders--;
            guard.release();
          }
        });
      for (const name of ['a', 'b', 'c']) world.task(name, worker(name));
      return () => expect(lock.locked()).toBe(false);
    },
  },

  {
    of: ['Lock.runExclusive'],
    title: 'a Lock released by runExclusive is free again',
    set(world, { make }) {
      const lock = new Lock();
      const worker = (name: string) =>
        make(world, function* () {
          const left = world.entered(name);
          try {
            yield* ask(lock.runExclusive(() => sleep(5)));
            yield* ask(sleep(1));
          } finally {
            left();
          }
        });
      for (const name of ['a', 'b', 'c']) world.task(name, worker(name));
      return () => expect(lock.locked()).toBe(false);
    },
  },

  ...(
    [
      ['Semaphore', Semaphore],
      ['BoundedSemaphore', BoundedSemaphore],
    ] as const
  ).map(([name, Kind]): Case => ({
    of: [name === 'Semaphore' ? 'Semaphore.acquire' : name],
    title: `a ${name} keeps its permits`,
    set(world, { make }) {
      const semaphore = new Kind(2);
      let holders = 0;
      const worker = (name: string, ms: number) =>
        make(world, function* () {
          const guard: Guard = yield* ask(semaphore.acquire());
          const left = world.entered(name);
          try {
            if (++holders > 2) world.problems.push('three hold two permits');
            yield* ask(sleep(ms));
          } finally {
            left();
            holders--;
            guard.release();
          }
        });
      ['a', 'b', 'c', 'd'].forEach((name, i) => world.task(name, worker(name, 5 + (i % 2) * 5)));
      return () => {
        const free: unknown[] = [];
        while (!semaphore.locked()) {
          void world.loop.createTask(semaphore.acquire(), { eager: true });
          free.push(null);
        }
        expect(free).toHaveLength(2);
      };
    },
  })),
  ...(
    [
      ['Queue', Queue],
      ['LifoQueue', LifoQueue],
    ] as const
  ).map(([name, Kind]): Case => ({
    of: name === 'Queue' ? ['Queue.put', 'Queue.get'] : [name],
    title: `a ${name} loses no item: each that was put is got, or lies there`,
    set(world, { make }) {
      const queue = new Kind<number>(1);
      const put: number[] = [];
      const got: number[] = [];
      const producer = (first: number) =>
        make(world, function* () {
          for (let i = first; i < first + 3; i++) {
            yield* ask(queue.put(i));
            put.push(i);
          }
        });
      const consumer = make(world, function* () {
        for (;;) {
          try {
            got.push(yield* ask(queue.get()));
          } catch (error) {
            if (isCancelled(error)) throw error;
            return;
          }
          queue.taskDone();
          yield* ask(sleep(1));
        }
      });
      const producers = [world.task('p1', producer(0)), world.task('p2', producer(10))];
      const consumers = [world.task('c1', consumer), world.task('c2', consumer)];
      let left = producers.length;
      for (const task of producers) task.addDoneCallback(() => --left === 0 && queue.shutdown());
      // a queue that nobody empties any more would keep its producers waiting
      let taking = consumers.length;
      for (const task of consumers) task.addDoneCallback(() => --taking === 0 && queue.shutdown());
      return () => {
        while (!queue.empty()) got.push(queue.getNowait());
        const lost = put.filter((item) => !got.includes(item));
        expect(lost).toEqual([]);
        expect(new Set(got).size).toBe(got.length);
      };
    },
  })),
  {
    of: ['PriorityQueue'],
    title: 'a PriorityQueue loses no item',
    set(world, { make }) {
      const queue = new PriorityQueue<number>(2);
      const got: number[] = [];
      const put: number[] = [];
      world
        .task(
          'producer',
          make(world, function* () {
            for (const i of [3, 1, 2, 5, 4]) {
              yield* ask(queue.put(i));
              put.push(i);
            }
          }),
        )
        .addDoneCallback(() => queue.shutdown());
      world
        .task(
          'consumer',
          make(world, function* () {
            for (;;) {
              try {
                got.push(yield* ask(queue.get()));
              } catch (error) {
                if (isCancelled(error)) throw error;
                return;
              }
              yield* ask(sleep(1));
            }
          }),
        )
        .addDoneCallback(() => queue.shutdown());
      return () => {
        while (!queue.empty()) got.push(queue.getNowait());
        expect(put.filter((item) => !got.includes(item))).toEqual([]);
      };
    },
  },

  {
    of: ['Event.wait'],
    title: 'an Event wakes all, and a cancelled waiter leaves nothing behind',
    set(world, { make }) {
      const event = new Event();
      const waiter = (name: string) =>
        make(world, function* () {
          const left = world.entered(name);
          try {
            yield* ask(event.wait());
          } finally {
            left();
          }
        });
      for (const name of ['a', 'b']) world.task(name, waiter(name));
      world
        .task(
          'setter',
          make(world, function* () {
            try {
              yield* ask(sleep(5));
            } finally {
              event.set();
            }
          }),
        )
        .addDoneCallback(() => event.set());
    },
  },

  {
    of: ['Condition.acquire', 'Condition.waitFor'],
    title: 'a Condition gives its lock back, and passes a notification on',
    set(world, { make }) {
      const condition = new Condition();
      let items = 0;
      let taken = 0;
      const consumer = (name: string) =>
        make(world, function* () {
          const guard: Guard = yield* ask(condition.acquire());
          const left = world.entered(name);
          try {
            yield* ask(condition.waitFor(() => items > 0));
            items--;
            taken++;
          } finally {
            left();
            guard.release();
          }
        });
      const tasks = ['a', 'b', 'c'].map((name) => world.task(name, consumer(name)));
      const feed = make(world, function* () {
        for (let i = 0; i < 3; i++) {
          yield* ask(sleep(3));
          const guard: Guard = yield* ask(condition.acquire());
          try {
            items++;
            condition.notify();
          } finally {
            guard.release();
          }
        }
      });
      world.task('producer', feed).addDoneCallback((producer) => {
        // a producer that was cancelled feeds nobody any more
        if (producer.cancelled()) for (const task of tasks) task.cancel();
      });
      return () => {
        expect(condition.locked()).toBe(false);
        const finished = tasks.filter((task) => !task.cancelled()).length;
        expect(taken).toBeGreaterThanOrEqual(Math.min(finished, taken));
      };
    },
  },

  {
    of: ['Barrier.wait'],
    title: 'a Barrier counts nobody who has left',
    set(world, { make }) {
      const barrier = new Barrier(2);
      const party = (name: string, ms: number) =>
        make(world, function* () {
          const left = world.entered(name);
          try {
            yield* ask(sleep(ms));
            yield* ask(barrier.wait());
          } catch (error) {
            if (!(error instanceof BrokenBarrierError)) throw error;
          } finally {
            left();
          }
        });
      const tasks = [world.task('a', party('a', 1)), world.task('b', party('b', 4))];
      // whoever is left alone is freed
      for (const task of tasks) {
        task.addDoneCallback(() => {
          if (task.cancelled()) for (const other of tasks) other.cancel();
        });
      }
      return () => expect(barrier.nWaiting).toBe(0);
    },
  },
  {
    of: ['Queue.join'],
    title: 'a Queue whose items are done lets those go who wait for that',
    set(world, { make }) {
      const queue = new Queue<number>();
      for (let i = 0; i < 4; i++) queue.putNowait(i);
      const consumers = ['c1', 'c2'].map((name) =>
        world.task(
          name,
          make(world, function* () {
            while (!queue.empty()) {
              yield* ask(queue.get());
              const left = world.entered(name);
              try {
                yield* ask(sleep(2));
              } finally {
                left();
                queue.taskDone();
              }
            }
          }),
        ),
      );
      world.task(
        'waiter',
        make(world, function* () {
          return yield* ask(queue.join());
        }),
      );
      let working = consumers.length;
      for (const task of consumers) {
        task.addDoneCallback(() => {
          // what nobody takes any more is done as well
          if (--working > 0) return;
          for (; !queue.empty(); queue.taskDone()) queue.getNowait();
        });
      }
      return () => expect(() => queue.taskDone()).toThrow(RangeError);
    },
  },
  {
    of: ['Semaphore.runExclusive'],
    title: 'a Semaphore released by runExclusive has all its permits again',
    set(world, { make }) {
      const semaphore = new Semaphore(2);
      for (const name of ['a', 'b', 'c']) {
        world.task(
          name,
          make(world, function* () {
            yield* ask(semaphore.runExclusive(() => sleep(5)));
            yield* ask(sleep(1));
          }),
        );
      }
      return () => expect(String(semaphore)).toBe('<Semaphore unlocked value=2>');
    },
  },
  {
    of: ['Condition.runExclusive', 'Condition.wait'],
    title: 'a Condition that is waited for in runExclusive is free again',
    set(world, { make }) {
      const condition = new Condition();
      let ready = false;
      const wait = function* (): Script<void> {
        while (!ready) yield* ask(condition.wait());
      };
      const set = function* (): Script<void> {
        yield* ask(sleep(1));
        ready = true;
        condition.notifyAll();
      };
      const waiters = ['a', 'b'].map((name) =>
        world.task(
          name,
          make(world, function* (self) {
            yield* ask(condition.runExclusive(() => onBehalfOf(self, world, make, wait)));
          }),
        ),
      );
      world
        .task(
          'setter',
          make(world, function* (self) {
            yield* ask(sleep(3));
            yield* ask(condition.runExclusive(() => onBehalfOf(self, world, make, set)));
          }),
        )
        .addDoneCallback(() => {
          // a setter that was cancelled wakes nobody any more
          if (!ready) for (const task of waiters) task.cancel();
        });
      return () => expect(condition.locked()).toBe(false);
    },
  },
  ...(['reset', 'abort'] as const).map((end): Case => ({
    of: [`Barrier.${end}`],
    title: `a Barrier sends its parties away by ${end}()`,
    set(world, { make }) {
      const barrier = new Barrier(3);
      const parties = ['a', 'b'].map((name) =>
        world.task(
          name,
          make(world, function* () {
            const left = world.entered(name);
            try {
              yield* ask(barrier.wait());
            } catch (error) {
              if (!(error instanceof BrokenBarrierError)) throw error;
            } finally {
              left();
            }
          }),
        ),
      );
      world
        .task(
          'ender',
          make(world, function* () {
            yield* ask(sleep(3));
            yield* ask(barrier[end]());
          }),
        )
        .addDoneCallback((ender) => {
          if (ender.cancelled()) for (const task of parties) task.cancel();
        });
      return () => expect(barrier.nWaiting).toBe(0);
    },
  })),
];
