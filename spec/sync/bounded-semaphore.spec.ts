import { BoundedSemaphore, Semaphore, createTask } from 'rxtasks';
import { turns, virtually } from './virtual.js';

describe('BoundedSemaphore', () => {
  it('refuses a release above its initial value [SemaphoreTests.test_release_not_acquired]', () => {
    const semaphore = new BoundedSemaphore();
    expect(() => semaphore.release()).toThrow(RangeError);
    expect(() => semaphore.release()).toThrow(
      'BoundedSemaphore.release(): expected that a permit is out, and all 1 are back; release once per acquire(), or leave ' +
        'it to `using permit = yield* semaphore.acquire()` or semaphore.runExclusive(body)',
    );
    expect(String(semaphore)).toBe('<BoundedSemaphore unlocked value=1>');
  });

  it('is a Semaphore: it serves in order', () =>
    virtually(function* () {
      const semaphore = new BoundedSemaphore(1);
      expect(semaphore).toBeInstanceOf(Semaphore);
      const held = yield* semaphore.acquire();
      const first = createTask(semaphore.acquire());
      const second = createTask(semaphore.acquire());
      yield;
      expect(String(semaphore)).toBe('<BoundedSemaphore locked waiters=2>');
      held.release();
      yield;
      expect([first.done(), second.done()]).toEqual([true, false]);
      first.result().release();
      yield;
      second.result().release();
      expect(() => semaphore.release()).toThrow(RangeError);
    }));

  it('takes a release back that a cancelled waiter had been given', () =>
    virtually(function* () {
      const semaphore = new BoundedSemaphore(1);
      const held = yield* semaphore.acquire();
      const waiting = createTask(semaphore.acquire());
      yield;
      held.release();
      waiting.cancel();
      yield* turns(2);
      expect(waiting.cancelled()).toBe(true);
      expect(String(semaphore)).toBe('<BoundedSemaphore unlocked value=1>');
    }));

  it('never refuses a release with the value Infinity', () => {
    const semaphore = new BoundedSemaphore(Infinity);
    expect(() => semaphore.release()).not.toThrow();
  });

  it('refuses a negative value', () => {
    expect(() => new BoundedSemaphore(-1)).toThrow(RangeError);
  });
});
