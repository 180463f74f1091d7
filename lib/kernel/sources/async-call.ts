import { isCancelled } from '../../errors/index.js';
import { runAmbient, runIfAmbient } from '../now/ambient.js';
import { AsyncCallMark } from '../now/async-call-mark.js';
import { current } from '../now/current.js';
import type { Owner } from '../now/owner.js';
import { Awaits } from '../futures/awaits.js';
import { type CancelRequest, LimitRequest } from '../futures/cancel.js';
import { CancelSignal } from '../futures/cancel-signal.js';
import { reportIgnoredCancel } from '../futures/debug.js';
import { Future } from '../futures/future.js';
import { react, reportLateRejection } from '../futures/promise-future.js';
import {
  ARM,
  CANCEL,
  CANCELLED,
  INTERRUPT,
  REJECT,
  REQUEST,
  RESOLVE,
  TAKE_BACK,
  WAITING_FOR,
} from '../ground/protocol.js';
import type { Resume } from '../ground/resume.js';
import { text } from '../ground/text.js';
import type { WaitingFor } from '../ground/waiting-for.js';
import type { Strand } from '../tasks/strand.js';
import { kindOf } from './source.js';

/**
 * The call of an async function on behalf of a task: its body, the body of a scope, the project of an operator. JavaScript gives
 * no way to throw into an async function, so a cancel request is given to what the function awaits of this library; if it awaits
 * nothing of it at that moment, the request stays armed and is thrown at the next library `await`.
 *
 *     cancel ──▶ task ──waits for──▶ AsyncCall ──asks──▶ what was awaited since the last result arrived
 *                                        └── or arms the request
 *
 * Whether a function is async is known only when it has been called, so a call is made for every function: it is small, and what
 * an async one needs is made when it needs it.
 *
 * The request of a time limit that cannot be delivered is another matter: a limit is a limit. A function that neither awaits
 * anything of this library nor has read a signal cannot hear it, and is left behind a millisecond later.
 *
 * @internal
 */
export class AsyncCall<T> extends Future<T> implements Owner {
  readonly #strand: Strand<unknown>;
  /** It is the work of the whole task: its signal is the task's. */
  readonly #whole: boolean;
  #fn: unknown = undefined;
  #awaits: Awaits | null = null;
  #signal: CancelSignal | null = null;
  /** How many requests have come, to the strand before or to this call, and were not taken back. */
  #requests: number;
  /** What is armed is the request of a limit, or has come after one that was not heard. */
  #limitUnheard = false;
  /** Has it given a promise, or does the strand run something in its place, or is that over, too? */
  #phase: 'awaited' | 'aside' | 'over' = 'awaited';

  constructor(strand: Strand<unknown>, whole: boolean) {
    super(strand.loop);
    this.#strand = strand;
    this.#whole = whole;
    this.#requests = strand.cancelling();
  }

  get task() {
    return this.#strand.task;
  }

