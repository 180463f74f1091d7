import {
  CancelledError,
  Context,
  ContextVar,
  Event,
  ExceptionGroup,
  type ExceptionContext,
  type Resume,
  RuntimeError,
  type Task,
  TaskGroup,
  createTask,
  currentTask,
  getRunningLoop,
  isCancelled,
  run,
  sleep,
  withTaskGroup,
} from 'rxtasks';
import { errorOf, idleLoop, runVirtual, thrownBy, turns } from '../support/virtual.js';

class ErrA extends Error {
  override name = 'ErrA';
}
class ErrB extends Error {
  override name = 'ErrB';
}

function boom(error: unknown = new ErrA('boom')): never {
  throw error;
}

/** Fails after a time. */
function* crash(ms: number, error: unknown = new ErrA('boom')): Generator<void, never, Resume> {
  yield* sleep(ms);
  throw error;
}

/** Sleeps, and fails when it is left, however that comes. */
function* crashOnExit(error: unknown = new ErrA('boom')): Generator<void, void, Resume> {
  try {
    yield* sleep(10_000);
  } finally {
    boom(error);
  }
}

/** The names of the errors in a group, in order, with those of inner groups in brackets. */
function namesIn(error: unknown): unknown[] {
  expect(error).toBeInstanceOf(ExceptionGroup);
  return (error as ExceptionGroup).errors.map((one) =>
    one instanceof ExceptionGroup ? namesIn(one) : one instanceof Error ? one.name : one,
  );
}

const running = () => currentTask() as Task<unknown>;

describe('TaskGroup: when all goes well', () => {
  it('is left when all children have ended; their results are there then [TestTaskGroup.test_taskgroup_01]', () =>
    runVirtual(function* () {
      const [a, b] = yield* withTaskGroup(function* (group) {
        return [group.createTask(sleep(100, 42)), group.createTask(sleep(200, 11))] as const;
      });
      expect(getRunningLoop().time()).toBe(200);
      expect(a.result()).toBe(42);
      expect(b.result()).toBe(11);
    }));

  it('runs the first children while the body waits before it makes others [TestTaskGroup.test_taskgroup_02]', () =>
    runVirtual(function* () {
      const [a, b] = yield* withTaskGroup(function* (group) {
        const first = group.createTask(sleep(100, 42));
        yield* sleep(150);
        expect(first.done()).toBe(true);
        return [first, group.createTask(sleep(200, 11))] as const;
      });
      expect(getRunningLoop().time()).toBe(350);
      expect([a.result(), b.result()]).toEqual([42, 11]);
    }));

  it('does not mind a child that is cancelled on its own [TestTaskGroup.test_taskgroup_03]', () =>
    runVirtual(function* () {
      const [a, b] = yield* withTaskGroup(function* (group) {
        const first = group.createTask(sleep(1000, 42));
        yield* sleep(150);
        first.cancel();
        return [first, group.createTask(sleep(200, 11))] as const;
      });
      expect(a.cancelled()).toBe(true);
      expect(b.result()).toBe(11);
      expect(getRunningLoop().time()).toBe(350);
    }));

  it('forgets children as they end, and takes new ones meanwhile [TestTaskGroup.test_taskgroup_23]', () =>
    runVirtual(function* () {
      const group = new TaskGroup();
      const sizes: string[] = [];
      yield* group.run(function* () {
        for (let count = 0; count < 10; count++) {
          yield* sleep(100);
          group.createTask(sleep(250));
          if (count === 5) sizes.push(String(group));
        }
        yield* sleep(1350);
        sizes.push(String(group));
      });
      // Of the six made by then, at 600 ms, those of 100, 200 and 300 ms have ended.
      expect(sizes).toEqual(['<TaskGroup entered tasks=3 errors=0>', '<TaskGroup entered tasks=0 errors=0>']);
    }));

  it('lets children make further children, also after the body has ended [TestTaskGroup.test_taskgroup_24]', () =>
    runVirtual(function* () {
      const ended: string[] = [];
      let bodyEnded = false;
      yield* withTaskGroup(function* (group) {
        group.createTask(function* () {
          yield* sleep(100);
          expect(bodyEnded).toBe(true);
          for (const ms of [100, 200]) {
            group.createTask(function* () {
              yield* sleep(ms);
              ended.push(`${ms}`);
            });
          }
          ended.push('root');
        });
        bodyEnded = true;
      });
      expect(ended).toEqual(['root', '100', '200']);
      expect(getRunningLoop().time()).toBe(300);
    }));

  it('gives children the names that are asked for [TestTaskGroup.test_taskgroup_task_name]', () =>
    runVirtual(() =>
      withTaskGroup(function* (group) {
        expect(group.createTask(sleep(0), { name: 'yolo' }).name).toBe('yolo');
      }),
    ));

  it('runs a child in the context that is given [TestTaskGroup.test_taskgroup_task_context]', () =>
    runVirtual(function* () {
      const variable = new ContextVar<number>('variable');
      const seen: unknown[] = [];
      const setTo = (value: number) =>
        function* () {
          yield* sleep(0);
          seen.push(Context.current().get(variable));
          variable.set(value);
        };
      yield* withTaskGroup(function* (group) {
        const context = Context.current();
        expect(context.has(variable as never)).toBe(false);
        const first = group.createTask(setTo(1), { context });
        yield* first;
        expect(first.context.get(variable)).toBe(1);
        expect(context.has(variable as never)).toBe(false); // a context is never changed
        const second = group.createTask(setTo(2), { context: first.context });
        yield* second;
        expect(second.context.get(variable)).toBe(2);
      });
      expect(seen).toEqual([undefined, 1]);
      expect(Context.current().has(variable as never)).toBe(false);
    }));
});

