import {
  CancelledError,
  ExceptionGroup,
  type Resume,
  RuntimeError,
  type Task,
  Timeout,
  TimeoutError,
  createTask,
  currentTask,
  getRunningLoop,
  run,
  sleep,
  withTaskGroup,
} from 'rxtasks';
import { ManualScheduler } from '../support/manual-scheduler.js';
import { errorOf, idleLoop, runVirtual, thrownBy } from '../support/virtual.js';

class ErrA extends Error {}
class ErrB extends Error {}

const boom = (error: unknown): never => {
  throw error;
};
const running = () => currentTask() as Task<unknown>;
const now = () => getRunningLoop().time();

function* sleepLong(ms = 10_000): Generator<void, void, Resume> {
  yield* sleep(ms);
}

describe('Timeout', () => {
  it('cancels the body at the limit, and ends with a TimeoutError [TimeoutTests.test_timeout_basic]', () =>
    runVirtual(function* () {
      const limit = new Timeout(10);
      const error = yield* errorOf(limit.run(() => sleepLong()));
      expect(error).toBeInstanceOf(TimeoutError);
      expect((error as Error).name).toBe('TimeoutError');
      expect(limit.expired()).toBe(true);
      expect(now()).toBe(10);
    }));

  it('takes a time of the clock too, which when() tells [TimeoutTests.test_timeout_at_basic]', () =>
    runVirtual(function* () {
      yield* sleep(5);
      const deadline = now() + 10;
      const limit = Timeout.at(deadline);
      expect(yield* errorOf(limit.run(() => sleepLong()))).toBeInstanceOf(TimeoutError);
      expect(limit.expired()).toBe(true);
      expect(limit.when()).toBe(deadline);
      expect(now()).toBe(deadline);
    }));

  it('left before the limit does nothing [TimeoutTests.test_timeout_not_called]', () =>
    runVirtual(function* () {
      const limit = new Timeout(10_000);
      const value = yield* limit.run(function* () {
        return yield* sleep(10, 'value');
      });
      expect(value).toBe('value');
      expect(limit.expired()).toBe(false);
      expect(limit.when()).toBeGreaterThan(now());
      yield* sleep(20_000); // its timer is gone
      expect(limit.expired()).toBe(false);
    }));

  it('without a limit never expires [TimeoutTests.test_timeout_disabled]', () =>
    runVirtual(function* () {
      for (const none of [null, Infinity, undefined as unknown as null]) {
        const limit = new Timeout(none);
        yield* limit.run(() => sleepLong(1e9));
        expect(limit.expired()).toBe(false);
        expect(limit.when()).toBeNull();
      }
    }));

  it('nor does the form that takes a time of the clock [TimeoutTests.test_timeout_at_disabled]', () =>
    runVirtual(function* () {
      for (const none of [null, Infinity]) {
        const limit = Timeout.at(none);
        yield* limit.run(() => sleepLong(1e9));
        expect(limit.expired()).toBe(false);
        expect(limit.when()).toBeNull();
      }
    }));

  it('of zero expires at the first suspension of the body [TimeoutTests.test_timeout_zero]', () =>
    runVirtual(function* () {
      const events: string[] = [];
      const limit = new Timeout(0);
      const error = yield* errorOf(
        limit.run(function* () {
          events.push('body runs');
          yield* sleepLong();
          events.push('not reached');
        }),
      );
      expect(error).toBeInstanceOf(TimeoutError);
      expect(events).toEqual(['body runs']);
      expect(limit.expired()).toBe(true);
      expect(limit.when()).toBe(0);
      expect(now()).toBe(0);
    }));

  it('of zero expires in a single bare suspension [TimeoutTests.test_timeout_zero_sleep_zero]', () =>
    runVirtual(function* () {
      const limit = new Timeout(0);
      expect(yield* errorOf(limit.run(() => sleepLong(0)))).toBeInstanceOf(TimeoutError);
      expect(limit.expired()).toBe(true);
      expect(limit.when()).toBe(0);
      const unhindered = new Timeout(0);
      const value = yield* unhindered.run(function* () {
        return 'no suspension';
      });
      expect(value).toBe('no suspension');
      expect(unhindered.expired()).toBe(false);
    }));

  it('in the past is as one of zero [TimeoutTests.test_timeout_in_the_past_sleep_zero]', () =>
    runVirtual(function* () {
      const limit = new Timeout(-11);
      expect(yield* errorOf(limit.run(() => sleepLong(0)))).toBeInstanceOf(TimeoutError);
      expect(limit.expired()).toBe(true);
      expect(limit.when()).toBe(-11);
      expect(now()).toBe(0);
    }));

  it('gives the body a CancelledError before it turns that into a TimeoutError [TimeoutTests.test_waiter_cancelled]', () =>
    runVirtual(function* () {
      let seen: unknown;
      const error = yield* errorOf(
        new Timeout(10).run(function* () {
          try {
            yield* sleepLong();
          } catch (e) {
            seen = e;
            throw e;
          }
        }),
      );
      expect(seen).toBeInstanceOf(CancelledError);
      expect((seen as CancelledError).source).toBe('timeout');
      expect(error).toBeInstanceOf(TimeoutError);
    }));

  it('lets an error of the body pass as it is [TimeoutTests.test_foreign_exception_passed]', () =>
    runVirtual(function* () {
      const limit = new Timeout(10);
      const error = new ErrA();
      const body = function* () {
        boom(error);
      };
      expect(yield* errorOf(limit.run(body))).toBe(error);
      expect(limit.expired()).toBe(false);
    }));

  it('an error of the body while the limit interrupts it wins over the TimeoutError [TimeoutTests.test_foreign_exception_on_timeout]', () =>
    runVirtual(function* () {
      const limit = new Timeout(10);
      const error = new ErrA();
      const crash = function* () {
        try {
          yield* sleep(1000);
        } finally {
          boom(error);
        }
      };
      expect(yield* errorOf(limit.run(() => crash()))).toBe(error);
      expect(limit.expired()).toBe(true);
      expect(running().cancelling()).toBe(0);
    }));

  it('the same through several levels of clean-up: the last error wins [TimeoutTests.test_foreign_exception_on_timeout_2]', () =>
    runVirtual(function* () {
      const last = new ErrA('last');
      const seen: unknown[] = [];
      const body = function* () {
        try {
          try {
            boom(new ErrB('first'));
          } finally {
            yield* sleep(1000);
          }
        } catch (error) {
          seen.push((error as Error).name);
          try {
            boom(new ErrB('second'));
          } finally {
            boom(last);
          }
        }
      };
      expect(yield* errorOf(new Timeout(10).run(body))).toBe(last);
      expect(seen).toEqual(['CancelledError']);
      expect(running().cancelling()).toBe(0);
    }));

  it('has as its cause the CancelledError that interrupted the body [TimeoutTests.test_timeout_exception_context]', () =>
    runVirtual(function* () {
      let thrown: unknown;
      const error = yield* errorOf(
        new Timeout(10).run(function* () {
          try {
            boom(new ErrA());
          } finally {
            try {
              yield* sleep(1000);
            } catch (e) {
              thrown = e;
              boom(e);
            }
          }
        }),
      );
      expect(error).toBeInstanceOf(TimeoutError);
      expect((error as Error).cause).toBeInstanceOf(CancelledError);
      expect((error as Error).cause).toBe(thrown);
      expect((error as Error).message).toBe('the time limit was reached');
    }));

  it('leaves a cancellation from elsewhere a CancelledError [TimeoutTests.test_foreign_cancel_doesnt_timeout_if_not_expired]', () =>
    runVirtual(function* () {
      const task = createTask(function* () {
        const limit = new Timeout(10_000);
        const error = yield* errorOf(
          limit.run(function* () {
            running().cancel('from elsewhere');
            yield* sleepLong();
          }),
        );
        expect(limit.expired()).toBe(false);
        throw error;
      });
      const error = yield* errorOf(task);
      expect(error).toBeInstanceOf(CancelledError);
      expect((error as Error).message).toBe('from elsewhere');
    }));

  it('leaves the task uncancelled once the TimeoutError is handled [TimeoutTests.test_outer_task_is_not_cancelled]', () =>
    runVirtual(function* () {
      const task = createTask(function* () {
        const error = yield* errorOf(new Timeout(1).run(() => sleepLong()));
        expect(running().cancelling()).toBe(0);
        yield* sleep(1); // not interrupted
        return error;
      });
      expect(yield* task).toBeInstanceOf(TimeoutError);
      expect(task.cancelled()).toBe(false);
      expect(task.done()).toBe(true);
    }));

  /** Runs `body` in a task that was cancelled before and went on. */
  function* afterCancellation(body: () => Generator<void, void, Resume>) {
    const task = createTask(function* () {
      try {
        running().cancel();
        yield* sleep(1);
      } catch {
        yield* body();
      }
    });
    yield* task;
    expect(task.cancelling()).toBeGreaterThan(0);
  }

  it('works in a task that went on after an earlier cancellation [TimeoutTests.test_timeout_after_cancellation]', () =>
    runVirtual(() =>
      afterCancellation(function* () {
        expect(running().cancelling()).toBe(1);
        expect(yield* errorOf(new Timeout(0).run(() => sleepLong()))).toBeInstanceOf(TimeoutError);
        expect(running().cancelling()).toBe(1);
      }),
    ));

  it('there, a new cancellation stays one [TimeoutTests.test_cancel_in_timeout_after_cancellation]', () =>
    runVirtual(() =>
      afterCancellation(function* () {
        const limit = new Timeout(1000);
        const error = yield* errorOf(
          limit.run(function* () {
            running().cancel();
            yield* sleep(2000);
          }),
        );
        expect(error).toBeInstanceOf(CancelledError);
        expect(limit.expired()).toBe(false);
        expect(running().cancelling()).toBe(2);
      }),
    ));

  it('around a task group: errors of children that it cancelled come out as an ExceptionGroup [TimeoutTests.test_timeout_taskgroup]', () =>
    runVirtual(function* () {
      const limit = new Timeout(10);
      const inCleanUp = new ErrA('in the clean-up');
      const error = yield* errorOf(
        limit.run(() =>
          withTaskGroup(function* (group) {
            group.createTask(function* () {
              try {
                yield* sleep(2000);
              } finally {
                boom(inCleanUp);
              }
            });
            try {
              boom(new ErrB('of the body'));
            } finally {
              yield* sleep(1000);
            }
          })[Symbol.iterator](),
        ),
      );
      expect(error).toBeInstanceOf(ExceptionGroup);
      expect((error as ExceptionGroup).errors).toHaveLength(1);
      expect((error as ExceptionGroup).errors[0]).toBe(inCleanUp);
      expect(limit.expired()).toBe(true);
      expect(running().cancelling()).toBe(0);
      expect(now()).toBe(10);
    }));
});

