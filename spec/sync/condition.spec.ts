import { of } from 'rxjs';
import {
  CancelledError,
  Condition,
  Lock,
  RuntimeError,
  TimeoutError,
  createTask,
  getEventLoop,
  sleep,
  waitFor,
  type Task,
} from 'rxtasks';
import { errorOf, turns, virtually } from './virtual.js';

/** A task that waits once, notes its number, and keeps or releases the lock. */
function waiter(condition: Condition, woken: number[], number: number, then: 'keep' | 'release'): Task<boolean> {
  return createTask(function* () {
    yield* condition.acquire();
    if (yield* condition.wait()) woken.push(number);
    if (then === 'release') condition.release();
    return true;
  });
}

/** Two consumers of a counter; the producer makes one item, wakes the first consumer and cancels it. */
function twoConsumers() {
  const condition = new Condition();
  const shared = { state: 0 };
  const consumer = () =>
    createTask(
      condition.runExclusive(function* () {
        for (;;) {
          yield* condition.waitFor(() => shared.state !== 0);
          if (shared.state < 0) return;
          shared.state--;
        }
      }),
    );
  return { condition, shared, consumers: [consumer(), consumer()] as const };
}

describe('Condition', () => {
  it('wakes waiters in order, and each goes on only when it has the lock again [ConditionTests.test_wait]', () =>
    virtually(function* () {
      const condition = new Condition();
      const woken: number[] = [];
      const tasks = [1, 2, 3].map((number) => waiter(condition, woken, number, 'keep'));
      yield;
      expect(woken).toEqual([]);
      expect(condition.locked()).toBe(false);

      yield* condition.acquire();
      condition.notify();
      yield;
      expect(woken).toEqual([]);
      expect(condition.locked()).toBe(true);

      condition.release();
      yield;
      expect(woken).toEqual([1]);
      expect(condition.locked()).toBe(true);

      condition.notify(2);
      yield;
      expect(woken).toEqual([1]);
      condition.release();
      yield;
      expect(woken).toEqual([1, 2]);
      expect(condition.locked()).toBe(true);
      condition.release();
      yield;
      expect(woken).toEqual([1, 2, 3]);
      expect(condition.locked()).toBe(true);
      for (const task of tasks) expect(task.result()).toBe(true);
    }));

  it('takes the lock again before a cancelled waiter gets its error [ConditionTests.test_wait_cancel]', () =>
    virtually(function* () {
      const condition = new Condition();
      yield* condition.acquire();
      const task = createTask(condition.wait());
      getEventLoop().callSoon(() => task.cancel());
      expect(yield* errorOf(task)).toBeInstanceOf(CancelledError);
      expect(String(condition)).toBe('<Condition locked>');
    }));

  it('is held by a notified waiter that is cancelled while others hold the lock [ConditionTests.test_wait_cancel_contested]', () =>
    virtually(function* () {
      const condition = new Condition();
      yield* condition.acquire();
      const task = createTask(condition.wait());
      yield;
      expect(condition.locked()).toBe(false);

      yield* condition.acquire();
      condition.notify();
      getEventLoop().callSoon(() => task.cancel());
      getEventLoop().callSoon(() => condition.release());
      expect(yield* errorOf(task)).toBeInstanceOf(CancelledError);
      expect(condition.locked()).toBe(true);
    }));

  it('delivers a cancellation that came while it took the lock again when it has it [ConditionTests.test_wait_cancel_after_notify]', () =>
    virtually(function* () {
      const condition = new Condition();
      let waited = false;
      const task = createTask(
        condition.runExclusive(function* () {
          waited = true;
          yield* condition.wait();
        }),
      );
      yield;
      yield* condition.acquire();
      condition.notify();
      yield; // it wants the lock again
      task.cancel();
      yield;
      expect(task.done()).toBe(false);
      condition.release();
      yield;
      expect(task.cancelled()).toBe(true);
      expect(waited).toBe(true);
      expect(condition.locked()).toBe(false);
    }));

  it('refuses wait() without the lock [ConditionTests.test_wait_unacquired]', () =>
    virtually(function* () {
      const error = yield* errorOf(new Condition().wait());
      expect(error).toBeInstanceOf(RuntimeError);
      expect((error as Error).message).toBe(
        'Condition.wait(): expected that the caller holds the lock, and nobody does; call it inside ' +
          'condition.runExclusive(body), or after `using held = yield* condition.acquire()`',
      );
    }));

  it('asks the predicate of waitFor after each wake-up and gives its value [ConditionTests.test_wait_for]', () =>
    virtually(function* () {
      const condition = new Condition();
      let value = '';
      let asked = 0;
      const task = createTask(
        condition.runExclusive(function* () {
          return yield* condition.waitFor(() => {
            asked++;
            return value;
          });
        }),
      );
      yield;
      expect(asked).toBe(1);
      yield* condition.acquire();
      condition.notify();
      condition.release();
      yield;
      expect(asked).toBe(2);
      expect(task.done()).toBe(false);

      value = 'ready';
      yield* condition.acquire();
      condition.notify();
      condition.release();
      yield;
      expect(task.result()).toBe('ready');
      expect(asked).toBe(3);
    }));

  it('needs the lock for waitFor only if the predicate is not true at once [ConditionTests.test_wait_for_unacquired]', () =>
    virtually(function* () {
      const condition = new Condition();
      expect(yield* condition.waitFor(() => [1, 2, 3])).toEqual([1, 2, 3]);
      expect(yield* errorOf(condition.waitFor(() => false))).toBeInstanceOf(RuntimeError);
    }));

  it('wakes at most n waiters by notify(n), the longest waiting first [ConditionTests.test_notify]', () =>
    virtually(function* () {
      const condition = new Condition();
      const woken: number[] = [];
      const tasks = [1, 2, 3].map((number) => waiter(condition, woken, number, 'release'));
      yield;
      yield* condition.acquire();
      condition.notify(1);
      condition.release();
      yield;
      expect(woken).toEqual([1]);

      yield* condition.acquire();
      condition.notify(1);
      condition.notify(2048);
      condition.release();
      yield;
      expect(woken).toEqual([1, 2, 3]);
      for (const task of tasks) expect(task.result()).toBe(true);
    }));

  it('wakes nobody by notify(0)', () =>
    virtually(function* () {
      const condition = new Condition();
      const woken: number[] = [];
      const task = waiter(condition, woken, 1, 'release');
      yield;
      yield* condition.acquire();
      condition.notify(0);
      condition.release();
      yield* turns(3);
      expect(woken).toEqual([]);
      task.cancel();
    }));

  it('wakes all waiters by notifyAll() [ConditionTests.test_notify_all]', () =>
    virtually(function* () {
      const condition = new Condition();
      const woken: number[] = [];
      const tasks = [1, 2].map((number) => waiter(condition, woken, number, 'release'));
      yield;
      yield* condition.acquire();
      condition.notifyAll();
      condition.release();
      yield;
      expect(woken).toEqual([1, 2]);
      for (const task of tasks) expect(task.result()).toBe(true);
    }));

  it('refuses notify() without the lock [ConditionTests.test_notify_unacquired]', () => {
    expect(() => new Condition().notify()).toThrow(RuntimeError);
    expect(() => new Condition().notify()).toThrow('Condition.notify(): expected that the caller holds the lock');
  });

  it('refuses notifyAll() without the lock [ConditionTests.test_notify_all_unacquired]', () => {
    expect(() => new Condition().notifyAll()).toThrow(RuntimeError);
    expect(() => new Condition().notifyAll()).toThrow('Condition.notifyAll(): expected that the caller holds the lock');
  });

  it('holds its lock inside runExclusive and frees it after [ConditionTests.test_context_manager]', () =>
    virtually(function* () {
      const condition = new Condition();
      expect(condition.locked()).toBe(false);
      yield* condition.runExclusive(function* () {
        yield;
        expect(condition.locked()).toBe(true);
      });
      expect(condition.locked()).toBe(false);
    }));

  it('runs an Observable under its lock', () =>
    virtually(function* () {
      const condition = new Condition();
      expect(yield* condition.runExclusive(() => of(String(condition)))).toBe('<Condition locked>');
      expect(condition.locked()).toBe(false);
    }));

  it('shares a lock that it is given [ConditionTests.test_explicit_lock]', () =>
    virtually(function* () {
      const lock = new Lock();
      const one = new Condition(lock);
      const other = new Condition(lock);
      for (const exclusive of [one, other, lock]) {
        yield* exclusive.runExclusive(function* () {
          yield;
          for (const each of [one, other, lock]) expect(each.locked()).toBe(true);
        });
        for (const each of [one, other, lock]) expect(each.locked()).toBe(false);
      }
    }));

  it('holds the lock again after a time limit around wait() was reached [ConditionTests.test_timeout_in_block]', () =>
    virtually(function* () {
      const condition = new Condition();
      yield* condition.acquire();
      expect(yield* errorOf(waitFor(condition.wait(), 500))).toBeInstanceOf(TimeoutError);
      expect(getEventLoop().time()).toBe(500);
      expect(condition.locked()).toBe(true);
      condition.release();
    }));

  it('throws the very error that interrupted the wait [ConditionTests.test_cancelled_error_wakeup]', () =>
    virtually(function* () {
      const condition = new Condition();
      let thrown: unknown;
      const task = createTask(
        condition.runExclusive(function* () {
          thrown = yield* errorOf(condition.waitFor(() => false));
          throw thrown;
        }),
      );
      yield;
      task.cancel('foo');
      const error = yield* errorOf(task);
      expect(error).toBeInstanceOf(CancelledError);
      expect((error as Error).message).toBe('foo');
      expect(error).toBe(thrown);
    }));

  it('throws the very error that came while it took the lock again [ConditionTests.test_cancelled_error_re_aquire]', () =>
    virtually(function* () {
      const condition = new Condition();
      let wake = false;
      let thrown: unknown;
      const task = createTask(
        condition.runExclusive(function* () {
          thrown = yield* errorOf(condition.waitFor(() => wake));
          throw thrown;
        }),
      );
      yield;
      yield* condition.acquire();
      wake = true;
      condition.notify();
      yield; // it wants the lock again
      task.cancel('foo');
      condition.release();
      const error = yield* errorOf(task);
      expect((error as Error).message).toBe('foo');
      expect(error).toBe(thrown);
    }));

  it('throws the last of several cancellations that came while it took the lock again', () =>
    virtually(function* () {
      const condition = new Condition();
      const task = createTask(
        condition.runExclusive(function* () {
          yield* condition.wait();
        }),
      );
      yield;
      yield* condition.acquire();
      task.cancel('first');
      yield;
      task.cancel('second');
      yield;
      expect(task.done()).toBe(false);
      condition.release();
      expect(((yield* errorOf(task)) as Error).message).toBe('second');
      expect(condition.locked()).toBe(false);
    }));

  it('passes the notification on when the notified waiter is cancelled in the same turn [ConditionTests.test_cancelled_wakeup]', () =>
    virtually(function* () {
      const { condition, shared, consumers } = twoConsumers();
      yield;
      yield* condition.runExclusive(function* () {
        shared.state++;
        condition.notify(1);
        consumers[0].cancel();
        yield* errorOf(waitFor(condition.wait(), 10)); // nobody notifies us; until then the item has to be consumed
        expect(shared.state).toBe(0);
        shared.state = -1;
        condition.notifyAll();
      });
      yield* consumers[1];
      expect(consumers[0].cancelled()).toBe(true);
    }));

  it('passes the notification on when the notified waiter is cancelled while it takes the lock again [ConditionTests.test_cancelled_wakeup_relock]', () =>
    virtually(function* () {
      const { condition, shared, consumers } = twoConsumers();
      yield;
      yield* condition.runExclusive(function* () {
        shared.state++;
        condition.notify(1);
        yield; // the first consumer wants the lock again
        consumers[0].cancel();
        yield* errorOf(waitFor(condition.wait(), 10)); // nobody notifies us; until then the item has to be consumed
        expect(shared.state).toBe(0);
        shared.state = -1;
        condition.notifyAll();
      });
      yield* consumers[1];
      expect(consumers[0].cancelled()).toBe(true);
    }));

  it('keeps a guard good across wait(), though others had the lock meanwhile', () =>
    virtually(function* () {
      const condition = new Condition();
      const task = createTask(function* () {
        using _held = yield* condition.acquire();
        yield* condition.wait();
      });
      yield;
      const other = yield* condition.acquire();
      condition.notify();
      other.release();
      yield* task;
      expect(condition.locked()).toBe(false);
    }));

  it('gives no power to the guard of a task that waits', () =>
    virtually(function* () {
      const condition = new Condition();
      const mine = yield* condition.acquire();
      const waiting = createTask(condition.wait());
      yield;
      const other = yield* condition.acquire();
      mine.release();
      expect(condition.locked()).toBe(true);
      condition.notify();
      other.release();
      yield* waiting;
      mine.release();
      expect(condition.locked()).toBe(false);
    }));

  it('refuses a lock that is none', () => {
    expect(() => new Condition('lock' as unknown as Lock)).toThrow(TypeError);
    expect(() => new Condition('lock' as unknown as Lock)).toThrow(
      'new Condition(lock): expected a Lock, got "lock" (string); leave it out to get a lock of its own',
    );
    expect(() => new Condition(null as unknown as Lock)).toThrow(TypeError);
  });

  it('refuses a predicate that is no function at the call, and one that gives a promise when it is asked', () =>
    virtually(function* () {
      const condition = new Condition();
      expect(() => condition.waitFor(true as unknown as () => boolean)).toThrow(
        'Condition.waitFor(predicate): expected a function, got true (boolean); pass one, as in waitFor(() => items.length > 0)',
      );
      const error = yield* errorOf(condition.waitFor(() => Promise.resolve(false)));
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toContain('this one gave a promise');
    }));

  it('refuses a number of tasks to wake that is none', () => {
    const condition = new Condition();
    expect(() => condition.notify('2' as unknown as number)).toThrow(
      new TypeError(
        'Condition.notify(n): expected the number of tasks to wake, got "2" (string); use notifyAll() to wake every one',
      ),
    );
    expect(() => condition.notify(NaN)).toThrow(RangeError);
  });

  it('gives what the predicate throws, and frees the lock', () =>
    virtually(function* () {
      const condition = new Condition();
      const error = yield* errorOf(
        condition.runExclusive(() =>
          condition.waitFor(() => {
            throw new Error('boom');
          }),
        ),
      );
      expect(error).toEqual(new Error('boom'));
      expect(condition.locked()).toBe(false);
    }));

  it('shows its state and its waiters', () =>
    virtually(function* () {
      const condition = new Condition();
      expect(String(condition)).toBe('<Condition unlocked>');
      const woken: number[] = [];
      waiter(condition, woken, 1, 'release');
      waiter(condition, woken, 2, 'release');
      yield;
      expect(String(condition)).toBe('<Condition unlocked waiters=2>');
      yield* condition.acquire();
      expect(String(condition)).toBe('<Condition locked waiters=2>');
      condition.notifyAll();
      condition.release();
      yield* sleep(1);
      expect(woken).toEqual([1, 2]);
    }));
});