  get awaits(): Awaits {
    if (this.#awaits === null) {
      this.#awaits = new Awaits();
      if (this.#phase === 'aside') this.#strand.heed(this);
    }
    return this.#awaits;
  }

  get signal(): AbortSignal {
    if (this.#whole) return this.#strand.ownSignal;
    if (this.#signal === null) {
      this.#signal = new CancelSignal();
      if (this.#phase === 'aside') this.#strand.heed(this);
    }
    return this.#signal.signal;
  }

  cancelling(): number {
    return this.#requests;
  }

  override get internal(): boolean {
    return true;
  }

  /** A promise, unless it is known to await something of this library. */
  override [WAITING_FOR](): WaitingFor {
    const futures = this.#awaits?.futures() ?? [];
    return { futures, foreign: futures.length === 0 ? 'a promise' : null };
  }

  /** Calls `fn`; what it starts, and what follows its `await`s, belongs to this call. */
  invoke<R>(fn: () => R, named: unknown): R {
    const { owner } = current;
    current.owner = this;
    this.#fn = named;
    try {
      if (!this.loop.asyncContext) return runIfAmbient(this, fn);
      return runAmbient(this, fn, isPromise);
    } finally {
      current.owner = owner;
    }
  }

  /**
   * The function has given something else than a promise, which the strand runs in the place of this call. A cancel request comes
   * here all the same, for the signal that the function has passed on, and for async code that it has started: `({ signal }) =>
   * from(fetch(url, { signal }))`.
   */
  standAside(): void {
    this.#phase = 'aside';
    if (this.#awaits !== null || this.#signal !== null) this.#strand.heed(this);
  }

  /** The strand goes on after what it ran in the place of this call: its requests are no business of the call any more. */
  stepDown(): void {
    this.#phase = 'over';
    this.#strand.ignore(this);
  }

  /** Takes the outcome of the function's promise. */
  follow(promise: PromiseLike<T>): void {
    react(
      promise,
      (value) => {
        if (!this.done()) this[RESOLVE](value); // else it was left behind
      },
      (error: unknown) => {
        if (this.done()) return reportLateRejection(this.loop, error);
        const cancellation = this.#cancellation(error);
        if (cancellation === undefined) this[REJECT](error);
        else this[CANCELLED](null, cancellation);
      },
    );
  }

  #cancellation(error: unknown): unknown {
    if (isCancelled(error)) return error;
    return this.#whole ? this.#strand.cancellation(error) : this.#signal?.cancellation(error);
  }

  override [CANCEL](request: CancelRequest): boolean | Future<unknown> {
    if (this.done()) return false;
    this.#requests++;
    if (this.#signal !== null) {
      this.#signal.abort(request);
      if (request instanceof LimitRequest) request.signalRead = true;
    }
    const asked = this.#awaits?.ask(request) ?? false;
    if (asked !== false) return asked;
    this[ARM](request);
    return true;
  }

  override [TAKE_BACK](): void {
    if (this.#requests > 0 && --this.#requests === 0) {
      this.#awaits?.take();
      this.#signal?.reset();
    }
    this.#awaits?.takeBack();
  }

  override [ARM](request: CancelRequest): void {
    const { awaits } = this;
    const isLimit = request instanceof LimitRequest;
    // Another request takes the place of one that is armed; a limit that was not heard is not heard by that.
    this.#limitUnheard = isLimit || (this.#limitUnheard && awaits.armed !== null);
    awaits.armed = request;
    if (isLimit && this.#phase === 'awaited') this.loop.callLater(TIME_TO_HEAR, () => this.#leaveBehind(request));
  }

  /** The function cannot hear that its time is over: it ends here, as cancelled, and runs on where nobody waits for it. */
  #leaveBehind(request: LimitRequest): void {
    if (this.done() || request.signalRead || this.#signal !== null) return;
    const { awaits } = this;
    if (awaits.armed === null || !this.#limitUnheard || awaits.size > 0) return;
    this.loop.callExceptionHandler({
      kind: 'abandoned',
      message:
        `${text(this.#fn)} did not hear that its time limit was reached, and is left behind: it awaits nothing of this library and ` +
        'has read no signal; await its promises by resultOf(promise), or give them the signal: async ({ signal }) => …',
      task: this.task,
    });
    this[CANCELLED](awaits.armed); // which stays armed: what the function awaits next of this library throws it
  }

  /** @internal */
  [INTERRUPT](request: CancelRequest): void {
    this.#awaits?.interrupt(request);
  }

  /** The request that nobody has heard, which is handed on by this. */
  takeUnheard(): CancelRequest | null {
    return this.#awaits?.take() ?? null;
  }

  get whole(): boolean {
    return this.#whole;
  }
}

Object.defineProperty(AsyncCall.prototype, AsyncCallMark, { value: true });

/** Milliseconds after a limit: what was asked at the limit may end at once, and is not told to have heard nothing. */
const TIME_TO_HEAR = 1;

/** Futures and coroutines are thenable too, but are driven without any async code. */
function isPromise(x: unknown): boolean {
  return kindOf(x) === 'promise';
}

/**
 * Waits for `call` in `strand`. An outcome that has arrived is delivered, even if a cancel request comes before the strand
 * goes on; the request, as one that nobody has heard, is then handed to the strand.
 *
 * @internal
 */
export function* awaitCall<T>(call: AsyncCall<T>, strand: Strand<unknown>): Generator<void, T, Resume> {
  let value: T;
  try {
    value = yield* call;
  } catch (error) {
    if (call.cancelled() || !call.done()) throw error;
    handOn(call, strand, isCancelled(error) ? strand[REQUEST] : null);
    return call.result();
  }
  handOn(call, strand, null);
  return value;
}

/**
 * To the strand, unless the call was the whole of its task: that one has ended, and is not cancelled afterwards; whoever waits for it
 * and had asked it gets the request back.
 */
function handOn(call: AsyncCall<unknown>, strand: Strand<unknown>, missed: CancelRequest | null): void {
  const request = missed ?? call.takeUnheard();
  if (request === null) return;
  if (!call.whole) {
    strand.armLeftover(request);
    return;
  }
  strand.keepUnheard(request);
  if (strand.loop.debug) reportIgnoredCancel(strand.task);
}