describe('Timeout: one inside of another', () => {
  it('both with the same deadline: only the outer one ends with a TimeoutError [TimeoutTests.test_nested_timeouts]', () =>
    runVirtual(function* () {
      const deadline = now() + 10;
      const [outer, inner] = [Timeout.at(deadline), Timeout.at(deadline)];
      let between: unknown;
      const error = yield* errorOf(
        outer.run(function* () {
          try {
            yield* inner.run(() => sleepLong());
          } catch (e) {
            between = e;
            throw e;
          }
        }),
      );
      expect(error).toBeInstanceOf(TimeoutError);
      expect(between).toBeInstanceOf(CancelledError);
      expect([outer.expired(), inner.expired()]).toEqual([true, true]);
      expect(running().cancelling()).toBe(0);
    }));

  /** Runs main on a clock of its own; by `busy` time passes, and the loop does nothing. */
  async function runBusily(main: (busy: (ms: number) => void) => Generator<void, void, Resume>): Promise<void> {
    const scheduler = new ManualScheduler();
    const ended = run(() => main((ms) => scheduler.pass(ms)), { scheduler });
    do while (scheduler.runNext());
    while (scheduler.advance());
    await ended;
  }

  it('both deadlines past when the loop gets control: the body is interrupted once, for the outer one [TimeoutTests.test_nested_timeouts_concurrent]', async () => {
    for (const [ofOuter, ofInner, innerExpired] of [
      [1, 10_000, false],
      [1, 3, true],
      [3, 1, true],
    ] as const) {
      await runBusily(function* (busy) {
        const [outer, inner] = [new Timeout(ofOuter), new Timeout(ofInner)];
        let between: unknown;
        const error = yield* errorOf(
          outer.run(function* () {
            try {
              yield* inner.run(function* () {
                busy(5);
                yield* sleepLong();
              });
            } catch (e) {
              between = e;
              throw e;
            }
          }),
        );
        expect(between).toBeInstanceOf(CancelledError);
        expect(error).toBeInstanceOf(TimeoutError);
        expect((error as Error).cause).toBe(between);
        expect([outer.expired(), inner.expired()]).toEqual([true, innerExpired]);
        expect(running().cancelling()).toBe(0);
      });
    }
  });

  it('the inner one expires and is handled, the outer one interrupts what follows [TimeoutTests.test_nested_timeouts_loop_busy]', async () => {
    await runBusily(function* (busy) {
      const outer = new Timeout(200);
      const error = yield* errorOf(
        outer.run(function* () {
          const inner = new Timeout(2);
          const inside = yield* errorOf(
            inner.run(function* () {
              busy(5);
              yield* sleepLong();
            }),
          );
          expect(inside).toBeInstanceOf(TimeoutError);
          expect(outer.expired()).toBe(false);
          yield* sleepLong();
        }),
      );
      expect(error).toBeInstanceOf(TimeoutError);
      expect(outer.expired()).toBe(true);
      expect(now()).toBe(200);
    });
  });

  it('one in the clean-up of a body that another one has interrupted works by itself [TimeoutTests.test_nested_timeout_in_finally]', () =>
    runVirtual(function* () {
      let inside: unknown;
      const error = yield* errorOf(
        new Timeout(10).run(function* () {
          try {
            yield* sleep(1000);
          } finally {
            inside = yield* errorOf(new Timeout(10).run(() => sleepLong()));
          }
        }),
      );
      expect(inside).toBeInstanceOf(TimeoutError);
      expect((inside as Error).cause).toBeInstanceOf(CancelledError);
      expect(error).toBeInstanceOf(TimeoutError);
      expect((error as Error).cause).toBeInstanceOf(CancelledError);
      expect((error as Error).cause).not.toBe((inside as Error).cause);
      expect(now()).toBe(20);
      expect(running().cancelling()).toBe(0);
    }));
});

