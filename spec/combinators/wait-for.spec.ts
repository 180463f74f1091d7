import { NEVER, defer, of } from 'rxjs';
import {
  CancelledError,
  type Resume,
  type Task,
  TimeoutError,
  createTask,
  currentTask,
  getRunningLoop,
  shield,
  sleep,
  wait,
  waitFor,
} from 'rxtasks';
import { errorOf, runVirtual } from '../support/virtual.js';

const now = () => getRunningLoop().time();

/** Takes its time, whatever anybody asks. */
function stubborn(ms: number) {
  const state = { ended: false };
  function* body(): Generator<void, void, Resume> {
    const end = now() + ms;
    while (now() < end) {
      try {
        yield* sleep(end - now());
      } catch (error) {
        expect(error).toBeInstanceOf(CancelledError);
      }
    }
    state.ended = true;
  }
  return { state, body };
}

/** A body that sleeps, and notes whether it runs. */
function sleeper(ms = 10_000) {
  const state = { runs: null as boolean | null };
  function* body(): Generator<void, string, Resume> {
    state.runs = true;
    try {
      yield* sleep(ms);
    } finally {
      state.runs = false;
    }
    return 'done';
  }
  return { state, body };
}

describe('waitFor', () => {
  it('cancelled itself, cancels what it waits for and lets it clean up [AsyncioWaitForTest.test_asyncio_wait_for_cancelled]', () =>
    runVirtual(function* () {
      const { state, body } = stubborn(200);
      const waiting = createTask(waitFor(body, 400));
      yield* sleep(0);
      waiting.cancel();
      yield* wait([waiting]);
      expect(state.ended).toBe(true);
      expect(now()).toBe(200);
    }));

  it('at the limit cancels a coroutine, which has cleaned up when the TimeoutError comes [AsyncioWaitForTest.test_asyncio_wait_for_timeout]', () =>
    runVirtual(function* () {
      const { state, body } = stubborn(200);
      yield* waitFor(body, 100); // it refuses to be cancelled and returns
      expect(state.ended).toBe(true);
      const events: string[] = [];
      const error = yield* errorOf(
        waitFor(function* () {
          try {
            yield* sleep(1000);
          } finally {
            yield* sleep(50);
            events.push(`cleaned up at ${now()}`);
          }
        }, 100),
      );
      expect(error).toBeInstanceOf(TimeoutError);
      expect(events).toEqual(['cleaned up at 350']);
    }));

  it('with a limit of zero or less gives the result of a future that is done [AsyncioWaitForTest.test_wait_for_timeout_less_then_0_or_0_future_done]', () =>
    runVirtual(function* () {
      for (const timeout of [0, -1]) {
        const future = getRunningLoop().createFuture<string>();
        future.setResult('done');
        let turned = false;
        getRunningLoop().callSoon(() => (turned = true));
        expect(yield* waitFor(future, timeout)).toBe('done');
        expect(turned).toBe(false);
        expect(future.done()).toBe(true);
        yield;
      }
    }));

  it('with a limit of zero or less never starts a coroutine [AsyncioWaitForTest.test_wait_for_timeout_less_then_0_or_0_coroutine_do_not_started]', () =>
    runVirtual(function* () {
      for (const timeout of [0, -1]) {
        let started = false;
        const error = yield* errorOf(
          waitFor(function* () {
            started = true;
            yield;
          }, timeout),
        );
        expect(error).toBeInstanceOf(TimeoutError);
        expect(started).toBe(false);
        let subscribed = false;
        const source$ = defer(() => {
          subscribed = true;
          return of(1);
        });
        expect(yield* errorOf(waitFor(source$, timeout))).toBeInstanceOf(TimeoutError);
        expect(subscribed).toBe(false);
      }
    }));

  it('with a limit of zero or less cancels a task that runs, and waits for its end [AsyncioWaitForTest.test_wait_for_timeout_less_then_0_or_0]', () =>
    runVirtual(function* () {
      for (const timeout of [0, -1]) {
        const { state, body } = sleeper();
        const task = createTask(body);
        yield;
        expect(state.runs).toBe(true);
        expect(yield* errorOf(waitFor(task, timeout))).toBeInstanceOf(TimeoutError);
        expect(task.done()).toBe(true);
        expect(task.cancelled()).toBe(true);
        expect(state.runs).toBe(false);
        expect(now()).toBe(0);
      }
    }));

  it('at the limit cancels the task that it was given, which has ended then [AsyncioWaitForTest.test_wait_for]', () =>
    runVirtual(function* () {
      const { state, body } = sleeper();
      const task = createTask(body);
      expect(yield* errorOf(waitFor(task, 100))).toBeInstanceOf(TimeoutError);
      expect(task.done()).toBe(true);
      expect(task.cancelled()).toBe(true);
      expect(state.runs).toBe(false);
      expect(now()).toBe(100);
    }));

  it('without a limit waits for the result [AsyncioWaitForTest.test_wait_for_blocking]', () =>
    runVirtual(function* () {
      for (const none of [null, undefined, Infinity]) {
        const { body } = sleeper(1e9);
        expect(yield* waitFor(body, none)).toBe('done');
      }
      expect(yield* waitFor(sleep(5, 'without the argument'))).toBe('without the argument');
    }));

  it('gives a result that comes before the limit [AsyncioWaitForTest.test_wait_for_race_condition]', () =>
    runVirtual(function* () {
      const future = getRunningLoop().createFuture<string>();
      const waiting = waitFor(future, 200);
      getRunningLoop().callSoon(() => future.setResult('ok'));
      expect(yield* waiting).toBe('ok');
      expect(now()).toBe(0);
    }));

  it('gives the value of a coroutine that catches the cancellation and returns [AsyncioWaitForTest.test_wait_for_cancellation_race_condition]', () =>
    runVirtual(function* () {
      const value = yield* waitFor(function* () {
        expect(yield* errorOf(sleep(1000))).toBeInstanceOf(CancelledError);
        return 1;
      }, 10);
      expect(value).toBe(1);
      expect(now()).toBe(10);
    }));

  /** A task whose clean-up takes some time. */
  function cleaningUp() {
    const state = { ended: false };
    const task = createTask(function* () {
      try {
        yield* sleep(10_000);
      } catch (error) {
        yield* sleep(10);
        throw error;
      } finally {
        state.ended = true;
      }
    });
    return { state, task };
  }

  it('ends only when the cancelled task has ended, however long that takes [AsyncioWaitForTest.test_wait_for_waits_for_task_cancellation]', () =>
    runVirtual(function* () {
      const { state, task } = cleaningUp();
      const error = yield* errorOf(waitFor(task, 1));
      expect(error).toBeInstanceOf(TimeoutError);
      expect(state.ended).toBe(true);
      expect(now()).toBe(11);
      expect((error as Error).cause).toBeInstanceOf(CancelledError);
    }));

  it('also with a limit of zero [AsyncioWaitForTest.test_wait_for_waits_for_task_cancellation_w_timeout_0]', () =>
    runVirtual(function* () {
      const { state, task } = cleaningUp();
      yield* sleep(1);
      const error = yield* errorOf(waitFor(task, 0));
      expect(error).toBeInstanceOf(TimeoutError);
      expect(state.ended).toBe(true);
      expect(now()).toBe(11);
      expect((error as Error).cause).toBeInstanceOf(CancelledError);
    }));

  it('an error of the task while it is cancelled takes the place of the TimeoutError [AsyncioWaitForTest.test_wait_for_reraises_exception_during_cancellation]', () =>
    runVirtual(function* () {
      for (const timeout of [1, 0]) {
        const failure = new Error('in the clean-up');
        const task = createTask(function* () {
          try {
            yield* sleep(200);
          } finally {
            (() => {
              throw failure;
            })();
          }
        });
        yield;
        expect(yield* errorOf(waitFor(task, timeout))).toBe(failure);
      }
    }));

  function* cancelsAlong(timeout: number | null): Generator<void, void, Resume> {
    const task = createTask(function* () {
      yield* getRunningLoop().createFuture<never>();
    });
    const waiting = createTask(waitFor(task, timeout));
    getRunningLoop().callSoon(() => waiting.cancel());
    expect(yield* errorOf(waiting)).toBeInstanceOf(CancelledError);
    expect(waiting.cancelled()).toBe(true);
    expect(task.cancelled()).toBe(true);
  }

  it('cancelled without a limit, cancels the task that it waits for [AsyncioWaitForTest.test_cancel_blocking_wait_for]', () =>
    runVirtual(() => cancelsAlong(null)));

  it('also with a limit [AsyncioWaitForTest.test_cancel_wait_for]', () => runVirtual(() => cancelsAlong(60_000)));

  it('gives the value of a coroutine that was cancelled and returned one instead [AsyncioWaitForTest.test_wait_for_cancel_suppressed]', () =>
    runVirtual(function* () {
      const value = yield* waitFor(function* () {
        try {
          yield* sleep(10_000);
        } catch {
          return 42;
        }
        return 0;
      }, 100);
      expect(value).toBe(42);
      expect((currentTask() as Task<unknown>).cancelling()).toBe(0);
    }));

  it('cancelled after the inner task has ended, and before it went on itself, is cancelled; the result stays in the inner task [AsyncioWaitForTest.test_wait_for_issue86296]', () =>
    runVirtual(function* () {
      const inner = createTask(function* () {
        return 'done';
      });
      let reachedEnd = false;
      const waiting = createTask(function* () {
        yield* waitFor(inner, 100);
        yield* sleep(1);
        reachedEnd = true;
      });
      expect(waiting.done()).toBe(false);
      yield* sleep(0);
      waiting.cancel();
      expect(yield* errorOf(waiting)).toBeInstanceOf(CancelledError);
      expect(inner.done()).toBe(true);
      expect(yield* inner).toBe('done');
      expect(reachedEnd).toBe(false);
    }));

  it('runs a coroutine inside of the waiting task if there is a limit to wait for', () =>
    runVirtual(function* () {
      const task = currentTask();
      for (const timeout of [null, 10]) {
        expect(
          yield* waitFor(function* () {
            return currentTask();
          }, timeout),
        ).toBe(task);
      }
    }));

  it('takes any source', () =>
    runVirtual(function* () {
      expect(yield* waitFor(of(1, 2), 10)).toBe(2);
      expect(yield* errorOf(waitFor(NEVER, 10))).toBeInstanceOf(TimeoutError);
      expect(yield* waitFor(() => of('from a function'), 10)).toBe('from a function');
    }));

  it('refuses at the call what is no source, and what is no time', () => {
    expect(() => waitFor(5 as never, 1)).toThrow(
      new TypeError(
        'waitFor(source, timeout): expected a coroutine, an Observable, a promise, an async iterable or a function that ' +
          'gives one of these, got 5 (number)',
      ),
    );
    expect(() => waitFor(sleep(1), NaN)).toThrow(
      new RangeError('waitFor(source, timeout): expected timeout in milliseconds, got NaN'),
    );
    expect(() => waitFor(sleep(1), '5' as never)).toThrow(
      new TypeError('waitFor(source, timeout): expected timeout in milliseconds, a number, got "5" (string)'),
    );
  });
});

