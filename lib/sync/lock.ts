import { RuntimeError } from '../errors/index.js';
import { RESOLVE, currentOwner, type Body, type Coroutine, keepExemplars } from '../kernel/index.js';
import { Acquire, FORGO, GUARD, TAKE, TAKE_TURN, type Acquirable } from './acquire.js';
import { ran } from './attempt.js';
import { ENTER_BLOCK, EXIT_BLOCK, exclusively, type BlockGuard } from './exclusive.js';
import type { Guard } from './guard.js';
import { Primitive } from './primitive.js';
import { Waiters, type Waiter } from './waiters.js';

/** The guard of the acquisition that is in force; for Condition, which interrupts an acquisition. */
export let guardOf: (lock: Lock) => Guard | null;
/** Makes the acquisition in force count as that earlier one, so that the guard of that one holds again. */
export let resumeAcquisition: (lock: Lock, guard: Guard | null) => void;

/**
 * A mutual exclusion lock for tasks: one holds it, the others wait their turn.
 *
 * ```text
 * a: --acquire====work====release-----------------------
 * b: -----acquire........waits...====work====release----
 * c: --------acquire.........waits...............====wor
 * ```
 *
 * The lock is fair: waiting tasks get it strictly in the order in which they asked, one per release. It belongs to
 * nobody in particular: any task, and any callback, may release it.
 *
 * **Cancellation:** a task that is cancelled while it waits leaves the queue and does not get the lock; if its turn had come
 * already, the turn goes to the next one. A task that is cancelled while it holds the lock releases it by its guard, its
 * `finally`, or the end of `runExclusive`.
 *
 * **Errors:** {@link RuntimeError} when an unlocked lock is released, or when tasks of two event loops wait for one lock.
 *
 * @example
 * ```ts
 * import { Lock, coroutine, gather, run, sleep } from 'rxtasks';
 *
 * const lock = new Lock();
 * const seen: string[] = [];
 * const visit = coroutine(function* visit(name: string) {
 *   using _held = yield* lock.acquire();
 *   seen.push(`${name} enters`);
 *   yield* sleep(10);
 *   seen.push(`${name} leaves`);
 * });
 * const main = coroutine(function* () {
 *   yield* gather([visit('a'), visit('b')]);
 *   console.log(seen.join(', ')); // a enters, a leaves, b enters, b leaves
 * });
 * await run(main());
 * ```
 *
 * @see {@link Condition} to wait, under a lock, for something to become true.
 * @see {@link Semaphore} to let several in at once.
 *
 * asyncio: `asyncio.Lock`.
 */
export class Lock extends Primitive implements Acquirable {
  readonly #waiters = new Waiters();
  /** Of the acquisition in force; null while unlocked. */
  #guard: LockGuard | null = null;

  static {
    guardOf = (lock) => lock.#guard;
    resumeAcquisition = (lock, guard) => {
      lock.#guard = guard as LockGuard | null;
    };
  }

  constructor() {
    super();
  }

  /** Does somebody hold the lock? */
  locked(): boolean {
    return this.#guard !== null;
  }

  /**
   * Waits until the lock is free and takes it. Resumes with a guard: `using held = yield* lock.acquire()` releases the lock
   * at the end of the block. Nothing is waited for, and the loop does not even turn, if the lock is free and nobody is in
   * the queue.
   *
   * In a pipeline use `runExclusive`: an operator that unsubscribes before the guard has reached anybody leaves nobody to
   * release it.
   *
   * **Cancellation:** leaves the queue without the lock.
   *
   * asyncio: `Lock.acquire()`, which gives true.
   */
  acquire(): Coroutine<Guard> {
    return new Acquire(this);
  }

  /**
   * Frees the lock; if tasks wait for it, the first of them takes it in the next iteration of the loop.
   *
   * **Errors:** {@link RuntimeError} if the lock is not locked.
   *
   * asyncio: `Lock.release()`.
   */
  release(): void {
    if (!this.locked()) {
      throw new RuntimeError(
        'Lock.release(): expected a locked lock, and this one is unlocked; release once per acquire(), or leave it to ' +
          '`using held = yield* lock.acquire()` or lock.runExclusive(body)',
      );
    }
    this.#guard = null;
    this.#wakeFirst();
  }