describe('TaskGroup: when something fails', () => {
  it('a child that fails cancels its siblings; the group ends with an ExceptionGroup [TestTaskGroup.test_taskgroup_04]', () =>
    runVirtual(function* () {
      const events: string[] = [];
      let sibling!: Task<void>;
      const runner = createTask(function* () {
        yield* withTaskGroup(function* (group) {
          group.createTask(crash(100));
          sibling = group.createTask(function* () {
            try {
              yield* sleep(1000);
            } catch (error) {
              events.push((error as Error).name);
              throw error;
            }
            events.push('not reached');
          });
        });
        events.push('not reached');
      });
      const error = yield* errorOf(runner);
      expect(namesIn(error)).toEqual(['ErrA']);
      expect((error as Error).message).toBe('unhandled errors in a TaskGroup (1 error)');
      expect(events).toEqual(['CancelledError']);
      expect(sibling.cancelled()).toBe(true);
      expect(getRunningLoop().time()).toBe(100);
    }));

  it('also interrupts the body; all errors that there were are in the group [TestTaskGroup.test_cancel_children_on_child_error]', () =>
    runVirtual(function* () {
      const events: string[] = [];
      const noted = (name: string, ms: number) =>
        function* () {
          try {
            yield* sleep(ms);
          } catch (error) {
            events.push(`${name} ${(error as Error).name}`);
            throw error;
          }
          events.push('not reached');
        };
      const runner = createTask(function* () {
        yield* withTaskGroup(function* (group) {
          for (let i = 0; i < 3; i++) group.createTask(crash(100));
          group.createTask(noted('sibling', 5000));
          yield* noted('body', 10_000)();
        });
        events.push('not reached');
      });
      expect(namesIn(yield* errorOf(runner))).toEqual(['ErrA', 'ErrA', 'ErrA']);
      expect(events.sort()).toEqual(['body CancelledError', 'sibling CancelledError']);
    }));

  it('a body that fails after it has waited cancels all children [TestTaskGroup.test_taskgroup_09]', () =>
    runVirtual(function* () {
      const children: Task<unknown>[] = [];
      const group = withTaskGroup(function* (group) {
        children.push(group.createTask(sleep(1000, 42)), group.createTask(sleep(2000, 11)));
        yield* sleep(100);
        boom();
      });
      expect(namesIn(yield* errorOf(group))).toEqual(['ErrA']);
      expect(children.map((child) => child.cancelled())).toEqual([true, true]);
      expect(getRunningLoop().time()).toBe(100);
    }));

  it('so does one that fails without ever waiting; the children never start [TestTaskGroup.test_taskgroup_10]', () =>
    runVirtual(function* () {
      const started: number[] = [];
      const children: Task<unknown>[] = [];
      const group = withTaskGroup(function* (group) {
        for (const n of [1, 2]) {
          children.push(
            group.createTask(function* () {
              started.push(n);
              yield* sleep(1000);
            }),
          );
        }
        boom();
      });
      expect(namesIn(yield* errorOf(group))).toEqual(['ErrA']);
      expect(children.map((child) => child.cancelled())).toEqual([true, true]);
      expect(started).toEqual([]);
    }));

  it('an error in the outer group while the body sits in an inner one: the inner one is just cancelled [TestTaskGroup.test_taskgroup_13]', () =>
    runVirtual(function* () {
      let inInner: unknown;
      const runner = createTask(() =>
        withTaskGroup(function* (outer) {
          outer.createTask(crash(100));
          try {
            yield* withTaskGroup(function* (inner) {
              inner.createTask(crash(10_000, new ErrB('never')));
            });
          } catch (error) {
            inInner = error;
            throw error;
          }
        }),
      );
      expect(namesIn(yield* errorOf(runner))).toEqual(['ErrA']);
      expect(inInner).toBeInstanceOf(CancelledError);
    }));

  it('an error in the inner group is an ExceptionGroup in that of the outer one [TestTaskGroup.test_taskgroup_14]', () =>
    runVirtual(function* () {
      const runner = createTask(() =>
        withTaskGroup(function* (outer) {
          outer.createTask(crash(10_000, new ErrB('never')));
          yield* withTaskGroup(function* (inner) {
            inner.createTask(crash(100));
          });
        }),
      );
      expect(namesIn(yield* errorOf(runner))).toEqual([['ErrA']]);
    }));

  it('a body that turns its CancelledError into another error: that one is in the group [TestTaskGroup.test_taskgroup_18]', () =>
    runVirtual(function* () {
      const events: string[] = [];
      const runner = createTask(() =>
        withTaskGroup(function* () {
          try {
            yield* sleep(10_000);
          } catch (error) {
            events.push((error as Error).name);
            boom();
          }
        }),
      );
      yield* sleep(100);
      expect(runner.done()).toBe(false);
      runner.cancel();
      expect(namesIn(yield* errorOf(runner))).toEqual(['ErrA']);
      expect(events).toEqual(['CancelledError']);
    }));

  it('an error of the body while the group cancels it comes after those of the children [TestTaskGroup.test_taskgroup_19]', () =>
    runVirtual(function* () {
      const runner = createTask(() =>
        withTaskGroup(function* (group) {
          group.createTask(crash(100));
          yield* crashOnExit(new ErrB('of the body'));
        }),
      );
      expect(namesIn(yield* errorOf(runner))).toEqual(['ErrA', 'ErrB']);
    }));

  it('takes whatever is thrown, be it an Error or not [TestTaskGroup.test_taskgroup_20a]', () =>
    runVirtual(function* () {
      const group = withTaskGroup(function* (group) {
        group.createTask(crash(100));
        yield* crashOnExit('a string');
      });
      expect(namesIn(yield* errorOf(group))).toEqual(['ErrA', 'a string']);
    }));

  it('also from a child [TestTaskGroup.test_taskgroup_21a]', () =>
    runVirtual(function* () {
      for (const thrown of ['a string', 0, null]) {
        const group = withTaskGroup(function* (group) {
          group.createTask(crash(100, thrown));
          yield* crashOnExit(new ErrB('of the body'));
        });
        expect(namesIn(yield* errorOf(group))).toEqual([thrown, 'ErrB']);
      }
    }));

  it('that keeps growing stops growing once a member fails [TestTaskGroup.test_taskgroup_25]', () =>
    runVirtual(function* () {
      let heads = 0;
      const group = withTaskGroup(function* (group) {
        function* hydra(): Generator<void, void, Resume> {
          heads++;
          yield* sleep(10);
          group.createTask(hydra());
          group.createTask(hydra());
        }
        group.createTask(hydra());
        group.createTask(function* () {
          while (heads < 10) yield* sleep(15);
          boom();
        });
      });
      expect(namesIn(yield* errorOf(group))).toEqual(['ErrA']);
      expect(heads).toBeGreaterThanOrEqual(10);
      const then = heads;
      yield* sleep(1000);
      expect(heads).toBe(then);
    }));

  it('takes no children while it shuts down [TestTaskGroup.test_taskgroup_no_create_task_after_failure]', () =>
    runVirtual(function* () {
      let refusal: unknown;
      const group = withTaskGroup(function* (group) {
        group.createTask(crash(1));
        group.createTask(function* () {
          try {
            yield* sleep(1000);
          } catch {
            refusal = thrownBy(() => group.createTask(sleep(1)));
          }
        });
      });
      expect(namesIn(yield* errorOf(group))).toEqual(['ErrA']);
      expect(refusal).toEqual(
        new RuntimeError('TaskGroup.createTask(source): the group is shutting down; it takes no tasks any more'),
      );
    }));

  it('holds the error of a child and another one of the clean-up of the body, and gives its cancel request back [TestTaskGroup.test_taskgroup_context_manager_exit_raises]', () =>
    runVirtual(function* () {
      const runner = createTask(function* () {
        const error = yield* errorOf(
          withTaskGroup(function* (group) {
            try {
              group.createTask(function* () {
                boom();
              });
              yield* sleep(1000);
            } finally {
              boom();
            }
          }),
        );
        expect(namesIn(error)).toEqual(['ErrA', 'ErrA']);
        expect(running().cancelling()).toBe(0);
      });
      yield* runner;
    }));
});