describe('Timeout: its state', () => {
  it('can be moved, or taken away, from another task; when() follows [TimeoutTests.test_reschedule]', () =>
    runVirtual(function* () {
      const entered = getRunningLoop().createFuture<{ limit: Timeout }>();
      const deadline = now() + 10;
      const task = createTask(function* () {
        const limit = Timeout.at(deadline);
        yield* limit.run(function* () {
          entered.setResult({ limit });
          yield* sleep(50);
        });
      });
      const { limit } = yield* entered;
      expect(limit.when()).toBe(deadline);
      limit.reschedule(deadline + 20);
      expect(limit.when()).toBe(deadline + 20);
      yield* sleep(15);
      expect(limit.expired()).toBe(false);
      limit.reschedule(null);
      expect(limit.when()).toBeNull();
      yield* sleep(20);
      expect(task.done()).toBe(false);
      task.cancel();
      expect(yield* errorOf(task)).toBeInstanceOf(CancelledError);
      expect(limit.expired()).toBe(false);
    }));

  it('can be moved to an earlier time, also to one that has passed', () =>
    runVirtual(function* () {
      for (const earlier of [10, 0, -100]) {
        const start = now();
        const limit = new Timeout(1000);
        getRunningLoop().callLater(5, () => limit.reschedule(start + earlier));
        expect(yield* errorOf(limit.run(() => sleepLong()))).toBeInstanceOf(TimeoutError);
        expect(limit.when()).toBe(start + earlier);
        expect(now()).toBe(start + Math.max(5, earlier));
      }
    }));

  const once = new RuntimeError('Timeout.run(body): a time-out runs one body, once; make a new one');

  it('cannot be entered inside of itself [TimeoutTests.test_timeout_already_entered]', () =>
    runVirtual(function* () {
      const limit = new Timeout(10);
      let ran = false;
      yield* limit.run(function* () {
        const inside = limit.run(function* () {
          ran = true;
        });
        expect(yield* errorOf(inside)).toEqual(once);
      });
      expect(ran).toBe(false);
    }));

  it('cannot be entered again [TimeoutTests.test_timeout_double_enter]', () =>
    runVirtual(function* () {
      const limit = new Timeout(10);
      const body = limit.run(function* () {});
      yield* body;
      expect(yield* errorOf(limit.run(function* () {}))).toEqual(once);
      expect(yield* errorOf(body)).toEqual(once);
    }));

  const inactive = (state: string) =>
    new RuntimeError(`reschedule(when): the time-out is ${state}; it can be moved only while its body runs`);

  it('cannot be moved once it is finished [TimeoutTests.test_timeout_finished]', () =>
    runVirtual(function* () {
      const limit = new Timeout(10);
      yield* limit.run(function* () {});
      expect(thrownBy(() => limit.reschedule(20))).toEqual(inactive('finished'));
      expect(limit.when()).toBe(10);
    }));

  it('cannot be moved once it has expired [TimeoutTests.test_timeout_expired]', () =>
    runVirtual(function* () {
      const limit = new Timeout(10);
      expect(yield* errorOf(limit.run(() => sleepLong()))).toBeInstanceOf(TimeoutError);
      expect(thrownBy(() => limit.reschedule(20))).toEqual(inactive('expired'));
    }));

  it('cannot be moved between its limit and the end of the body; one that catches the CancelledError goes on without an error [TimeoutTests.test_timeout_expiring]', () =>
    runVirtual(function* () {
      const limit = new Timeout(10);
      const value = yield* limit.run(function* () {
        expect(yield* errorOf(sleep(1000))).toBeInstanceOf(CancelledError);
        expect(limit.expired()).toBe(true);
        expect(thrownBy(() => limit.reschedule(20))).toEqual(inactive('expiring'));
        return 'value';
      });
      expect(value).toBe('value');
      expect(limit.expired()).toBe(true);
      expect(running().cancelling()).toBe(0);
    }));

  const notEntered = new RuntimeError(
    'reschedule(when): the time-out has not been entered; call it while its body runs',
  );

  it('cannot be moved before it is entered [TimeoutTests.test_timeout_not_entered]', () =>
    runVirtual(function* () {
      const limit = new Timeout(10);
      expect(thrownBy(() => limit.reschedule(20))).toEqual(notEntered);
      const body = limit.run(function* () {}); // cold: nothing is entered yet
      expect(thrownBy(() => limit.reschedule(20))).toEqual(notEntered);
      yield* body;
    }));

  it('cannot be entered outside of a task [TimeoutTests.test_timeout_without_task]', () => {
    const { loop, turn, contexts } = idleLoop();
    const limit = new Timeout(10);
    let ran = false;
    const body = limit.run(function* () {
      ran = true;
    });
    expect(thrownBy(() => body[Symbol.iterator]())).toBeInstanceOf(RuntimeError);
    loop.callSoon(() => void body[Symbol.iterator]());
    turn();
    expect(contexts.map(({ exception }) => (exception as Error).message)).toEqual([
      expect.stringContaining('was iterated outside of a task'),
    ]);
    expect(ran).toBe(false);
    expect(thrownBy(() => limit.reschedule(20))).toEqual(notEntered);
  });

  it('refuses what is no time, and what is no body, at the call', () => {
    expect(() => new Timeout(NaN)).toThrow(new RangeError('new Timeout(ms): expected ms in milliseconds, got NaN'));
    expect(() => new Timeout('5' as never)).toThrow(
      new TypeError('new Timeout(ms): expected ms in milliseconds, a number, got "5" (string)'),
    );
    expect(() => Timeout.at(NaN)).toThrow(new RangeError('Timeout.at(when): expected when in milliseconds, got NaN'));
    expect(() => new Timeout(1).run(null as never)).toThrow(
      new TypeError(
        'Timeout.run(body): expected body to be a generator function, an async function or a function that returns an ' +
          'Observable, got null',
      ),
    );
    return runVirtual(function* () {
      const limit = new Timeout(10);
      yield* limit.run(function* () {
        expect(thrownBy(() => limit.reschedule(NaN))).toEqual(
          new RangeError('reschedule(when): expected when in milliseconds, got NaN'),
        );
        expect(limit.when()).toBe(10);
      });
    });
  });

  it('tells in its text its state and its deadline', () =>
    runVirtual(function* () {
      const limit = new Timeout(10);
      const texts = [String(limit)];
      yield* limit.run(function* () {
        texts.push(String(limit));
        limit.reschedule(null);
        texts.push(String(limit));
        limit.reschedule(5);
        yield* errorOf(sleep(100));
        texts.push(String(limit));
      });
      texts.push(String(limit));
      expect(texts).toEqual([
        '<Timeout created when=10>',
        '<Timeout active when=10>',
        '<Timeout active>',
        '<Timeout expiring when=5>',
        '<Timeout expired when=5>',
      ]);
    }));
});
