import { RuntimeError, isCancelled } from '../errors/index.js';
import {
  Coroutine,
  RESOLVE,
  type Body,
  type Resume,
  assertFunction,
  assertNumber,
  keepExemplars,
  refusal,
} from '../kernel/index.js';
import { exclusively } from './exclusive.js';
import type { Guard } from './guard.js';
import { Lock, guardOf, resumeAcquisition } from './lock.js';
import { Primitive } from './primitive.js';
import { Waiters } from './waiters.js';

/** What a predicate gives when `waitFor` ends: anything that counts as true. */
export type Truthy<T> = Exclude<T, false | 0 | 0n | '' | null | undefined>;

/**
 * A lock together with a way to wait, under it, for what others change under it.
 *
 * ```text
 * a: --acquire==wait()...(lock is free).......====goes on, with the lock==release--
 * b: -------------acquire==notify()==release--
 * ```
 *
 * `wait()` gives the lock away while it waits and has it again when it returns. A woken task only returns once it gets the
 * lock, and the state may have changed again until then: so look again after each wake-up, or let
 * {@link Condition.waitFor | waitFor} do that.
 *
 * **Cancellation:** a task that is cancelled in `wait()` takes the lock back first, however long that takes, and then gets
 * its `CancelledError`, so that the block around it may release the lock as always. If it had been notified, another waiter
 * is notified in its place.
 *
 * **Errors:** {@link RuntimeError} from `wait()`, `notify()` and `notifyAll()` while the lock is not locked; `TypeError` if
 * what is given as the lock is none.
 *
 * @example
 * ```ts
 * import { Condition, coroutine, createTask, run, sleep } from 'rxtasks';
 *
 * const main = coroutine(function* () {
 *   const changed = new Condition();
 *   let level = 0;
 *   const watcher = createTask(changed.runExclusive(function* () {
 *     yield* changed.waitFor(() => level >= 2);
 *     return `level ${level}`;
 *   }));
 *   while (level < 2) {
 *     yield* sleep(10);
 *     yield* changed.runExclusive(function* () {
 *       level++;
 *       changed.notifyAll();
 *     });
 *   }
 *   console.log(yield* watcher); // level 2
 * });
 * await run(main());
 * ```
 *
 * @see {@link Event} where a flag is enough.
 *
 * asyncio: `asyncio.Condition`.
 */
export class Condition extends Primitive {
  readonly #lock: Lock;
  readonly #waiters = new Waiters(false);

  /**
   * @param lock shared with whoever else uses it, for example with another condition; without it a lock of its own
   */
  constructor(lock: Lock = new Lock()) {
    super();
    if (!(lock instanceof Lock)) {
      throw new TypeError(refusal('new Condition(lock)', 'a Lock', lock, 'leave it out to get a lock of its own'));
    }
    this.#lock = lock;
  }

  /** Does somebody hold the lock? */
  locked(): boolean {
    return this.#lock.locked();
  }

  /**
   * Takes the lock: see {@link Lock.acquire}. The guard stays good across `wait()`.
   *
   * asyncio: `Condition.acquire()`.
   */
  acquire(): Coroutine<Guard> {
    return this.#lock.acquire();
  }

  /**
   * Frees the lock: see {@link Lock.release}.
   *
   * asyncio: `Condition.release()`.
   */
  release(): void {
    this.#lock.release();
  }

  /**
   * Runs `body` while it holds the lock: see {@link Lock.runExclusive}.
   *
   * asyncio: `async with condition:`.
   */
  runExclusive<T>(body: Body<void, T>): Coroutine<T> {
    return exclusively('Condition.runExclusive(body)', this, body);
  }