describe('TaskGroup: cancelled from outside', () => {
  /** Starts a task, lets it run for 100 ms, cancels it and gives its error. */
  function* cancelled(body: () => Generator<void, unknown, Resume>) {
    const runner = createTask(body);
    yield* sleep(100);
    expect(runner.done()).toBe(false);
    expect(runner.cancel()).toBe(true);
    return yield* errorOf(runner);
  }

  it('while it waits for its children: each of them is cancelled [TestTaskGroup.test_cancellation]', () =>
    runVirtual(function* () {
      let seen = 0;
      const error = yield* cancelled(() =>
        withTaskGroup(function* (group) {
          for (let i = 0; i < 5; i++) {
            group.createTask(function* () {
              try {
                yield* sleep(5000);
              } catch (error) {
                seen++;
                throw error;
              }
            });
          }
        })[Symbol.iterator](),
      );
      expect(error).toBeInstanceOf(CancelledError);
      expect(seen).toBe(5);
    }));

  it('while its body waits: children and body see it [TestTaskGroup.test_taskgroup_07]', () =>
    runVirtual(function* () {
      let seen = 0;
      function* noting(by: number): Generator<void, void, Resume> {
        try {
          yield* sleep(5000);
        } catch (error) {
          seen += by;
          throw error;
        }
      }
      const error = yield* cancelled(function* () {
        yield* withTaskGroup(function* (group) {
          for (let i = 0; i < 5; i++) group.createTask(noting(1));
          yield* noting(10);
        });
      });
      expect(error).toBeInstanceOf(CancelledError);
      expect(seen).toBe(15);
    }));

  it('errors of children that are being cancelled win over the cancellation [TestTaskGroup.test_taskgroup_08]', () =>
    runVirtual(function* () {
      const error = yield* cancelled(function* () {
        yield* withTaskGroup(function* (group) {
          for (let i = 0; i < 5; i++) group.createTask(crashOnExit());
          yield* sleep(10_000);
        });
      });
      expect(namesIn(error)).toEqual(['ErrA', 'ErrA', 'ErrA', 'ErrA', 'ErrA']);
    }));

  it('errors of the children of an inner group arrive as a nested ExceptionGroup [TestTaskGroup.test_taskgroup_11]', () =>
    runVirtual(function* () {
      const error = yield* cancelled(function* () {
        yield* withTaskGroup(function* () {
          yield* withTaskGroup(function* (inner) {
            for (let i = 0; i < 5; i++) inner.createTask(crashOnExit());
            yield* sleep(10_000);
          });
        });
      });
      expect(namesIn(error)).toEqual([['ErrA', 'ErrA', 'ErrA', 'ErrA', 'ErrA']]);
    }));

  it('the same beside a healthy child of the outer group, which is cancelled [TestTaskGroup.test_taskgroup_12]', () =>
    runVirtual(function* () {
      let healthy!: Task<void>;
      const error = yield* cancelled(function* () {
        yield* withTaskGroup(function* (outer) {
          healthy = outer.createTask(sleep(10_000));
          yield* withTaskGroup(function* (inner) {
            for (let i = 0; i < 5; i++) inner.createTask(crashOnExit());
            yield* sleep(10_000);
          });
        });
      });
      expect(namesIn(error)).toEqual([['ErrA', 'ErrA', 'ErrA', 'ErrA', 'ErrA']]);
      expect(healthy.cancelled()).toBe(true);
    }));

  /** A body that leaves 500 ms after it was cancelled, beside a child that fails in between. */
  function* leavesLate(): Generator<void, void, Resume> {
    yield* withTaskGroup(function* (group) {
      group.createTask(crash(300));
      try {
        yield* sleep(10_000);
      } catch (error) {
        yield* sleep(500);
        throw error;
      }
    });
  }

  it('a child that fails while the body still delays its exit: the errors win [TestTaskGroup.test_taskgroup_15]', () =>
    runVirtual(function* () {
      expect(namesIn(yield* cancelled(leavesLate))).toEqual(['ErrA']);
    }));

  it('the same if the cancellation comes through a task that awaits the one of the group [TestTaskGroup.test_taskgroup_16]', () =>
    runVirtual(function* () {
      const error = yield* cancelled(function* () {
        yield* createTask(leavesLate);
      });
      expect(namesIn(error)).toEqual(['ErrA']);
    }));

  it('an empty one ends with the CancelledError of its body [TestTaskGroup.test_taskgroup_17]', () =>
    runVirtual(function* () {
      const events: string[] = [];
      const error = yield* cancelled(function* () {
        yield* withTaskGroup(function* () {
          try {
            yield* sleep(10_000);
          } catch (error) {
            events.push((error as Error).name);
            throw error;
          }
        });
      });
      expect(error).toBeInstanceOf(CancelledError);
      expect(events).toEqual(['CancelledError']);
    }));

  it('while all children sleep: ends with a CancelledError [TestTaskGroup.test_taskgroup_22]', () =>
    runVirtual(function* () {
      const children: Task<unknown>[] = [];
      const error = yield* cancelled(function* () {
        yield* withTaskGroup(function* (group) {
          children.push(group.createTask(sleep(1000, 42)), group.createTask(sleep(2000, 11)));
        });
      });
      expect(error).toBeInstanceOf(CancelledError);
      expect(children.map((child) => child.cancelled())).toEqual([true, true]);
      expect(getRunningLoop().time()).toBe(100);
    }));

  it('the counter of requests is zero again once the errors of a group were handled [TestTaskGroup.test_cancelling_level_preserved]', () =>
    runVirtual(function* () {
      const error = yield* errorOf(
        withTaskGroup(function* (group) {
          group.createTask(crash(0));
        }),
      );
      expect(namesIn(error)).toEqual(['ErrA']);
      expect(running().cancelling()).toBe(0);
      yield* sleep(1); // nothing is left to interrupt this
    }));

  it('with errors in an inner and an outer group at once, each takes back its own request [TestTaskGroup.test_nested_groups_both_cancelled]', () =>
    runVirtual(function* () {
      const counts: number[] = [];
      const error = yield* errorOf(
        withTaskGroup(function* (outer) {
          const inside = yield* errorOf(
            withTaskGroup(function* (inner) {
              inner.createTask(crash(0));
              outer.createTask(crash(0, new ErrB('of the outer group')));
            }),
          );
          expect(namesIn(inside)).toEqual(['ErrA']);
          counts.push(running().cancelling());
        }),
      );
      expect(namesIn(error)).toEqual(['ErrB']);
      counts.push(running().cancelling());
      expect(counts).toEqual([1, 0]);
    }));

  it('with an error of a child and a cancel() at once: raises the errors, and the request interrupts what comes next [TestTaskGroup.test_error_and_cancel]', () =>
    runVirtual(function* () {
      const event = new Event();
      const counts: number[] = [];
      const reached: string[] = [];
      const inner = createTask(function* () {
        const error = yield* errorOf(
          withTaskGroup(function* (group) {
            group.createTask(function* () {
              event.set();
              yield* sleep(0);
              boom();
            });
            yield* sleep(1000);
            reached.push('after the sleep in the group');
          }),
        );
        expect(namesIn(error)).toEqual(['ErrA']);
        counts.push(running().cancelling());
        yield* sleep(1000);
        reached.push('after the sleep behind the group');
      });
      yield* event.wait();
      expect(inner.cancelling()).toBe(0);
      inner.cancel();
      expect(inner.cancelling()).toBe(1);
      expect(yield* errorOf(inner)).toBeInstanceOf(CancelledError);
      expect(inner.cancelled()).toBe(true);
      expect(counts).toEqual([1]);
      expect(reached).toEqual([]);
    }));
});