describe('waitFor of a shield', () => {
  it('with a limit of zero cancels the shield, and the task runs on [WaitForShieldTests.test_zero_timeout]', () =>
    runVirtual(function* () {
      const task = createTask(sleep(10, 'done'));
      const shielded = shield(task);
      expect(yield* errorOf(waitFor(shielded, 0))).toBeInstanceOf(TimeoutError);
      expect(task.done()).toBe(false);
      expect(task.cancelled()).toBe(false);
      expect(shielded.cancelled()).toBe(true);
      yield* sleep(100);
      expect(task.done()).toBe(true);
      expect(task.result()).toBe('done');
    }));

  it('without a limit gives the result [WaitForShieldTests.test_none_timeout]', () =>
    runVirtual(function* () {
      const task = createTask(sleep(100, 'done'));
      expect(yield* waitFor(shield(task), null)).toBe('done');
      expect(task.done()).toBe(true);
      expect(yield* task).toBe('done');
    }));

  it('at the limit leaves the task alone, which can be awaited later [WaitForShieldTests.test_shielded_timeout]', () =>
    runVirtual(function* () {
      const task = createTask(sleep(100, 'done'));
      expect(yield* errorOf(waitFor(shield(task), 10))).toBeInstanceOf(TimeoutError);
      expect(task.done()).toBe(false);
      expect(task.cancelled()).toBe(false);
      expect(yield* task).toBe('done');
      expect(now()).toBe(100);
    }));
});