  /**
   * Runs `body` while it holds the lock, resumes with its result, and releases the lock however the body ends. The body is a
   * generator function, which runs inside the waiting task, an async function, or a function that returns an Observable.
   *
   * The body may release the lock to let others in, and acquire it again, in the same task: at the end it is released all the
   * same. The lock of somebody else is never released.
   *
   * **Cancellation:** while it waits, `body` never runs; later it is the body that is cancelled, and the lock is released
   * after its clean-up.
   *
   * **Errors:** those of the body; {@link RuntimeError} if its task does not hold the lock when the body ends, with the
   * body's own error as cause; `TypeError` if `body` is no function.
   *
   * @example
   * ```ts
   * import { Lock, run } from 'rxtasks';
   *
   * const lock = new Lock();
   * const answer = await run(lock.runExclusive(async () => 42));
   * console.log(answer, lock.locked()); // 42 false
   * ```
   *
   * asyncio: `async with lock:`.
   */
  runExclusive<T>(body: Body<void, T>): Coroutine<T> {
    return exclusively('Lock.runExclusive(body)', this, body);
  }

  /** `<Lock unlocked>`, `<Lock locked waiters=2>`. */
  toString(): string {
    const waiters = this.#waiters.size === 0 ? '' : ` waiters=${this.#waiters.size}`;
    return `<Lock ${this.locked() ? 'locked' : 'unlocked'}${waiters}>`;
  }

  /** @internal */
  [TAKE](): Waiter | null {
    // Only cancelled waiters may be overtaken: one that was woken holds nothing yet, but its turn has come.
    if (this.locked() || !this.#waiters.allCancelled()) return this.#waiters.add(this.newWaiter());
    this.#guard = new LockGuard(this);
    return null;
  }

  /** @internal */
  [TAKE_TURN](waiter: Waiter): void {
    this.#waiters.remove(waiter);
    this.#guard = new LockGuard(this);
  }

  /** @internal */
  [FORGO](waiter: Waiter): void {
    this.#waiters.remove(waiter);
    // The turn may have been its own, or may have stopped at it, when it was cancelled: pass it on.
    if (!this.locked()) this.#wakeFirst();
  }

  /** @internal */
  [GUARD](): BlockGuard {
    return this.#guard as LockGuard;
  }

  /** Looks at the head only: if that one is cancelled, it wakes the next when it leaves. */
  #wakeFirst(): void {
    const first = this.#waiters.first;
    if (first && !first.done()) first[RESOLVE]();
  }
}

/** Gives back one acquisition, and never that of somebody else. */
class LockGuard implements BlockGuard {
  readonly #lock: Lock;
  /** Who has acquired; null of a block, which ends its acquisition itself. */
  #task = currentOwner()?.task ?? null;

  constructor(lock: Lock) {
    this.#lock = lock;
  }

  release(): void {
    if (guardOf(this.#lock) === this) this.#lock.release();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  /** @internal */
  [ENTER_BLOCK](): void {
    this.#task = null;
  }

  /**
   * The body may have released the lock to let others in; then its task has to have acquired it again, which this releases.
   *
   * @internal
   */
  [EXIT_BLOCK](call: string, failure: ErrorOptions | undefined): void {
    const inForce = guardOf(this.#lock) as LockGuard | null;
    const again = inForce !== null && inForce.#task !== null && inForce.#task === currentOwner()?.task;
    if (inForce === this || again) return this.#lock.release();
    throw new RuntimeError(
      `${call}: expected that the lock is still held when the body ends, and ` +
        `${inForce === null ? 'it is unlocked' : 'somebody else holds it'}; leave its release to runExclusive, or let the ` +
        'body acquire() it again after release()',
      failure,
    );
  }
}

keepExemplars(() => {
  const lock = new Lock();
  return [lock, ran(new Acquire(lock))];
});
