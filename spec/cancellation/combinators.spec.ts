import { from, of, pipe, switchMap, toArray } from 'rxjs';
import {
  ExceptionGroup,
  type Future,
  Semaphore,
  type Task,
  type TaskGroup,
  type TaskSource,
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
import { type Script, ask, kinds } from './bodies.js';
import { type Scenario, type World, cancelEverywhere } from './harness.js';

describe.each(kinds)('cancelled at every step, as $name:', ({ make, scope, options }) => {
  async function expectSafe(scenario: Scenario): Promise<void> {
    const { runs, problems } = await cancelEverywhere(scenario, options);
    expect(problems).toEqual([]);
    expect(runs).toBeGreaterThan(3);
  }

  /** A piece of work that cleans up slowly. */
  function work(world: World, name: string, ms: number): () => Script {
    return function* () {
      const left = world.entered(name);
      try {
        yield* ask(sleep(ms));
        return name;
      } finally {
        left();
        yield* ask(sleep(2));
      }
    };
  }

  /** A child that the harness does not cancel by itself; whatever it ends with is looked at. */
  const child = (world: World, name: string, ms: number): Task<unknown> =>
    world.loop.createTask(make(world, work(world, name, ms)) as TaskSource<unknown>, { name });

  it('gather cancels its children, and leaves none', () =>
    expectSafe({
      name: 'gather',
      set(world) {
        const children: Task<unknown>[] = [];
        world.task(
          'parent',
          make(world, function* () {
            children.push(child(world, 'a', 5), child(world, 'b', 9));
            return yield* ask(gather(children));
          }),
        );
        return () => expect(children.filter((task) => !task.done())).toEqual([]);
      },
    }));

  it('a gather whose child is cancelled fails, and the other runs to its end', () =>
    expectSafe({
      name: 'gather of watched',
      set(world) {
        const a = world.task('a', make(world, work(world, 'a', 5)));
        const b = world.task('b', make(world, work(world, 'b', 9)));
        world.task(
          'parent',
          make(world, function* () {
            return yield* ask(gather([a, b], { returnExceptions: true }));
          }),
        );
      },
    }));

  it('wait leaves what it waits for alone', () =>
    expectSafe({
      name: 'wait',
      set(world) {
        const children: Task<unknown>[] = [];
        world.task(
          'parent',
          make(world, function* () {
            children.push(child(world, 'a', 5), child(world, 'b', 9));
            yield* ask(wait(children, { timeout: 7 }));
            yield* ask(wait(children));
          }),
        );
        return () => expect(children.filter((task) => !task.done() || task.cancelled())).toEqual([]);
      },
    }));

  it('waitFor cancels what it waits for, also at the time-out', () =>
    expectSafe({
      name: 'waitFor',
      set(world) {
        const children: Task<unknown>[] = [];
        world.task(
          'parent',
          make(world, function* () {
            const inner = child(world, 'a', 20);
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
    }));

  it.each([3, 20])('withTimeout of a body of 10 ms and a limit of %d ms', (limit) =>
    expectSafe({
      name: 'withTimeout',
      set(world) {
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
    }),
  );

  it('two time-outs, one in the other', () =>
    expectSafe({
      name: 'nested time-outs',
      set(world) {
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
    }));

  it('withTimeoutAt that is moved while its body runs', () =>
    expectSafe({
      name: 'withTimeoutAt',
      set(world) {
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
    }));

  it('toTask and ignoreCancelled over a pipeline that cleans up', () =>
    expectSafe({
      name: 'toTask, ignoreCancelled',
      set(world) {
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
    }));

  it('a withTimeout whose body acquires loses no permit', () =>
    expectSafe({
      name: 'acquire in withTimeout',
      set(world) {
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
    }));

  it('withTaskGroup is left only when all its tasks have ended', () =>
    expectSafe({
      name: 'withTaskGroup',
      set(world) {
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
    }));

  it('withTaskGroup with a child that fails', () =>
    expectSafe({
      name: 'failing child',
      set(world) {
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
    }));

  it('a group ended by cancel(reason) while its parent is cancelled from outside', () =>
    expectSafe({
      name: 'group.cancel',
      set(world) {
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
    }));

  it('shield lets the work run on', () =>
    expectSafe({
      name: 'shield',
      set(world) {
        const works: Task<unknown>[] = [];
        world.task(
          'parent',
          make(world, function* () {
            const inner = child(world, 'a', 5);
            works.push(inner);
            return yield* ask(shield(inner));
          }),
        );
        return () => expect(works.filter((task) => !task.done() || task.cancelled())).toEqual([]);
      },
    }));

  it('asCompleted stops nothing', () =>
    expectSafe({
      name: 'asCompleted',
      set(world) {
        const children: Task<unknown>[] = [];
        world.task(
          'parent',
          make(world, function* () {
            children.push(child(world, 'a', 5), child(world, 'b', 3));
            for (const next of asCompleted(children, { timeout: 30 })) yield* ask(next);
          }),
        );
        return () => expect(children.filter((task) => !task.done() || task.cancelled())).toEqual([]);
      },
    }));

  it('asCompleted that is left lets go of the sources and of its timer', () =>
    expectSafe({
      name: 'asCompleted, left',
      set(world) {
        const never = world.loop.createFuture<void>();
        world.task(
          'parent',
          make(world, function* () {
            const [first] = asCompleted([child(world, 'a', 5), never], { timeout: 30 });
            yield* ask(first!);
            for (const next of asCompleted([child(world, 'b', 3), never], { timeout: 30 })) {
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
    }));

  it('delayStart, sleep and resultOf leave no timer', () =>
    expectSafe({
      name: 'delayStart',
      set(world) {
        world.task(
          'parent',
          make(world, function* () {
            yield* ask(delayStart(3, sleep(2)));
            yield* ask(resultOf(from([1, 2]).pipe(delayStart(2))));
          }),
        );
      },
    }));

  it('mapTask waits for all that it has started', () =>
    expectSafe({
      name: 'mapTask',
      set(world) {
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
    }));

  it.each([
    ['gatherAll', (list: Future<unknown>[]) => from(list).pipe(gatherAll())],
    ['asCompletedAll', (list: Future<unknown>[]) => from(list).pipe(asCompletedAll(), toArray())],
    ['waitAll', (list: Future<unknown>[]) => from(list).pipe(waitAll({ timeout: 4 }))],
  ] as const)('%s watches futures that are given to it', (name, operator) =>
    expectSafe({
      name,
      set(world) {
        const children: Task<unknown>[] = [];
        world.task(
          'parent',
          make(world, function* () {
            children.push(child(world, 'a', 5), child(world, 'b', 3));
            return yield* ask(operator(children) as never);
          }),
        );
        return () => expect(children.filter((task) => !task.done() || task.cancelled())).toEqual([]);
      },
    }),
  );

  it('shielded and cancelOn leave nothing behind', () =>
    expectSafe({
      name: 'shielded, cancelOn',
      set(world) {
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
    }));
});
