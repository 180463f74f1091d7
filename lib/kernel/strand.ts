import { InvalidStateError, RuntimeError, isCancelled } from '../errors/index.js';
import { type Resource, captureResource } from './ambient.js';
import { AsyncCallMark } from './async-call-mark.js';
import { Awaits } from './awaits.js';
import { type CancelRequest, type Interruptible, cancelFuture, cancelledError } from './cancel.js';
import { CancelSignal } from './cancel-signal.js';
import { current } from './current.js';
import { abandonSource, drive } from './drive.js';
import type { DriveOptions } from './drive-observable.js';
import type { EventLoop } from './event-loop.js';
import { Future } from './future.js';
import {
  ADD,
  ARM,
  CANCEL,
  CANCELLED,
  CONSUME,
  ENQUEUE,
  INTERRUPT,
  LEFTOVER,
  REJECT,
  REMOVE,
  REQUEST,
  RESOLVE,
  RUN,
  START,
  TAKE_BACK,
  WAITS,
} from './protocol.js';
import { RESUME, type Resume, suspension } from './resume.js';
import type { AnySource } from './source.js';
import type { Task } from './task.js';
import { got } from './text.js';
import type { Waits } from './waits.js';

/** No error: an `undefined` that was thrown is an error too. */
const NONE: unique symbol = Symbol('none');

/**
 * A recipe running: steps a generator whenever what it waits for is done. A Task is a strand that has a name and counts
 * among all tasks; a bare strand is a coroutine awaited by an async function, which runs on behalf of the task at hand.
 *
 * One step, as in CPython's `Task.__step`:
 *
 * 1. An armed cancel request replaces what was to be sent, unless that is a CancelledError already.
 * 2. The strand is the current one; the generator is resumed, or the error thrown into it.
 * 3. It returned: done. It threw: cancelled or failed. It suspended on a future: that one calls back. It just yielded:
 *    the next step is queued.
 *
 * The strand is its own handle in the ready queue and its own callback at the future it waits for, so neither a step nor
 * an await allocates one.
 *
 * @internal
 */
export class Strand<T> extends Future<T> {
  readonly #source: AnySource<T>;
  #body: Generator<void, T, Resume> | null = null;
  readonly #task: Task<T> | null;
  #waitingOn: Future<unknown> | null = null;
  /** An error to throw in the next step, which no future brings. */
  #thrown: unknown = NONE;
  #mustCancel = false;
  #cancels = 0;
  readonly #resource: Resource | null;
  #awaits: Awaits | null = null;
  #signal: CancelSignal | null = null;
  readonly #options: DriveOptions;

  /**
   * @param task the task on whose behalf this runs; null for a task itself
   */
  constructor(loop: EventLoop, source: AnySource<T>, task: Task<unknown> | null, options: DriveOptions) {
    super(loop);
    this.#source = source;
    this.#task = task as Task<T> | null;
    this.#options = options;
    this.#resource = loop.asyncContext && options.runsNoCode !== true ? captureResource(this) : null;
  }

  /** The task on whose behalf this runs. @internal */
  get task(): Task<T> {
    return this.#task ?? (this as unknown as Task<T>);
  }

