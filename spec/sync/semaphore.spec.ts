import { of } from 'rxjs';
import {
  CancelledError,
  Semaphore,
  createTask,
  gather,
  getEventLoop,
  sleep,
  waitFor,
  withTaskGroup,
  type Future,
} from 'rxtasks';
import { errorOf, turns, virtually } from './virtual.js';

/** A task that takes a permit and notes its number. */
function taker(semaphore: Semaphore, taken: number[], number: number) {
  return createTask(function* () {
    yield* semaphore.acquire();
    taken.push(number);
    return true;
  });
}

describe('Semaphore', () => {
  it('starts locked with the value 0 [SemaphoreTests.test_initial_value_zero]', () => {
    expect(new Semaphore(0).locked()).toBe(true);
    expect(new Semaphore().locked()).toBe(false);
  });

  it('cannot be waited for itself, only acquire() can [SemaphoreTests.test_semaphore]', () =>
    virtually(function* () {
      const semaphore = new Semaphore();
      const mistaken = createTask(function* () {
        yield* semaphore as unknown as Future<void>;
      });
      expect(yield* errorOf(mistaken)).toBeInstanceOf(TypeError);
      expect('then' in semaphore).toBe(false);
      expect(String(semaphore)).toBe('<Semaphore unlocked value=1>');
    }));

  it('refuses a negative value [SemaphoreTests.test_semaphore_value]', () => {
    expect(() => new Semaphore(-1)).toThrow(
      new RangeError(
        'new Semaphore(value): expected a whole number, at least 0, got -1 (number); pass the number of tasks that may hold it at once',
      ),
    );
    expect(() => new Semaphore(-1)).toThrow(RangeError);
  });

  it('refuses what is no whole number', () => {
    expect(() => new Semaphore(NaN)).toThrow(RangeError);
    expect(() => new Semaphore(1.5)).toThrow(RangeError);
    expect(() => new Semaphore('3' as unknown as number)).toThrow(TypeError);
    expect(() => new Semaphore('3' as unknown as number)).toThrow('at least 0, got "3"');
    expect(() => new Semaphore(null as unknown as number)).toThrow(TypeError);
  });

  it('serves waiters in order as releases come in, and hands the permit over at the release [SemaphoreTests.test_acquire]', () =>
    virtually(function* () {
      const semaphore = new Semaphore(3);
      const taken: number[] = [];
      yield* semaphore.acquire();
      yield* semaphore.acquire();
      expect(semaphore.locked()).toBe(false);
      const first = taker(semaphore, taken, 1);
      const second = taker(semaphore, taken, 2);
      const third = taker(semaphore, taken, 3);
      yield;
      expect(taken).toEqual([1]);
      expect(String(semaphore)).toBe('<Semaphore locked waiters=2>');

      const fourth = taker(semaphore, taken, 4);
      semaphore.release();
      semaphore.release();
      expect(semaphore.locked()).toBe(true);
      yield;
      expect(taken).toEqual([1, 2, 3]);
      expect(String(semaphore)).toBe('<Semaphore locked waiters=1>');
      expect([first, second, third, fourth].map((task) => task.done())).toEqual([true, true, true, false]);
      semaphore.release();
      yield* fourth;
    }));

  it('does not count a cancelled waiter [SemaphoreTests.test_acquire_cancel]', () =>
    virtually(function* () {
      const semaphore = new Semaphore();
      yield* semaphore.acquire();
      const task = createTask(semaphore.acquire());
      getEventLoop().callSoon(() => task.cancel());
      expect(yield* errorOf(task)).toBeInstanceOf(CancelledError);
      expect(String(semaphore)).toBe('<Semaphore locked>');
      semaphore.release();
      expect(semaphore.locked()).toBe(false);
    }));

  it('skips, at a release, waiters that are cancelled but still queued [SemaphoreTests.test_acquire_cancel_before_awoken]', () =>
    virtually(function* () {
      const semaphore = new Semaphore(0);
      const tasks = [1, 2, 3, 4].map(() => createTask(semaphore.acquire()));
      yield;
      tasks[0]!.cancel();
      tasks[1]!.cancel();
      semaphore.release();
      yield* turns(2);
      expect(tasks[2]!.done()).toBe(true);
      expect(tasks[3]!.done()).toBe(false);
      tasks[3]!.cancel();
      yield;
    }));

  it('loses no release to a cancelled first waiter [SemaphoreTests.test_acquire_hang]', () =>
    virtually(function* () {
      const semaphore = new Semaphore(0);
      const first = createTask(semaphore.acquire());
      const second = createTask(semaphore.acquire());
      yield;
      first.cancel();
      semaphore.release();
      yield* turns(2);
      expect(semaphore.locked()).toBe(true);
      expect(second.done()).toBe(true);
    }));

  it('gets the permit back from a waiter that is cancelled after it was woken [SemaphoreTests.test_acquire_no_hang]', () =>
    virtually(function* () {
      const semaphore = new Semaphore(1);
      let entered = false;
      const first = createTask(function* () {
        yield* semaphore.runExclusive(function* () {
          yield;
        });
        second.cancel();
      });
      const second = createTask(
        semaphore.runExclusive(function* () {
          entered = true;
          yield;
        }),
      );
      const [one, other] = yield* gather([first, second], { returnExceptions: true });
      expect(one).toBeUndefined();
      expect(other).toBeInstanceOf(CancelledError);
      expect(entered).toBe(false);
      yield* waitFor(semaphore.acquire(), 1000);
    }));

  it('is available after a release without waiters [SemaphoreTests.test_release_no_waiters]', () =>
    virtually(function* () {
      const semaphore = new Semaphore();
      yield* semaphore.acquire();
      expect(semaphore.locked()).toBe(true);
      semaphore.release();
      expect(semaphore.locked()).toBe(false);
    }));

  it('queues whoever acquires after a release behind those who wait [SemaphoreTests.test_acquire_fifo_order]', () =>
    virtually(function* () {
      const semaphore = new Semaphore(1);
      const log: string[] = [];
      const visit = function* (name: string) {
        for (const round of [1, 2]) {
          yield* semaphore.acquire();
          log.push(`${name} ${round}`);
          yield* sleep(10);
          semaphore.release();
        }
      };
      yield* withTaskGroup(function* (group) {
        for (const name of ['a', 'b', 'c']) group.createTask(() => visit(name));
        yield;
      });
      expect(log).toEqual(['a 1', 'b 1', 'c 1', 'a 2', 'b 2', 'c 2']);
    }));

  it('sends a task that releases and acquires again to the back of the queue [SemaphoreTests.test_acquire_fifo_order_2]', () =>
    virtually(function* () {
      const semaphore = new Semaphore(1);
      const taken: number[] = [];
      const first = taker(semaphore, taken, 1);
      const second = createTask(function* () {
        yield* semaphore.acquire();
        taken.push(2);
        semaphore.release();
        yield* semaphore.acquire();
        taken.push(4);
      });
      const third = taker(semaphore, taken, 3);
      yield;
      semaphore.release();
      semaphore.release();
      yield* gather([first, second, third]);
      expect(taken).toEqual([1, 2, 3, 4]);
    }));

  it('skips cancelled waiters without breaking the order [SemaphoreTests.test_acquire_fifo_order_3]', () =>
    virtually(function* () {
      const semaphore = new Semaphore(0);
      const taken: number[] = [];
      const tasks = [1, 2, 3].map((number) => taker(semaphore, taken, number));
      yield;
      tasks[0]!.cancel();
      yield;
      semaphore.release();
      semaphore.release();
      yield* gather(tasks, { returnExceptions: true });
      expect(taken).toEqual([2, 3]);
    }));

  it('wakes further waiters after an acquire, as long as there are permits, before tasks that are made later [SemaphoreTests.test_acquire_fifo_order_4]', () =>
    virtually(function* () {
      const semaphore = new Semaphore(0);
      const log: number[] = [];
      let later: Future<unknown> | undefined;
      const first = createTask(function* () {
        yield* semaphore.acquire();
        later = createTask(function* () {
          log.push(4);
        });
        log.push(1);
      });
      const second = createTask(function* () {
        semaphore.release();
        semaphore.release();
        semaphore.release();
        expect(semaphore.locked()).toBe(true); // the first one was woken and has not come yet
        yield* semaphore.acquire();
        log.push(2);
      });
      const third = createTask(function* () {
        yield* semaphore.acquire();
        expect(semaphore.locked()).toBe(true);
        log.push(3);
      });
      yield;
      expect(String(semaphore)).toBe('<Semaphore locked waiters=3>');
      yield;
      yield* gather([first, second, third, later!]);
      expect(log).toEqual([1, 2, 3, 4]);
      expect(String(semaphore)).toBe('<Semaphore locked>');
    }));

  it('may be released by anybody, more often than it was acquired', () =>
    virtually(function* () {
      const semaphore = new Semaphore(0);
      semaphore.release();
      semaphore.release();
      expect(String(semaphore)).toBe('<Semaphore unlocked value=2>');
      yield* semaphore.acquire();
      yield* semaphore.acquire();
      expect(semaphore.locked()).toBe(true);
    }));

  it('lets everybody in with the value Infinity', () =>
    virtually(function* () {
      const semaphore = new Semaphore(Infinity);
      for (let i = 0; i < 10; i++) yield* semaphore.acquire();
      expect(semaphore.locked()).toBe(false);
      semaphore.release();
      expect(String(semaphore)).toBe('<Semaphore unlocked value=Infinity>');
    }));

  it('gives a guard that gives its permit back once', () =>
    virtually(function* () {
      const semaphore = new Semaphore(2);
      const one = yield* semaphore.acquire();
      {
        using _other = yield* semaphore.acquire();
        expect(semaphore.locked()).toBe(true);
      }
      one.release();
      one.release();
      one[Symbol.dispose]();
      expect(String(semaphore)).toBe('<Semaphore unlocked value=2>');
    }));

  it('holds a permit while the body of runExclusive runs, whichever kind it is', async () => {
    const semaphore = new Semaphore(1);
    expect(await semaphore.runExclusive(() => of(semaphore.locked()))).toBe(true);
    expect(await semaphore.runExclusive(async () => semaphore.locked())).toBe(true);
    const failing = semaphore.runExclusive(async () => {
      throw new Error('boom');
    });
    await expect(failing).rejects.toThrow('boom');
    expect(String(semaphore)).toBe('<Semaphore unlocked value=1>');
  });

  it('lets as many bodies run at once as it has permits', () =>
    virtually(function* () {
      const semaphore = new Semaphore(2);
      let running = 0;
      let most = 0;
      const body = function* () {
        most = Math.max(most, ++running);
        yield* sleep(10);
        running--;
      };
      yield* gather(Array.from({ length: 6 }, () => semaphore.runExclusive(body)));
      expect(most).toBe(2);
      expect(getEventLoop().time()).toBe(30);
    }));
});