  /**
   * Gives the lock away, waits until it is notified, takes the lock again and resumes with true. It may also be woken for
   * nothing: check what you wait for.
   *
   * **Cancellation:** the `CancelledError` arrives after the lock was taken again; the last one, if there were several.
   *
   * **Errors:** {@link RuntimeError} if the lock is not locked.
   *
   * asyncio: `Condition.wait()`.
   */
  wait(): Coroutine<true> {
    return new Coroutine<true>('wait', this.#wait, [], this);
  }

  /**
   * Waits until `predicate` gives something that counts as true, and resumes with that. The predicate is asked at once, then
   * after each notification, always under the lock if the caller holds it; if it is true at once, nothing is waited for.
   *
   * **Cancellation:** as `wait()`.
   *
   * **Errors:** what the predicate throws; {@link RuntimeError} if it is not true at once and the lock is not locked;
   * `TypeError` if it is no function or gives a promise.
   *
   * asyncio: `Condition.wait_for(predicate)`.
   */
  waitFor<T>(predicate: () => T): Coroutine<Truthy<T>> {
    const cure = 'pass one, as in waitFor(() => items.length > 0)';
    assertFunction('Condition.waitFor(predicate)', 'a function', predicate, cure);
    return new Coroutine<Truthy<T>>('waitFor', this.#waitFor, [predicate], this);
  }

  /**
   * Wakes up to `n` tasks that wait, the longest waiting first. They go on when they get the lock, so release it soon.
   *
   * **Errors:** {@link RuntimeError} if the lock is not locked.
   *
   * asyncio: `Condition.notify(n)`.
   */
  notify(n = 1): void {
    assertNumber('Condition.notify(n)', 'the number of tasks to wake', n, 'use notifyAll() to wake every one');
    this.#requireLocked('notify');
    this.#notify(n);
  }

  /**
   * Wakes every task that waits.
   *
   * **Errors:** {@link RuntimeError} if the lock is not locked.
   *
   * asyncio: `Condition.notify_all()`.
   */
  notifyAll(): void {
    this.#requireLocked('notifyAll');
    this.#notify(this.#waiters.size);
  }

  /** `<Condition unlocked>`, `<Condition locked waiters=2>`. */
  toString(): string {
    const waiters = this.#waiters.size === 0 ? '' : ` waiters=${this.#waiters.size}`;
    return `<Condition ${this.locked() ? 'locked' : 'unlocked'}${waiters}>`;
  }

  *#wait(): Generator<void, true, Resume> {
    this.#requireLocked('wait');
    const waiter = this.newWaiter();
    const guard = guardOf(this.#lock);
    this.release();
    let complete = false;
    try {
      try {
        this.#waiters.add(waiter);
        try {
          yield* waiter;
        } finally {
          this.#waiters.remove(waiter);
        }
      } finally {
        yield* this.#reacquire(guard);
      }
      complete = true;
      return true;
    } finally {
      // Whoever leaves by an error may have been notified: that notification is somebody else's now.
      if (!complete) this.#notify(1);
    }
  }

  /** Takes the lock whatever happens, and throws afterwards the last cancellation that came meanwhile. */
  *#reacquire(guard: Guard | null): Generator<void, void, Resume> {
    let cancellation: unknown;
    for (;;) {
      try {
        yield* this.acquire();
        break;
      } catch (error) {
        if (!isCancelled(error)) throw error;
        cancellation = error;
      }
    }
    resumeAcquisition(this.#lock, guard);
    if (cancellation !== undefined) throw cancellation;
  }

  *#waitFor<T>(predicate: () => T): Generator<void, Truthy<T>, Resume> {
    let result = evaluate(predicate);
    while (!result) {
      yield* this.wait();
      result = evaluate(predicate);
    }
    return result as Truthy<T>;
  }

  #notify(n: number): void {
    for (let count = 0; count < n; count++) {
      const waiter = this.#waiters.firstPending();
      if (!waiter) return;
      waiter[RESOLVE]();
    }
  }

  #requireLocked(method: string): void {
    if (this.locked()) return;
    throw new RuntimeError(
      `Condition.${method}(): expected that the caller holds the lock, and nobody does; call it inside ` +
        'condition.runExclusive(body), or after `using held = yield* condition.acquire()`',
    );
  }
}

function evaluate<T>(predicate: () => T): T {
  const result = predicate();
  if (typeof (result as { then?: unknown } | null | undefined)?.then === 'function') {
    throw new TypeError(
      'Condition.waitFor(predicate): expected a predicate that answers at once, and this one gave a promise, which would ' +
        'always count as true; compute the answer before, and let the predicate read it',
    );
  }
  return result;
}

keepExemplars(() => [new Condition()]);