describe('TaskGroup: used in the wrong way', () => {
  const once = new RuntimeError('TaskGroup.run(body): a group runs one body, once; make a new one');

  it('cannot be entered inside of itself [TestTaskGroup.test_taskgroup_already_entered]', () =>
    runVirtual(function* () {
      const group = new TaskGroup();
      let ran = false;
      yield* group.run(function* () {
        const inside = group.run(function* () {
          ran = true;
        });
        expect(yield* errorOf(inside)).toEqual(once);
        yield* sleep(1);
      });
      expect(ran).toBe(false);
    }));

  it('cannot be entered a second time [TestTaskGroup.test_taskgroup_double_enter]', () =>
    runVirtual(function* () {
      const group = new TaskGroup();
      const body = group.run(function* () {
        yield* sleep(1);
        return 'first';
      });
      expect(yield* body).toBe('first');
      expect(yield* errorOf(group.run(function* () {}))).toEqual(once);
      expect(yield* errorOf(body)).toEqual(once);
    }));

  it('takes no child once it is finished, and closes the generator that it was given [TestTaskGroup.test_taskgroup_finished]', () =>
    runVirtual(function* () {
      const group = new TaskGroup();
      yield* group.run(function* () {});
      let ran = false;
      const child = (function* () {
        ran = true;
        yield;
      })();
      expect(thrownBy(() => group.createTask(child as Generator<void, void>))).toEqual(
        new RuntimeError('TaskGroup.createTask(source): the group is finished; make the task before its body ends'),
      );
      expect(child.next()).toEqual({ done: true, value: undefined });
      expect(ran).toBe(false);
    }));

  it('takes no child before it is entered [TestTaskGroup.test_taskgroup_not_entered]', () =>
    runVirtual(function* () {
      const group = new TaskGroup();
      const refusal = new RuntimeError(
        'TaskGroup.createTask(source): the group has not been entered; call it inside of the body of run()',
      );
      expect(thrownBy(() => group.createTask(sleep(1)))).toEqual(refusal);
      const body = group.run(function* () {}); // cold: nothing is entered yet
      expect(thrownBy(() => group.createTask(sleep(1)))).toEqual(refusal);
      yield* body;
    }));

  it('cannot be entered outside of a task [TestTaskGroup.test_taskgroup_without_parent_task]', () => {
    const group = new TaskGroup();
    let ran = false;
    const body = group.run(function* () {
      ran = true;
    });
    expect(thrownBy(() => body[Symbol.iterator]())).toBeInstanceOf(RuntimeError);
    const { loop, turn, contexts } = idleLoop();
    loop.callSoon(() => void body[Symbol.iterator]().next(undefined as unknown as Resume));
    turn();
    expect(contexts.map(({ exception }) => (exception as Error).name)).toEqual(['RuntimeError']);
    expect(() => group.createTask(sleep(1))).toThrow('the group has not been entered');
    expect(() => group.signal).toThrow(
      new RuntimeError('signal: the scope has not been entered yet; use it inside of its body'),
    );
    expect(ran).toBe(false);
  });

  it('has nothing to close in a coroutine that it refuses; a generator object is closed [TestTaskGroup.test_coro_closed_when_tg_closed]', () =>
    runVirtual(function* () {
      const group = new TaskGroup();
      yield* group.run(function* () {});
      const recipe = sleep(1, 'still good');
      expect(thrownBy(() => group.createTask(recipe))).toBeInstanceOf(RuntimeError);
      expect(yield* recipe).toBe('still good');
      const events: string[] = [];
      const started = (function* () {
        try {
          yield;
        } finally {
          events.push('closed');
        }
      })();
      started.next();
      expect(thrownBy(() => group.createTask(started as Generator<void, void>))).toBeInstanceOf(RuntimeError);
      expect(events).toEqual(['closed']);
    }));

  it('refuses what is no body and what is no source, at the call', () =>
    runVirtual(function* () {
      expect(() => new TaskGroup().run(5 as never)).toThrow(
        new TypeError(
          'TaskGroup.run(body): expected body to be a generator function, an async function or a function that returns an ' +
            'Observable, got 5 (number)',
        ),
      );
      yield* withTaskGroup(function* (group) {
        expect(() => group.createTask(5 as never)).toThrow(
          new TypeError(
            'TaskGroup.createTask(source): expected a coroutine, an Observable, a promise, an async iterable or a function ' +
              'that gives one of these, got 5 (number)',
          ),
        );
      });
    }));

  it('tells the exception handler of a child that fails when the task of the group is gone', async () => {
    const contexts: ExceptionContext[] = [];
    let child!: Task<never>;
    await runVirtual(
      function* () {
        const parent = createTask(function* () {
          const body = withTaskGroup(function* (group) {
            child = group.createTask(crash(10));
            yield* sleep(1000);
          })[Symbol.iterator]();
          body.next(undefined as unknown as Resume); // entered, and then left without an exit
        });
        yield* parent;
        yield* sleep(20);
      },
      { onContext: (context) => contexts.push(context) },
    );
    expect(contexts).toHaveLength(1);
    expect(contexts[0]?.kind).toBe('taskgroup_parent_done');
    expect(contexts[0]?.task).toBe(child);
    expect(contexts[0]?.exception).toEqual(new ErrA('boom'));
  });
});

