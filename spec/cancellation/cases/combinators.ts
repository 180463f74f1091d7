import { from, of, pipe, switchMap, toArray } from 'rxjs';
import {
  ExceptionGroup,
  type Future,
  Semaphore,
  type Task,
  type TaskGroup,
  type Timeout,
  asCompleted,
  asCompletedAll,
  cancelOn,
  coroutine,
  delayStart,
  gather,
  gatherAll,
  ignoreCancelled,
  isCancelled,
  mapTask,
  resultOf,
  shield,
  shielded,
  sleep,
  toTask,
  wait,
  waitAll,
  waitFor,
  withTaskGroup,
  withTimeout,
  withTimeoutAt,
} from 'rxtasks';
import { ask } from '../bodies.js';
import type { Case } from '../case.js';
import { child, work } from './work.js';

export const combinators: readonly Case[] = [
  {
    of: ['gather'],
    title: 'gather cancels its children, and leaves none',
    set(world, { make }) {
      const children: Task<unknown>[] = [];
      world.task(
        'parent',
        make(world, function* () {
          children.push(child(world, make, 'a', 5), child(world, make, 'b', 9));
          return yield* ask(gather(children));
        }),
      );
      return () => expect(children.filter((task) => !task.done())).toEqual([]);
    },
  },

  {
    of: ['gather'],
    title: 'a gather whose child is cancelled fails, and the other runs to its end',
    set(world, { make }) {
      const a = world.task('a', make(world, work(world, 'a', 5)));
      const b = world.task('b', make(world, work(world, 'b', 9)));
      world.task(
        'parent',
        make(world, function* () {
          return yield* ask(gather([a, b], { returnExceptions: true }));
        }),
      );
    },
  },

  {
    of: ['wait'],
    title: 'wait leaves what it waits for alone',
    set(world, { make }) {
      const children: Task<unknown>[] = [];
      world.task(
        'parent',
        make(world, function* () {
          children.push(child(world, make, 'a', 5), child(world, make, 'b', 9));
          yield* ask(wait(children, { timeout: 7 }));
          yield* ask(wait(children));
        }),
      );
      return () => expect(children.filter((task) => !task.done() || task.cancelled())).toEqual([]);
    },
  },

  {
    of: ['waitFor'],
    title: 'waitFor cancels what it waits for, also at the time-out',
    set(world, { make }) {
      const children: Task<unknown>[] = [];
      world.task(
        'parent',
        make(world, function* () {
          const inner = child(world, make, 'a', 20);
          children.push(inner);
          try {
            yield* ask(waitFor(inner, 6));
          } catch (error) {
            if (isCancelled(error)) throw error;
          }
        }),
      );
      return () => expect(children.filter((task) => !task.done())).toEqual([]);
    },
  },

  ...[3, 20].map((limit): Case => ({
    of: ['withTimeout', 'Timeout.run'],
    title: `withTimeout of a body of 10 ms and a limit of ${limit} ms`,
    set(world, { make, scope }) {
      const body = scope<Timeout>(world, () => work(world, 'body', 10)());
      world.task(
        'parent',
        make(world, function* () {
          const left = world.entered('parent');
          try {
            yield* ask(withTimeout(limit, body));
          } catch (error) {
            if (isCancelled(error)) throw error;
            expect((error as Error).name).toBe('TimeoutError');
          } finally {
            left();
          }
        }),
      );
    },
  })),
  {
    of: ['withTimeout'],
    title: 'two time-outs, one in the other',
    set(world, { make, scope }) {
      const inner = scope<Timeout>(world, () => work(world, 'inner', 10)());
      const outer = scope<Timeout>(world, function* () {
        const left = world.entered('outer');
        try {
          return yield* ask(withTimeout(4, inner));
        } catch (error) {
          if (isCancelled(error)) throw error;
          return yield* ask(sleep(1));
        } finally {
          left();
        }
      });
      world.task(
        'parent',
        make(world, function* () {
          return yield* ask(withTimeout(5, outer));
        }),
      );
    },
  },

  {
    of: ['withTimeoutAt'],
    title: 'withTimeoutAt that is moved while its body runs',
    set(world, { make, scope }) {
      const body = scope<Timeout>(world, function* (limit) {
        limit.reschedule(world.loop.time() + 6);
        return yield* work(world, 'body', 10)();
      });
      world.task(
        'parent',
        make(world, function* () {
          try {
            yield* ask(withTimeoutAt(world.loop.time() + 100, body));
          } catch (error) {
            if (isCancelled(error)) throw error;
          }
        }),
      );
    },
  },

  {
    of: ['toTask', 'ignoreCancelled'],
    title: 'toTask and ignoreCancelled over a pipeline that cleans up',
    set(world, { make }) {
      let running = 0;
      const slow = coroutine(function* slow() {
        running++;
        const left = world.entered('slow');
        try {
          yield* sleep(5);
        } finally {
          left();
          try {
            yield* sleep(2);
          } finally {
            running--;
          }
        }
      });
      world
        .task(
          'parent',
          make(world, function* () {
            const task = pipe(switchMap(slow), toTask<void>({ loop: world.loop }))(of(1));
            try {
              yield* ask(task.pipe(ignoreCancelled()));
            } catch (error) {
              if (isCancelled(error)) throw error; // cancelled: there was no value
            } finally {
              task.cancel();
              while (!task.done()) yield* ask(sleep(1));
            }
          }),
        )
        .addDoneCallback((parent) => {
          if (running > 0 && !parent.cancelled()) world.problems.push('the task ended before its clean-up');
        });
    },
  },

  {
    of: ['withTimeout', 'Semaphore.acquire'],
    title: 'a withTimeout whose body acquires loses no permit',
    set(world, { make, scope }) {
      const semaphore = new Semaphore(1);
      const body = scope<Timeout>(world, function* () {
        const guard = yield* ask(semaphore.acquire());
        try {
          yield* ask(sleep(3));
        } finally {
          guard.release();
        }
      });
      for (const name of ['a', 'b', 'c']) {
        world.task(
          name,
          make(world, function* () {
            try {
              yield* ask(withTimeout(5, body));
            } catch (error) {
              if (isCancelled(error)) throw error;
            }
          }),
        );
      }
      return () => expect(semaphore.locked()).toBe(false);
    },
  },

  {
    of: ['withTaskGroup', 'TaskGroup.createTask'],
    title: 'withTaskGroup is left only when all its tasks have ended',
    set(world, { make, scope }) {
      const children: Task<unknown>[] = [];
      const body = scope<TaskGroup>(world, function* (group) {
        children.push(group.createTask(make(world, work(world, 'a', 5)) as never));
        children.push(group.createTask(make(world, work(world, 'b', 9)) as never));
        return yield* ask(sleep(3));
      });
      world
        .task(
          'parent',
          make(world, function* () {
            return yield* ask(withTaskGroup(body));
          }),
        )
        .addDoneCallback(() => {
          for (const task of children) if (!task.done()) world.problems.push('the group was left before its child');
        });
    },
  },

  {
    of: ['withTaskGroup'],
    title: 'withTaskGroup with a child that fails',
    set(world, { make, scope }) {
      const body = scope<TaskGroup>(world, function* (group) {
        group.createTask(
          make(world, function* () {
            yield* ask(sleep(2));
            throw world.planned;
          }) as never,
        );
        group.createTask(make(world, work(world, 'b', 9)) as never);
        return yield* ask(sleep(5));
      });
      world.task(
        'parent',
        make(world, function* () {
          try {
            return yield* ask(withTaskGroup(body));
          } catch (error) {
            if (!(error instanceof ExceptionGroup)) throw error;
            return 'grouped';
          }
        }),
      );
    },
  },

  {
    of: ['withTaskGroup'],
    title: 'a group ended by cancel(reason) while its parent is cancelled from outside',
    set(world, { make, scope }) {
      let group: TaskGroup | undefined;
      const body = scope<TaskGroup>(world, function* (own) {
        group = own;
        own.createTask(make(world, work(world, 'a', 9)) as never);
        return yield* ask(sleep(6));
      });
      const parent = world.task(
        'parent',
        make(world, function* () {
          const left = world.entered('parent');
          try {
            yield* ask(withTaskGroup(body));
            // its own cancel() is swallowed; one from outside must interrupt this at the latest
            yield* ask(sleep(50));
            return 'left';
          } finally {
            left();
          }
        }),
      );
      world.later(4, () => group?.cancel('enough'));
      return () => {
        // once the last sleep is over, an async function that returns is finished, whatever was asked
        const at = world.acceptedAt(parent);
        if (at !== undefined && at < 50 && !parent.cancelled()) {
          throw new Error(`the request from outside was lost: ${String(parent)}`);
        }
      };
    },
  },

  {
    of: ['shield'],
    title: 'shield lets the work run on',
    set(world, { make }) {
      const works: Task<unknown>[] = [];
      world.task(
        'parent',
        make(world, function* () {
          const inner = child(world, make, 'a', 5);
          works.push(inner);
          return yield* ask(shield(inner));
        }),
      );
      return () => expect(works.filter((task) => !task.done() || task.cancelled())).toEqual([]);
    },
  },

  {
    of: ['asCompleted', 'AsCompleted.Symbol.iterator'],
    title: 'asCompleted stops nothing',
    set(world, { make }) {
      const children: Task<unknown>[] = [];
      world.task(
        'parent',
        make(world, function* () {
          children.push(child(world, make, 'a', 5), child(world, make, 'b', 3));
          for (const next of asCompleted(children, { timeout: 30 })) yield* ask(next);
        }),
      );
      return () => expect(children.filter((task) => !task.done() || task.cancelled())).toEqual([]);
    },
  },

  {
    of: ['asCompleted', 'AsCompleted.Symbol.iterator'],
    title: 'asCompleted that is left lets go of the sources and of its timer',
    set(world, { make }) {
      const never = world.loop.createFuture<void>();
      world.task(
        'parent',
        make(world, function* () {
          const [first] = asCompleted([child(world, make, 'a', 5), never], { timeout: 30 });
          yield* ask(first!);
          for (const next of asCompleted([child(world, make, 'b', 3), never], { timeout: 30 })) {
            yield* ask(next);
            break;
          }
        }),
      );
      return () => {
        const { ready } = world.loop.pending;
        never.setResult();
        expect(world.loop.pending).toEqual({ ready, timers: 0 });
      };
    },
  },

  {
    of: ['delayStart', 'sleep', 'resultOf'],
    title: 'delayStart, sleep and resultOf leave no timer',
    set(world, { make }) {
      world.task(
        'parent',
        make(world, function* () {
          yield* ask(delayStart(3, sleep(2)));
          yield* ask(resultOf(from([1, 2]).pipe(delayStart(2))));
        }),
      );
    },
  },

  {
    of: ['mapTask'],
    title: 'mapTask waits for all that it has started',
    set(world, { make }) {
      let running = 0;
      const body = (n: number) =>
        make(world, function* () {
          running++;
          const left = world.entered(`item ${n}`);
          try {
            yield* ask(sleep(n));
            if (n === 4) throw world.planned;
            return n;
          } finally {
            left();
            try {
              yield* ask(sleep(1));
            } finally {
              running--;
            }
          }
        });
      world
        .task(
          'parent',
          make(world, function* () {
            try {
              return yield* ask(
                from([1, 3, 4, 8]).pipe(
                  mapTask((n) => body(n) as never, { concurrency: 2 }),
                  toArray(),
                ),
              );
            } catch (error) {
              if (isCancelled(error)) throw error;
              return 'failed';
            }
          }),
        )
        .addDoneCallback(() => {
          if (running > 0) world.problems.push(`the pipeline ended while ${running} items still ran`);
        });
    },
  },

  ...(
    [
      ['gatherAll', (list: Future<unknown>[]) => from(list).pipe(gatherAll())],
      ['asCompletedAll', (list: Future<unknown>[]) => from(list).pipe(asCompletedAll(), toArray())],
      ['waitAll', (list: Future<unknown>[]) => from(list).pipe(waitAll({ timeout: 4 }))],
    ] as const
  ).map(([name, operator]): Case => ({
    of: [name],
    title: `${name} watches futures that are given to it`,
    set(world, { make }) {
      const children: Task<unknown>[] = [];
      world.task(
        'parent',
        make(world, function* () {
          children.push(child(world, make, 'a', 5), child(world, make, 'b', 3));
          return yield* ask(operator(children) as never);
        }),
      );
      return () => expect(children.filter((task) => !task.done() || task.cancelled())).toEqual([]);
    },
  })),
  {
    of: ['shielded', 'cancelOn'],
    title: 'shielded and cancelOn leave nothing behind',
    set(world, { make }) {
      const stop = new AbortController();
      let listeners = 0;
      const { signal } = stop;
      const add = signal.addEventListener.bind(signal);
      const remove = signal.removeEventListener.bind(signal);
      signal.addEventListener = ((...args: Parameters<typeof add>) => {
        listeners++;
        add(...args);
      }) as never;
      signal.removeEventListener = ((...args: Parameters<typeof remove>) => {
        listeners--;
        remove(...args);
      }) as never;
      world.task(
        'parent',
        make(world, function* () {
          yield* ask(sleep(2).pipe(shielded(), cancelOn(signal)));
          yield* ask(world.loop.createTask(sleep(3), { signal }));
        }),
      );
      return () => expect(listeners).toBe(0);
    },
  },
];
