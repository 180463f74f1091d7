import { isCancelled } from '../../errors/index.js';
import { runAmbient, runIfAmbient } from '../now/ambient.js';
import { AsyncCallMark } from '../now/async-call-mark.js';
import { Awaits } from '../futures/awaits.js';
import type { CancelRequest } from '../futures/cancel.js';
import { CancelSignal } from '../futures/cancel-signal.js';
import { current } from '../now/current.js';
import { reportIgnoredCancel } from '../futures/debug.js';
import { Future } from '../futures/future.js';
import type { Owner } from '../now/owner.js';
import { react } from '../futures/promise-future.js';
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
import { kindOf } from './source.js';
import type { Strand } from '../tasks/strand.js';
import type { WaitingFor } from '../ground/waiting-for.js';

/**
 * The call of an async function on behalf of a task: its body, or the body of a scope. JavaScript gives no way to throw
 * into an async function, so a cancel request is given to what the function awaits of this library; if it awaits nothing
 * of it at that moment, the request stays armed and is thrown at the next library `await`.
 *
 *     cancel ──▶ task ──waits for──▶ AsyncCall ──asks──▶ what was awaited since the last result arrived
 *                                        └── or arms the request
 *
 * @internal
 */
export class AsyncCall<T> extends Future<T> implements Owner {
  readonly [AsyncCallMark] = true;
  readonly awaits: Awaits = new Awaits();
  readonly #strand: Strand<unknown>;
  readonly #signal = new CancelSignal();
  /** How many requests have come and were not taken back. */
  #requests = 0;

  constructor(strand: Strand<unknown>) {
    super(strand.loop);
    this.#strand = strand;
  }

  get task() {
    return this.#strand.task;
  }

  get signal(): AbortSignal {
    return this.#signal.signal;
  }

  override get internal(): boolean {
    return true;
  }

  /** A promise, unless it is known to await something of this library. */
  override [WAITING_FOR](): WaitingFor {
    const futures = this.awaits.futures();
    return { futures, foreign: futures.length === 0 ? 'a promise' : null };
  }

  /** Calls `fn`; what it starts, and what follows its `await`s, belongs to this call. */
  invoke<R>(fn: () => R): R {
    const { owner } = current;
    current.owner = this;
    try {
      if (!this.loop.asyncContext) return runIfAmbient(this, fn);
      return runAmbient(this, fn, isPromise);
    } finally {
      current.owner = owner;
    }
  }

  /** Takes the outcome of the function's promise. */
  follow(promise: PromiseLike<T>): void {
    react(
      promise,
      (value) => this[RESOLVE](value),
      (error: unknown) => {
        const cancellation = this.#signal.cancellation(error);
        if (cancellation === undefined) this[REJECT](error);
        else this[CANCELLED](null, cancellation);
      },
    );
  }

  override [CANCEL](request: CancelRequest): boolean | Future<unknown> {
    if (this.done()) return false;
    this.#requests++;
    this.#signal.abort(request);
    const asked = this.awaits.ask(request);
    if (asked !== false) return asked;
    this[ARM](request);
    return true;
  }

  override [TAKE_BACK](): void {
    if (this.#requests > 0 && --this.#requests === 0) {
      this.awaits.take();
      this.#signal.reset();
    }
    this.awaits.takeBack();
  }

  override [ARM](request: CancelRequest): void {
    this.awaits.armed = request;
  }

  /** @internal */
  [INTERRUPT](request: CancelRequest): void {
    this.awaits.interrupt(request);
  }
}

/** Futures and coroutines are thenable too, but are driven without any async code. */
function isPromise(x: unknown): boolean {
  return kindOf(x) === 'promise';
}

/**
 * Waits for `call` in `strand`. A value that has arrived is delivered, even if a cancel request comes before the strand
 * goes on; the request is then handed to the strand, unless the call was the whole `task`: that one is finished.
 *
 * @internal
 */
export function* awaitCall<T>(call: AsyncCall<T>, strand: Strand<unknown>, task: boolean): Generator<void, T, Resume> {
  let value: T;
  let missed: CancelRequest | null = null;
  try {
    value = yield* call;
  } catch (error) {
    if (!isCancelled(error) || call.cancelled() || !call.done()) throw error;
    value = call.result();
    missed = strand[REQUEST];
  }
  const left = missed ?? call.awaits.take();
  if (left !== null) {
    if (!task) strand[ARM](left);
    else if (strand.loop.debug) reportIgnoredCancel(strand.task);
  }
  return value;
}
