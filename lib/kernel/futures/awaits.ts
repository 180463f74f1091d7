import { RuntimeError } from '../../errors/index.js';
import { type CancelRequest, cancelFuture, cancelledError } from './cancel.js';
import type { Future } from './future.js';
import type { Owner } from '../now/owner.js';
import { ADD, LEFTOVER, PEEK, REMOVE, RETRIEVED, RUN, type Runnable, TAKE_BACK } from '../ground/protocol.js';

/**
 * Async code of `owner` waits for `future`; null: nobody knows whose code it is. A cancel request that is armed is handed on to
 * the future, which is hot and would run on, and is then waited for as usual. A loop that stands still delivers what it has done
 * all the same: whoever awaits a result after `run()` has ended gets it.
 *
 * @internal
 */
export function awaitFuture<T>(
  future: Future<T>,
  owner: Owner | null,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): void {
  const awaits = owner?.awaits ?? null;
  if (owner !== null && (owner.task as unknown) === future) {
    reject(new RuntimeError(`the task '${owner.task.name}' awaits itself: it would wait for ever`));
    return;
  }
  const request = awaits?.refusal() ?? null;
  if (request !== null && !cancelFuture(future, request)) {
    // Nobody is left to ask.
    reject(cancelledError(request));
  } else if (future.done() && !future.loop.isRunning()) {
    future[PEEK](resolve, reject);
  } else {
    future[ADD](new PendingAwait(future, awaits, resolve, reject));
  }
}

/**
 * One `await` of a library awaitable by async code: an entry among the callbacks of the future, that settles the promise
 * which the async function waits for.
 *
 * @internal
 */
export class PendingAwait<T> implements Runnable {
  readonly future: Future<T>;
  /** The awaits that this one belongs to; null if nobody knows the task. */
  readonly awaits: Awaits | null;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
  /** How many results the run had received when this await began. */
  readonly epoch: number;

  constructor(future: Future<T>, awaits: Awaits | null, resolve: (value: T) => void, reject: (error: unknown) => void) {
    this.future = future;
    this.awaits = awaits;
    this.resolve = resolve;
    this.reject = reject;
    this.epoch = awaits === null ? 0 : awaits.enter(this as PendingAwait<unknown>);
  }

  [RUN](): void {
    const { awaits, future } = this;
    if (awaits !== null) {
      awaits.leave(this as PendingAwait<unknown>);
      // As in a coroutine: a request that comes between a failure and its delivery takes the place of the failure.
      const request = future.failed ? awaits.take() : null;
      const leftover = future[LEFTOVER]();
      if (leftover !== null && (future.internal || awaits.hasHandedOn(leftover))) awaits.armed = leftover;
      if (request !== null) {
        future[RETRIEVED]();
        this.reject(cancelledError(request));
        return;
      }
    }
    future[PEEK](this.resolve, this.reject);
  }
}

/**
 * What the async code of one run awaits, and the cancel request that could not be delivered yet.
 *
 *     await a          [a]          epoch 0
 *     (a arrived)      []           epoch 1
 *     await all(b, c)  [b c]        both began in epoch 1: a cancel asks both
 *     (b arrived)      [c]          epoch 2: c is older than the last result, a cancel rejects its await and lets c run on
 *
 * @internal
 */
export class Awaits {
  readonly #pending = new Set<PendingAwait<unknown>>();
  #epoch = 0;
  /** The request that waits for the next library await of this run. */
  armed: CancelRequest | null = null;
  /** The request that is delivered at this moment: see refusal(). */
  #refusing: CancelRequest | null = null;

  /** The request that was given to what is awaited last. */
  #handedOn: CancelRequest | null = null;

  /** Was `request` given to what is awaited? Then it is this run's own. */
  hasHandedOn(request: CancelRequest): boolean {
    return this.#handedOn === request;
  }

  /** How many are awaited now. */
  get size(): number {
    return this.#pending.size;
  }

  /** What is awaited now. */
  futures(): Future<unknown>[] {
    return Array.from(this.#pending, (entry) => entry.future);
  }

  enter(entry: PendingAwait<unknown>): number {
    this.#pending.add(entry);
    return this.#epoch;
  }

  leave(entry: PendingAwait<unknown>): void {
    if (this.#pending.delete(entry)) this.#epoch++;
  }

  /** A result that is there already is given without an await. */
  pass(): void {
    this.#epoch++;
  }

  /**
   * What an await that begins now is refused with, or hands on, or null: the armed request, which is delivered by this. Awaits
   * that begin at the same time, as those of a `Promise.all`, all get it: the code that began them has not seen the error yet.
   */
  refusal(): CancelRequest | null {
    if (this.armed === null) return this.#refusing;
    const request = this.take() as CancelRequest;
    this.#refusing = this.#handedOn = request;
    // Runs before the reaction to the rejection that follows, and after the awaits that are on their way.
    void Promise.resolve().then(() => {
      if (this.#refusing === request) this.#refusing = null;
    });
    return request;
  }

  /** The armed request, which is delivered by this. */
  take(): CancelRequest | null {
    const request = this.armed;
    this.armed = null;
    return request;
  }

  /** What an await that begins now would be refused with; whoever takes it tells of it when it has left what it holds. */
  takeRefusal(): CancelRequest | null {
    const request = this.take() ?? this.#refusing;
    this.#refusing = null;
    return request;
  }

  /**
   * Asks everything awaited since the last result, and every coroutine awaited at all, in order; the other older awaits
   * are rejected. True if somebody was asked; what has arrived already is delivered and cannot be asked.
   */
  cancel(request: CancelRequest): boolean {
    const answer = this.ask(request);
    return typeof answer === 'object' ? cancelFuture(answer, request) : answer;
  }

  /**
   * As `cancel`, but a single one that is to be asked is given back, for the caller to ask: so a long chain of async
   * functions that await each other is walked in a loop.
   */
  ask(request: CancelRequest): boolean | Future<unknown> {
    this.#handedOn = request;
    const asking = new Set<Future<unknown>>();
    let asked = false;
    for (const entry of [...this.#pending]) {
      if (entry.future.done()) {
        // A CancelledError that is on its way stands for this request too.
        if (entry.future.cancelled()) asked = true;
      } else if (entry.epoch === this.#epoch || entry.future.internal) {
        asking.add(entry.future);
      } else {
        this.#reject(entry, request);
      }
    }
    if (asking.size === 1 && !asked) return [...asking][0] as Future<unknown>;
    for (const future of asking) asked = cancelFuture(future, request) || asked;
    return asked;
  }

  /** The task has taken a request back: so have the coroutines that are awaited here. */
  takeBack(): void {
    for (const entry of this.#pending) entry.future[TAKE_BACK]();
  }

  /** Rejects everything awaited. What it waits for runs on. */
  interrupt(request: CancelRequest): void {
    for (const entry of [...this.#pending]) if (!entry.future.done()) this.#reject(entry, request);
  }

  #reject(entry: PendingAwait<unknown>, request: CancelRequest): void {
    entry.future[REMOVE](entry);
    this.#pending.delete(entry);
    entry.reject(cancelledError(request));
  }
}
