import { defer, of } from 'rxjs';
import {
  BoundedSemaphore,
  CancelledError,
  Condition,
  Lock,
  RuntimeError,
  Semaphore,
  createTask,
  gather,
  resultOf,
  run,
  sleep,
  waitFor,
  type Body,
} from 'rxtasks';
import { errorOf, turns, virtually } from './virtual.js';

describe.each([
  ['Lock', () => new Lock()],
  ['Condition', () => new Condition()],
])('%s.runExclusive, when its body has released', (name, make) => {
  const unlocked =
    `${name}.runExclusive(body): expected that the lock is still held when the body ends, and it is unlocked; leave its ` +
    'release to runExclusive, or let the body acquire() it again after release()';
  const taken = unlocked.replace('it is unlocked', 'somebody else holds it');

  it.each<[string, (lock: Lock | Condition) => Body<void, unknown>]>([
    [
      'a generator function',
      (lock) =>
        function* () {
          lock.release();
          yield;
        },
    ],
    ['an async function', (lock) => async () => lock.release()],
    ['a function that gives an Observable', (lock) => () => defer(() => of(lock.release()))],
  ])('is a RuntimeError if that is %s', async (_, body) => {
    const lock = make();
    const error = await run(errorOf(lock.runExclusive(body(lock))));
    expect(error).toEqual(new RuntimeError(unlocked));
    expect(error).not.toHaveProperty('cause');
    expect(lock.locked()).toBe(false);
  });

  it('is a RuntimeError when the body has acquired once more and released that as well', () =>
    virtually(function* () {
      const lock = make();
      const block = lock.runExclusive(function* () {
        lock.release();
        yield* lock.runExclusive(() => of(1));
      });
      expect(yield* errorOf(block)).toEqual(new RuntimeError(unlocked));
      expect(lock.locked()).toBe(false);
    }));

  it('tells the error of the body as the cause, also a cancellation', () =>
    virtually(function* () {
      const lock = make();
      const boom = new Error('boom');
      const failing = lock.runExclusive(function* () {
        lock.release();
        yield;
        throw boom;
      });
      expect(yield* errorOf(failing)).toMatchObject({ name: 'RuntimeError', message: unlocked, cause: boom });
      const task = createTask(
        lock.runExclusive(function* () {
          lock.release();
          yield* sleep(1000);
        }),
      );
      yield;
      task.cancel();
      const error = (yield* errorOf(task)) as Error;
      expect(error).toBeInstanceOf(RuntimeError);
      expect(error.cause).toBeInstanceOf(CancelledError);
      expect(task.cancelled()).toBe(false);
    }));

  it('releases what its task has acquired again, however it did', async () => {
    const ways: ((lock: Lock | Condition) => Body<void, unknown>)[] = [
      (lock) =>
        function* () {
          lock.release();
          yield* sleep(1);
          yield* lock.acquire();
        },
      (lock) =>
        function* () {
          lock.release();
          yield* waitFor(lock.acquire(), 1000);
        },
      (lock) =>
        function* () {
          lock.release();
          yield* resultOf(async () => {
            await lock.acquire();
          });
        },
      (lock) => async () => {
        lock.release();
        await sleep(1);
        await lock.acquire();
      },
      (lock) => async () => {
        lock.release();
        const again = async () => {
          await Promise.resolve();
          await waitFor(lock.acquire(), 1000);
        };
        await again();
      },
    ];
    for (const way of ways) {
      const lock = make();
      await run(function* () {
        const block = createTask(lock.runExclusive(way(lock)));
        const other = createTask(function* () {
          yield;
          (yield* lock.acquire()).release(); // has its turn meanwhile
        });
        yield* gather([block, other]);
        expect(lock.locked()).toBe(false);
        yield* waitFor(lock.acquire(), 1000);
      });
    }
  });

  it('hands the lock on to whoever waits for it', () =>
    virtually(function* () {
      const lock = make();
      const log: string[] = [];
      const waiting = function* () {
        yield* lock.acquire();
        log.push('got it');
      };
      yield* lock.runExclusive(function* () {
        lock.release();
        yield* lock.acquire();
        createTask(waiting);
        yield* turns(3);
        log.push('end');
      });
      yield* turns(3);
      expect(log).toEqual(['end', 'got it']);
    }));

  it('never releases the lock of another task, be it one that the body has started', () =>
    virtually(function* () {
      for (const acquire of [
        (lock: Lock | Condition) => lock.acquire(),
        (lock: Lock | Condition) => gather([lock.acquire()]),
      ]) {
        const lock = make();
        const block = lock.runExclusive(function* () {
          lock.release();
          const other = createTask(function* () {
            yield* acquire(lock);
          });
          yield* other;
        });
        expect(yield* errorOf(block)).toEqual(new RuntimeError(taken));
        expect(lock.locked()).toBe(true);
      }
    }));

  it('never releases the lock of another block of its own task', async () => {
    const lock = make();
    const log: string[] = [];
    await run(async () => {
      const first = lock.runExclusive(async () => {
        lock.release();
        await sleep(5);
      });
      const second = lock.runExclusive(async () => {
        await sleep(20);
        log.push(`second ends, ${lock.locked() ? 'locked' : 'unlocked'}`);
      });
      const [one, two] = await Promise.allSettled([first, second]);
      expect(one).toEqual({ status: 'rejected', reason: new RuntimeError(taken) });
      expect(two).toEqual({ status: 'fulfilled', value: undefined });
    });
    expect(log).toEqual(['second ends, locked']);
    expect(lock.locked()).toBe(false);
  });

  it('leaves guards and `using` with their own acquisition only', () =>
    virtually(function* () {
      const lock = make();
      {
        using _held = yield* lock.acquire();
        lock.release();
        yield* lock.acquire();
      }
      expect(lock.locked()).toBe(true);
      lock.release();
    }));
});

describe('Condition.runExclusive', () => {
  it('releases after wait(), whose acquisition is that of the block, also in an async function', async () => {
    const condition = new Condition();
    const notifier = function* () {
      yield* sleep(1);
      yield* condition.runExclusive(() => of(condition.notifyAll()));
    };
    await run(function* () {
      createTask(notifier);
      yield* condition.runExclusive(function* () {
        yield* condition.wait();
      });
      createTask(notifier);
      yield* condition.runExclusive(async () => {
        await condition.wait();
      });
      expect(condition.locked()).toBe(false);
    });
  });

  it('releases after wait() what the body had acquired again before', () =>
    virtually(function* () {
      const condition = new Condition();
      yield* condition.runExclusive(function* () {
        condition.release();
        yield* condition.acquire();
        createTask(condition.runExclusive(() => of(condition.notifyAll())));
        yield* condition.wait();
      });
      expect(condition.locked()).toBe(false);
    }));
});

describe('Semaphore.runExclusive', () => {
  it('gives its own permit back at the end, whatever the body has given and taken', () =>
    virtually(function* () {
      const semaphore = new Semaphore(1);
      yield* semaphore.runExclusive(function* () {
        semaphore.release();
        yield* semaphore.acquire();
      });
      expect(String(semaphore)).toBe('<Semaphore unlocked value=1>');
      const bounded = new BoundedSemaphore(1);
      const block = bounded.runExclusive(function* () {
        bounded.release();
        yield;
      });
      expect(yield* errorOf(block)).toBeInstanceOf(RangeError);
    }));
});