describe('TaskGroup.cancel(reason)', () => {
  /** A child that notes how it was cancelled, and how long its clean-up took. */
  const noting = (events: string[], name: string, cleanUp = 0) =>
    function* (): Generator<void, string, Resume> {
      try {
        yield* sleep(10_000);
        return 'not reached';
      } catch (error) {
        events.push(`${name}: ${(error as Error).name} ${(error as Error).message}`);
        if (cleanUp > 0) yield* sleep(cleanUp);
        throw error;
      }
    };

  it('before it is entered is remembered, and takes effect where the body first suspends', () =>
    runVirtual(function* () {
      const group = new TaskGroup();
      const events: string[] = [];
      group.cancel('not needed');
      const result = yield* group.run(function* () {
        events.push('body runs');
        expect(thrownBy(() => group.createTask(sleep(1)))).toBeInstanceOf(RuntimeError);
        try {
          yield* sleep(10_000);
        } catch (error) {
          events.push(`${(error as Error).name} ${(error as Error).message}`);
          throw error;
        }
        return 'not reached';
      });
      expect(result).toBeUndefined();
      expect(events).toEqual(['body runs', 'CancelledError not needed']);
      expect(running().cancelling()).toBe(0);
      expect(getRunningLoop().time()).toBe(0);
      yield* sleep(1); // nothing is left to interrupt this
    }));

  it('before it is entered does not reach a body that never suspends, nor what follows', () =>
    runVirtual(function* () {
      const group = new TaskGroup();
      group.cancel('not needed');
      expect(
        yield* group.run(function* () {
          return 'value';
        }),
      ).toBe('value');
      expect(running().cancelling()).toBe(0);
      yield* sleep(1);
    }));

  it('while the body runs ends body and children with the reason, waits for their clean-up, and is no error', () =>
    runVirtual(function* () {
      const events: string[] = [];
      const children: Task<string>[] = [];
      const loop = getRunningLoop();
      const result = yield* withTaskGroup(function* (group) {
        children.push(group.createTask(noting(events, 'a')), group.createTask(noting(events, 'b', 50)));
        loop.callLater(10, () => group.cancel('enough'));
        return yield* noting(events, 'body')();
      });
      expect(result).toBeUndefined();
      expect(events.sort()).toEqual(['a', 'b', 'body'].map((name) => `${name}: CancelledError enough`));
      expect(children.map((child) => child.cancelled())).toEqual([true, true]);
      expect(loop.time()).toBe(60);
      expect(running().cancelling()).toBe(0);
      yield* sleep(1);
    }));

  it('called by the body itself takes effect at its next suspension, or not at all', () =>
    runVirtual(function* () {
      const events: string[] = [];
      const suspended = yield* withTaskGroup(function* (group) {
        group.createTask(noting(events, 'child'));
        yield;
        group.cancel('own');
        events.push('goes on');
        yield* noting(events, 'body')();
        return 'not reached';
      });
      expect(suspended).toBeUndefined();
      expect(events).toEqual(['goes on', 'child: CancelledError own', 'body: CancelledError own']);
      const finished = yield* withTaskGroup(function* (group) {
        yield;
        group.cancel('own');
        return 'value';
      });
      expect(finished).toBe('value');
      expect(running().cancelling()).toBe(0);
      yield* sleep(1);
    }));

  it('called by a child ends the group, that child included', () =>
    runVirtual(function* () {
      const events: string[] = [];
      const result = yield* withTaskGroup(function* (group) {
        group.createTask(noting(events, 'sibling'));
        group.createTask(function* () {
          yield* sleep(10);
          group.cancel('found it');
          events.push('child goes on');
          yield* noting(events, 'child')();
        });
        return 'the body had ended';
      });
      expect(result).toBe('the body had ended');
      expect(events).toEqual(['child goes on', 'sibling: CancelledError found it', 'child: CancelledError found it']);
      expect(running().cancelling()).toBe(0);
    }));

  it('while the group waits in its exit cancels the children alone; the value of the body is kept', () =>
    runVirtual(function* () {
      const events: string[] = [];
      const group = new TaskGroup();
      getRunningLoop().callLater(10, () => group.cancel('too late for the body'));
      const { signal } = running();
      const result = yield* group.run(function* () {
        group.createTask(noting(events, 'a', 20));
        group.createTask(noting(events, 'b'));
        return 'value';
      });
      expect(signal.aborted).toBe(false);
      expect(result).toBe('value');
      expect(events).toEqual(['a: CancelledError too late for the body', 'b: CancelledError too late for the body']);
      expect(getRunningLoop().time()).toBe(30);
      expect(running().cancelling()).toBe(0);
    }));

  it('after all have ended does nothing', () =>
    runVirtual(function* () {
      const group = new TaskGroup();
      let child!: Task<string>;
      yield* group.run(function* () {
        child = group.createTask(sleep(1, 'value'));
      });
      group.cancel('late');
      expect(child.result()).toBe('value');
      expect(running().cancelling()).toBe(0);
      expect(String(group)).toBe('<TaskGroup finished tasks=0 errors=0>');
      yield* sleep(1);
    }));

  it('may be repeated: the first reason holds, and the body is interrupted once', () =>
    runVirtual(function* () {
      const events: string[] = [];
      const group = new TaskGroup();
      for (const ms of [10, 15]) getRunningLoop().callLater(ms, () => group.cancel(`at ${ms}`));
      yield* group.run(function* () {
        group.cancel('first');
        group.cancel('second');
        try {
          yield* noting(events, 'body')();
        } finally {
          yield* sleep(50); // not interrupted by the later calls
          events.push('cleaned up');
        }
      });
      expect(events).toEqual(['body: CancelledError first', 'cleaned up']);
      expect(getRunningLoop().time()).toBe(50);
    }));

  it('with a child that fails: its error comes as an ExceptionGroup all the same', () =>
    runVirtual(function* () {
      const group = withTaskGroup(function* (group) {
        group.createTask(crashOnExit());
        group.createTask(crashOnExit(new ErrB('boom')));
        yield* sleep(10);
        group.cancel('enough');
        yield* sleep(10_000);
      });
      expect(namesIn(yield* errorOf(group))).toEqual(['ErrA', 'ErrB']);
      expect(running().cancelling()).toBe(0);
      yield* sleep(1);
    }));

  it('with a body that fails while it is cancelled: its error comes as an ExceptionGroup', () =>
    runVirtual(function* () {
      const group = withTaskGroup(function* (group) {
        getRunningLoop().callLater(10, () => group.cancel('enough'));
        yield* crashOnExit();
      });
      expect(namesIn(yield* errorOf(group))).toEqual(['ErrA']);
      expect(running().cancelling()).toBe(0);
    }));

  it('a body that catches the cancellation and returns gives its value', () =>
    runVirtual(function* () {
      const result = yield* withTaskGroup(function* (group) {
        getRunningLoop().callLater(10, () => group.cancel('enough'));
        try {
          yield* sleep(10_000);
        } catch (error) {
          expect(isCancelled(error)).toBe(true);
        }
        return 'what it had so far';
      });
      expect(result).toBe('what it had so far');
      expect(running().cancelling()).toBe(0);
      yield* sleep(1);
    }));

  it('together with a cancellation from outside: that one goes on', () =>
    runVirtual(function* () {
      for (const order of ['own first', 'outside first', 'in the exit']) {
        const events: string[] = [];
        let group!: TaskGroup;
        const runner = createTask(function* () {
          group = new TaskGroup();
          yield* group.run(function* () {
            group.createTask(noting(events, 'child', 20));
            if (order !== 'in the exit') yield* noting(events, 'body', 5)();
          });
          events.push('not reached');
        });
        yield* sleep(10);
        if (order === 'outside first') {
          runner.cancel('outside');
          group.cancel('own');
        } else {
          group.cancel('own');
          runner.cancel('outside');
        }
        const error = yield* errorOf(runner);
        expect(error).toBeInstanceOf(CancelledError);
        expect(runner.cancelled()).toBe(true);
        expect(events).not.toContain('not reached');
        expect(events.filter((event) => event.startsWith('child'))).toHaveLength(1);
      }
    }));

  it('in a task that had swallowed a request before takes back its own one only', () =>
    runVirtual(function* () {
      const task = createTask(function* () {
        try {
          yield* sleep(1000);
        } catch {
          // goes on, with the request still counted
        }
        expect(running().cancelling()).toBe(1);
        for (const ms of [1000, null]) {
          yield* withTaskGroup(function* (group) {
            group.cancel('enough');
            if (ms !== null) yield* sleep(ms); // else the request is still armed when the body ends
          });
          expect(running().cancelling()).toBe(1);
          yield* sleep(1);
        }
        return 'went on';
      });
      yield;
      task.cancel();
      expect(yield* task).toBe('went on');
    }));

  it('ends the inner one of two groups, and the outer one goes on', () =>
    runVirtual(function* () {
      const events: string[] = [];
      yield* withTaskGroup(function* (outer) {
        const child = outer.createTask(sleep(100, 'of the outer group'));
        yield* withTaskGroup(function* (inner) {
          inner.createTask(noting(events, 'of the inner group'));
          yield* sleep(10);
          inner.cancel('inner');
          yield* sleep(1000);
        });
        events.push(yield* child);
      });
      expect(events).toEqual(['of the inner group: CancelledError inner', 'of the outer group']);
    }));

  it('ends the outer one while the body sits in an inner one', () =>
    runVirtual(function* () {
      const events: string[] = [];
      yield* withTaskGroup(function* (outer) {
        getRunningLoop().callLater(10, () => outer.cancel('outer'));
        yield* withTaskGroup(function* (inner) {
          inner.createTask(noting(events, 'child'));
          yield* noting(events, 'body')();
        });
        events.push('not reached');
      });
      // The children of the inner group are cancelled because its body was, so without the reason.
      expect(events).toEqual(['body: CancelledError outer', 'child: CancelledError ']);
      expect(running().cancelling()).toBe(0);
      yield* sleep(1);
    }));

  it('ends an async function as body, and aborts the signal of the group', async () => {
    const result = await run(async () => {
      const events: string[] = [];
      const value = await withTaskGroup(async (group) => {
        group.createTask(noting(events, 'child'));
        const aborted = new Promise((resolve) => group.signal.addEventListener('abort', resolve, { once: true }));
        setTimeout(() => group.cancel('enough'), 2);
        try {
          await sleep(10_000);
        } catch (error) {
          events.push(`body: ${(error as Error).name} ${(error as Error).message}`);
          throw error;
        } finally {
          await aborted;
          events.push(`signal: ${(group.signal.reason as Error).message}`);
        }
        return 'not reached';
      });
      expect(value).toBeUndefined();
      await sleep(1); // not interrupted
      return events.sort();
    });
    expect(result).toEqual(['body: CancelledError enough', 'child: CancelledError enough', 'signal: enough']);
  });

  it('tells in the text of the group that it shuts down', () =>
    runVirtual(function* () {
      const group = new TaskGroup();
      expect(String(group)).toBe('<TaskGroup created tasks=0 errors=0>');
      const texts: string[] = [];
      yield* group.run(function* () {
        group.createTask(noting([], 'child', 5));
        yield* turns(2);
        group.cancel();
        texts.push(String(group));
        yield;
      });
      expect(texts).toEqual(['<TaskGroup cancelling tasks=1 errors=0>']);
    }));
});