  /** @internal */
  get awaits(): Awaits {
    return (this.#awaits ??= new Awaits());
  }

  /** What it waits for, or null. @internal */
  get waitingOn(): Future<unknown> | null {
    return this.#waitingOn;
  }

  /** @internal */
  override [WAITS](): Waits {
    const futures = this.#awaits?.futures() ?? [];
    return { futures: this.#waitingOn === null ? futures : [this.#waitingOn, ...futures], foreign: null };
  }

  /** @internal */
  override get internal(): boolean {
    return this.#task !== null;
  }

  /** How many cancel requests have come and were not taken back. asyncio: `Task.cancelling`. */
  cancelling(): number {
    return this.#cancels;
  }

  /**
   * Takes one cancel request back, as a scope does with its own; at zero a request that was not delivered yet is dropped.
   * Returns how many are left. asyncio: `Task.uncancel`.
   */
  uncancel(): number {
    if (this.#cancels === 0) return 0;
    if (--this.#cancels === 0) {
      this.#mustCancel = false;
      this.#signal?.reset();
    }
    // Called by async code of this task: what runs on its behalf has got the request too.
    this.#waitingOn?.[TAKE_BACK]();
    this.#awaits?.takeBack();
    return this.#cancels;
  }

  override [TAKE_BACK](): void {
    if (this.#task !== null) this.uncancel();
  }

  /**
   * Aborted when cancellation is requested, with the CancelledError as reason; give it to work that this library does not
   * run, such as `fetch`. It stays aborted until `uncancel()` has brought the counter to zero; then the next read gives a
   * fresh one.
   */
  get signal(): AbortSignal {
    this.#signal ??= new CancelSignal();
    if (this.#cancels > 0) this.#signal.abort(this.#lastRequest as CancelRequest);
    return this.#signal.signal;
  }
  #lastRequest: CancelRequest | null = null;

  /** The CancelledError that `error` stands for, or undefined: see CancelSignal. @internal */
  cancellation(error: unknown): unknown {
    return isCancelled(error) ? error : this.#signal?.cancellation(error);
  }

  /** Drops an armed request if it was `scope`'s own: what a scope asked ends with the scope. @internal */
  disarm(scope: object): void {
    if (this.#mustCancel && this[REQUEST]?.scope === scope) this.#mustCancel = false;
  }

  [RUN](): void {
    if (this.done()) this.#refuseStep();
    if (this.#resource === null) this.#step();
    else this.#resource.runInAsyncScope(this.#step, this);
  }

  override [CANCEL](request: CancelRequest): boolean | Future<unknown> {
    if (this.done()) return false;
    this.#cancels++;
    this.#lastRequest = request;
    this.#signal?.abort(request);
    this.#awaits?.cancel(request);
    if (this.#waitingOn !== null) return this.#waitingOn;
    this[ARM](request);
    return true;
  }

  override [ARM](request: CancelRequest): void {
    super[ARM](request);
    this.#mustCancel = true;
  }

  /** @internal */
  [INTERRUPT](request: CancelRequest): void {
    const waiting = this.#waitingOn;
    if (waiting === null) return;
    if (AsyncCallMark in waiting) {
      (waiting as unknown as Interruptible)[INTERRUPT](request);
      return;
    }
    waiting[REMOVE](this);
    this.#waitingOn = null; // it is interrupted once: a further request is armed
    this[ARM](request);
    this.loop[ENQUEUE](this);
  }

  override [LEFTOVER](): CancelRequest | null {
    return this.#mustCancel && this.#task !== null ? this[REQUEST] : null;
  }

  /** Called once, when the strand has ended. */
  protected ended(): void {
    this.loop.runs.delete(this);
  }

  #step(): void {
    const observer = this.#task === null ? this.loop.observer : undefined;
    observer?.stepping?.(this as unknown as Task<unknown>);
    const error = this.#takeError();
    const { loop, owner, context, pipeline } = current;
    const task = this.task;
    current.loop = this.loop;
    current.owner = this;
    // A strand that is started by a step of its own task shares the context of that step.
    const nested = owner !== null && (owner.task as unknown) === task;
    if (!nested) current.context = task.context;
    current.pipeline = null;
    let outcome: IteratorResult<void, T> | undefined;
    let failure: unknown = NONE;
    try {
      if (error === NONE) outcome = (this.#body ??= this.#begin()).next(RESUME);
      else if (this.#body !== null) outcome = this.#body.throw(error);
      else failure = this.#refuse(error);
    } catch (thrown) {
      failure = thrown;
    }
    if (current.context !== null) task.setContext(current.context);
    current.loop = loop;
    current.owner = owner;
    if (!nested) current.context = context;
    current.pipeline = pipeline;
    if (outcome === undefined) this.#failed(failure);
    else if (outcome.done) this.#returned(outcome.value);
    else this.#suspended(outcome.value);
    if (!this.done()) observer?.suspended?.(this as unknown as Task<unknown>);
  }

  /** What to throw into the body: an armed request, else the error of what was waited for, else NONE. */
  #takeError(): unknown {
    let error: unknown = NONE;
    const waited = this.#waitingOn;
    if (waited !== null) {
      this.#waitingOn = null;
      if (waited.cancelled() || waited.failed) error = waited[CONSUME]();
    } else if (this.#thrown !== NONE) {
      error = this.#thrown;
      this.#thrown = NONE;
    }
    if (this.#mustCancel) {
      this.#mustCancel = false;
      if (!isCancelled(error)) error = cancelledError(this[REQUEST]);
    }
    return error;
  }

  /** Somebody has completed it with the setters of Future, which the types do not allow: that outcome stays. */
  #refuseStep(): never {
    this.ended();
    throw new InvalidStateError(
      `a step of ${this.toString()}, which is done already: what it runs is left where it waits`,
    );
  }

  #begin(): Generator<void, T, Resume> {
    return drive(this.#source, this as Strand<unknown>, this.#options);
  }

  /** Cancelled before the first step: nothing is called, subscribed or iterated. */
  #refuse(error: unknown): unknown {
    abandonSource(this.#source, this[REQUEST] as CancelRequest);
    return error;
  }

  #returned(value: T): void {
    // A task that asked itself to cancel and returned is cancelled; an internal run hands its value over, and the request
    // to whoever awaits it (LEFTOVER).
    if (this.#mustCancel && this.#task === null) {
      this.#mustCancel = false;
      this[CANCELLED](this[REQUEST]);
    } else {
      this[RESOLVE](value);
    }
    this.ended();
  }

  #failed(error: unknown): void {
    const cancellation = this.cancellation(error);
    if (cancellation !== undefined) this[CANCELLED](null, cancellation);
    else this[REJECT](isStackOverflow(error) ? tooDeep(error) : error);
    this.ended();
  }

  #suspended(on: unknown): void {
    const future = suspension.future;
    if (on === undefined) {
      this.loop[ENQUEUE](this);
    } else if (on !== future || future === null) {
      this.#throwNext(
        new RuntimeError(
          isAwaitable(on)
            ? `a coroutine yielded ${got(on)} instead of waiting for it: write \`yield*\`, with the star`
            : `a coroutine yielded ${got(on)}, which is not awaitable like that: write \`yield* resultOf(source)\` to wait ` +
                'for a source, `yield* future` for a future, and a bare `yield` to let others run',
        ),
      );
    } else if (future.loop !== this.loop) {
      this.#throwNext(
        new RuntimeError(`${future.toString()} belongs to another loop and cannot be awaited in this one`),
      );
    } else if (future === this || future === (this.#task as Future<unknown> | null)) {
      this.#throwNext(new RuntimeError(`the task '${this.task.name}' awaits itself: it would wait for ever`));
    } else {
      suspension.future = null;
      this.#waitingOn = future;
      future[ADD](this);
      if (this.#mustCancel && cancelFuture(future, this[REQUEST] as CancelRequest)) this.#mustCancel = false;
    }
  }

  #throwNext(error: RuntimeError): void {
    this.#thrown = error;
    this.loop[ENQUEUE](this);
  }
}

/** A coroutine, or a future: only the star is missing. */
function isAwaitable(yielded: unknown): boolean {
  return Future.is(yielded) || (typeof yielded === 'object' && yielded !== null && START in yielded);
}

function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes('call stack');
}

function tooDeep(cause: unknown): RuntimeError {
  return new RuntimeError(
    'the stack overflowed in a step of a task: coroutines nested by `yield*` work a few thousand deep (every level is on ' +
      'the stack whenever the innermost one goes on); start a task for the rest, or make a loop of the recursion',
    { cause },
  );
}
