import { Observable, of } from 'rxjs';
import {
  BoundedSemaphore,
  CancelledError,
  Condition,
  Lock,
  RuntimeError,
  Semaphore,
  createTask,
  getEventLoop,
  sleep,
  type Future,
} from 'rxtasks';
import { errorOf, turns, virtually } from './virtual.js';

/** A task that takes the lock and notes its number. */
function taker(lock: Lock, taken: number[], number: number) {
  return createTask(function* () {
    yield* lock.acquire();
    taken.push(number);
    return true;
  });
}

describe('Lock', () => {
  it('cannot be waited for itself, only acquire() can [LockTests.test_lock]', () =>
    virtually(function* () {
      const lock = new Lock();
      const mistaken = createTask(function* () {
        yield* lock as unknown as Future<void>;
      });
      expect(yield* errorOf(mistaken)).toBeInstanceOf(TypeError);
      expect('then' in lock).toBe(false);
      expect(lock.locked()).toBe(false);
    }));

  it('cannot be used as a scope itself, as little as the others; their guards can [LockTests.test_lock_by_with_statement]', () =>
    virtually(function* () {
      for (const primitive of [new Lock(), new Condition(), new Semaphore(), new BoundedSemaphore()]) {
        expect(Symbol.dispose in primitive).toBe(false);
        expect(Symbol.asyncDispose in primitive).toBe(false);
        {
          using _held = yield* primitive.acquire();
          expect(primitive.locked()).toBe(true);
        }
        expect(primitive.locked()).toBe(false);
      }
    }));

  it('hands itself to waiters strictly in order, one per release [LockTests.test_acquire]', () =>
    virtually(function* () {
      const lock = new Lock();
      const taken: number[] = [];
      yield* lock.acquire();
      const first = taker(lock, taken, 1);
      const second = taker(lock, taken, 2);
      yield;
      expect(taken).toEqual([]);

      lock.release();
      yield;
      expect(taken).toEqual([1]);
      yield;
      expect(taken).toEqual([1]);

      const third = taker(lock, taken, 3);
      lock.release();
      yield;
      expect(taken).toEqual([1, 2]);
      lock.release();
      yield;
      expect(taken).toEqual([1, 2, 3]);
      for (const task of [first, second, third]) expect(task.result()).toBe(true);
    }));

  it('takes a cancelled waiter out of the queue [LockTests.test_acquire_cancel]', () =>
    virtually(function* () {
      const lock = new Lock();
      yield* lock.acquire();
      const task = createTask(lock.acquire());
      getEventLoop().callSoon(() => task.cancel());
      expect(yield* errorOf(task)).toBeInstanceOf(CancelledError);
      expect(String(lock)).toBe('<Lock locked>');
    }));

  it('wakes the next waiter when it is released while the first is cancelled already [LockTests.test_cancel_race]', () =>
    virtually(function* () {
      const lock = new Lock();
      const blocker = getEventLoop().createFuture<void>();
      const visit = (wait?: Future<void>) =>
        createTask(function* () {
          yield* lock.acquire();
          try {
            if (wait) yield* wait;
          } finally {
            lock.release();
          }
        });
      const a = visit(blocker);
      yield;
      expect(lock.locked()).toBe(true);
      const b = visit();
      yield;
      const c = visit();
      yield;
      expect(String(lock)).toBe('<Lock locked waiters=2>');

      blocker.setResult();
      b.cancel();
      yield;
      expect(lock.locked()).toBe(false);
      expect(a.done()).toBe(true);
      expect(b.cancelled()).toBe(true);
      yield* c;
    }));

  it('goes to exactly one other when the first waiter is cancelled and the lock released in one turn [LockTests.test_cancel_release_race]', () =>
    virtually(function* () {
      const lock = new Lock();
      const taken: number[] = [];
      yield* lock.acquire();
      const first = taker(lock, taken, 1);
      const second = taker(lock, taken, 2);
      const third = taker(lock, taken, 3);
      yield;
      getEventLoop().callSoon(() => {
        first.cancel();
        lock.release();
      });
      expect(yield* errorOf(first)).toBeInstanceOf(CancelledError);
      expect(taken).toEqual([2]);
      expect(second.done()).toBe(true);

      third.cancel();
      yield;
      expect(third.cancelled()).toBe(true);
    }));

  it('passes the wake-up on when the woken waiter was cancelled [LockTests.test_finished_waiter_cancelled]', () =>
    virtually(function* () {
      const lock = new Lock();
      yield* lock.acquire();
      const b = createTask(lock.acquire());
      yield;
      const c = createTask(lock.acquire());
      b.cancel();
      lock.release();
      yield;
      expect(b.cancelled()).toBe(true);
      expect(lock.locked()).toBe(true);
      yield* c;
    }));

  it('passes its turn on also when the cancellation comes after the wake-up', () =>
    virtually(function* () {
      const lock = new Lock();
      yield* lock.acquire();
      const b = createTask(lock.acquire());
      const c = createTask(lock.acquire());
      yield;
      lock.release();
      b.cancel();
      expect(lock.locked()).toBe(false);
      yield;
      expect(b.cancelled()).toBe(true);
      yield* c;
      expect(String(lock)).toBe('<Lock locked>');
    }));

  it('is not overtaken by a newcomer between the release and the turn of the woken waiter', () =>
    virtually(function* () {
      const lock = new Lock();
      const taken: number[] = [];
      yield* lock.acquire();
      const first = taker(lock, taken, 1);
      yield;
      lock.release();
      expect(lock.locked()).toBe(false);
      const newcomer = taker(lock, taken, 2);
      yield* first;
      expect(taken).toEqual([1]);
      lock.release();
      yield* newcomer;
      expect(taken).toEqual([1, 2]);
    }));

  it('refuses to be released when it is not locked [LockTests.test_release_not_acquired]', () => {
    expect(() => new Lock().release()).toThrow(RuntimeError);
    expect(() => new Lock().release()).toThrow(
      'Lock.release(): expected a locked lock, and this one is unlocked; release once per acquire(), or leave it to ' +
        '`using held = yield* lock.acquire()` or lock.runExclusive(body)',
    );
  });

  it('is unlocked by a release without waiters [LockTests.test_release_no_waiters]', () =>
    virtually(function* () {
      const lock = new Lock();
      yield* lock.acquire();
      expect(lock.locked()).toBe(true);
      lock.release();
      expect(lock.locked()).toBe(false);
    }));

  it('is held inside runExclusive and free after it [LockTests.test_context_manager]', () =>
    virtually(function* () {
      const lock = new Lock();
      const result = yield* lock.runExclusive(function* () {
        yield* sleep(5);
        return lock.locked();
      });
      expect(result).toBe(true);
      expect(lock.locked()).toBe(false);
    }));

  it('is one of four that work as scopes: locked inside, unlocked after, and the scope has no value [LockTests.test_context_manager_async_with]', () =>
    virtually(function* () {
      for (const primitive of [new Lock(), new Condition(), new Semaphore(), new BoundedSemaphore()]) {
        yield* sleep(10);
        expect(primitive.locked()).toBe(false);
        const given = yield* primitive.runExclusive(function* (...values: unknown[]) {
          expect(primitive.locked()).toBe(true);
          yield* sleep(10);
          expect(primitive.locked()).toBe(true);
          return values[0];
        });
        expect(given).toBeUndefined();
        expect(primitive.locked()).toBe(false);
      }
    }));

  it('is not touched by acquire() before somebody waits for it, and taken anew each time', () =>
    virtually(function* () {
      const lock = new Lock();
      const acquire = lock.acquire();
      yield;
      expect(lock.locked()).toBe(false);
      (yield* acquire).release();
      (yield* acquire).release();
      expect(lock.locked()).toBe(false);
    }));

  it('takes a free lock without a turn of the loop', () =>
    virtually(function* () {
      const lock = new Lock();
      let turned = false;
      getEventLoop().callSoon(() => (turned = true));
      yield* lock.acquire();
      expect(turned).toBe(false);
    }));

  it('shows its state and its waiters', () =>
    virtually(function* () {
      const lock = new Lock();
      expect(String(lock)).toBe('<Lock unlocked>');
      yield* lock.acquire();
      expect(String(lock)).toBe('<Lock locked>');
      createTask(lock.acquire());
      createTask(lock.acquire());
      yield;
      expect(String(lock)).toBe('<Lock locked waiters=2>');
      lock.release();
      yield;
      lock.release();
      yield;
    }));

  describe('its guard', () => {
    it('releases at the end of the block, also when the block throws', () =>
      virtually(function* () {
        const lock = new Lock();
        const failing = createTask(function* () {
          using _held = yield* lock.acquire();
          yield* sleep(1);
          throw new Error('boom');
        });
        expect(yield* errorOf(failing)).toEqual(new Error('boom'));
        expect(lock.locked()).toBe(false);
      }));

    it('releases at the end of the block when the task is cancelled', () =>
      virtually(function* () {
        const lock = new Lock();
        const task = createTask(function* () {
          using _held = yield* lock.acquire();
          yield* sleep(1000);
        });
        yield;
        expect(lock.locked()).toBe(true);
        task.cancel();
        expect(yield* errorOf(task)).toBeInstanceOf(CancelledError);
        expect(lock.locked()).toBe(false);
      }));

    it('releases once: a second time it leaves the next holder alone', () =>
      virtually(function* () {
        const lock = new Lock();
        const guard = yield* lock.acquire();
        guard.release();
        yield* lock.acquire();
        guard.release();
        guard[Symbol.dispose]();
        expect(lock.locked()).toBe(true);
      }));

    it('leaves the next holder alone when its acquisition was ended by lock.release()', () =>
      virtually(function* () {
        const lock = new Lock();
        const mine = yield* lock.acquire();
        lock.release();
        mine.release();
        expect(lock.locked()).toBe(false);

        const next = yield* lock.acquire();
        mine.release();
        expect(lock.locked()).toBe(true);
        next.release();
        expect(lock.locked()).toBe(false);
      }));

    it('does nothing between a release and the turn of the woken waiter', () =>
      virtually(function* () {
        const lock = new Lock();
        const mine = yield* lock.acquire();
        const next = createTask(lock.acquire());
        yield;
        lock.release();
        mine.release();
        yield;
        mine.release();
        expect(lock.locked()).toBe(true);
        (yield* next).release();
        expect(lock.locked()).toBe(false);
      }));
  });

  describe('runExclusive', () => {
    it('runs an async function under the lock', async () => {
      const lock = new Lock();
      const seen = await lock.runExclusive(async () => {
        await Promise.resolve();
        return lock.locked();
      });
      expect(seen).toBe(true);
      expect(lock.locked()).toBe(false);
    });

    it('runs an Observable under the lock and gives its last value', () =>
      virtually(function* () {
        const lock = new Lock();
        const seen = yield* lock.runExclusive(() => of(1, 2));
        expect(seen).toBe(2);
        expect(lock.locked()).toBe(false);
      }));

    it('releases after the body failed, and gives its error', () =>
      virtually(function* () {
        const lock = new Lock();
        const error = yield* errorOf(
          lock.runExclusive(function* () {
            yield;
            throw new Error('boom');
          }),
        );
        expect(error).toEqual(new Error('boom'));
        expect(lock.locked()).toBe(false);
      }));

    it('releases after the clean-up of a cancelled body', () =>
      virtually(function* () {
        const lock = new Lock();
        const log: string[] = [];
        const task = createTask(
          lock.runExclusive(function* () {
            try {
              yield* sleep(1000);
            } finally {
              yield* sleep(10);
              log.push(String(lock));
            }
          }),
        );
        yield;
        task.cancel();
        expect(yield* errorOf(task)).toBeInstanceOf(CancelledError);
        expect(log).toEqual(['<Lock locked>']);
        expect(lock.locked()).toBe(false);
      }));

    it('unsubscribes an Observable body when it is cancelled', () =>
      virtually(function* () {
        const lock = new Lock();
        let torndown = 0;
        const task = createTask(lock.runExclusive(() => new Observable<never>(() => () => torndown++)));
        yield* turns(3);
        expect(lock.locked()).toBe(true);
        task.cancel();
        expect(yield* errorOf(task)).toBeInstanceOf(CancelledError);
        expect(torndown).toBe(1);
        expect(lock.locked()).toBe(false);
      }));

    it('never runs a body whose turn does not come', () =>
      virtually(function* () {
        const lock = new Lock();
        yield* lock.acquire();
        let ran = false;
        const task = createTask(
          lock.runExclusive(function* () {
            ran = true;
            yield;
          }),
        );
        yield;
        task.cancel();
        yield* errorOf(task);
        expect(ran).toBe(false);
        expect(String(lock)).toBe('<Lock locked>');
      }));
  });
});
