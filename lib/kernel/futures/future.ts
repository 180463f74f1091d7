import { Observable, type Observer, type Subscriber, type Subscription, type Unsubscribable } from 'rxjs';
import { InvalidStateError, RuntimeError, isCancelled } from '../../errors/index.js';
import { awaitFuture } from './awaits.js';
import { Callbacks } from './callbacks.js';
import { CancelRequest, cancelFuture, cancelledError } from './cancel.js';
import type { Context } from '../now/context.js';
import { readContext } from '../now/context.js';
import { current } from '../now/current.js';
import { asyncOwner, currentOwner } from '../now/current-owner.js';
import { creationText } from './debug.js';
import type { EventLoop } from '../loop/event-loop.js';
import { DoneCallback } from './done-callback.js';
import { SharedCallback } from './shared-callback.js';
import { tellOnce } from './exception-handler.js';
import {
  ADD,
  ARM,
  CANCEL,
  CANCELLED,
  CONSUME,
  ENQUEUE,
  LEFTOVER,
  PEEK,
  REJECT,
  REMOVE,
  REQUEST,
  RESOLVE,
  RETRIEVED,
  type Runnable,
  TAKE_BACK,
  TEXT,
  WAITING_FOR,
} from '../ground/protocol.js';
import { assertCallback } from '../ground/arguments.js';
import type { Resume } from '../ground/resume.js';
import { Suspension } from './suspension.js';
import { TEXT_DEPTH, errorText, text } from '../ground/text.js';
import { subscribeToFuture } from './watcher.js';
import { Failure, retrieved, watchFailure } from './unretrieved.js';
import { WAITING_FOR_NOTHING, type WaitingFor } from '../ground/waiting-for.js';

const brand = Symbol.for('rxtasks.Future');

interface Branded {
  readonly [brand]?: boolean;
}

/** A state of a future. `'cancelling'` exists for tasks only: they were asked to cancel and have not ended yet. */
export type FutureState = 'pending' | 'cancelling' | 'finished' | 'failed' | 'cancelled';

/**
 * A result that is not there yet, and that anybody may watch: hot, multicast, and it replays its one outcome.
 *
 * ```
 * future     ------------r|            setResult(r)
 * await             ^----r
 * subscribe                  ^(r|)     late: at once
 * ```
 *
 * It is awaited with `yield*` in coroutines, with `await` in async functions, and used as an Observable anywhere RxJS
 * takes one. **Watching is not owning**: unsubscribing, or no longer waiting, stops nothing.
 *
 * **Cancellation:** `cancel()` completes it as cancelled; everybody who waits gets a CancelledError.
 *
 * **Errors:** a failure that nobody ever looks at is reported to the loop's exception handler (kind `unretrieved`).
 *
 * ```ts
 * import { getRunningLoop, run } from 'rxtasks';
 *
 * await run(function* () {
 *   const loop = getRunningLoop();
 *   const answer = loop.createFuture<number>();
 *   loop.callLater(10, () => answer.setResult(42));
 *   console.log(yield* answer); // 42
 * });
 * ```
 *
 * asyncio: `asyncio.Future`. RxJS: an `AsyncSubject` that can be cancelled.
 */
export class Future<T> extends Observable<T> implements PromiseLike<T> {
  readonly #loop: EventLoop;
  #state: 'pending' | 'finished' | 'failed' | 'cancelled' = 'pending';
  /** The value; the Failure; or, of a task whose body ended by a CancelledError, the Cancellation. */
  #outcome: unknown = undefined;
  /** The one who waits, or all of them in the order of registration. */
  #callbacks: Runnable | Callbacks | null = null;
  /** What the future was, or is to be, cancelled with. */
  #request: CancelRequest | null = null;
  #seenBy = 0;

  /** Only inside of a running loop; elsewhere use `loop.createFuture()`. */
  constructor(loop: EventLoop = runningLoop()) {
    super(subscribeToFuture as (this: Observable<T>, subscriber: Subscriber<T>) => Unsubscribable | undefined);
    this.#loop = loop;
  }

  /** Is `x` a Future, of this or another copy of the library? */
  static is(x: unknown): x is Future<unknown> {
    return typeof x === 'object' && x !== null && (x as Branded)[brand] === true && x !== Future.prototype;
  }

  /** The loop that the future belongs to. */
  get loop(): EventLoop {
    return this.#loop;
  }

  /** True once it has a result or an exception or was cancelled. */
  done(): boolean {
    return this.#state !== 'pending';
  }

  /** True if it was cancelled. */
  cancelled(): boolean {
    return this.#state === 'cancelled';
  }

  /**
   * The result.
   *
   * **Errors:** throws the exception of a failed future, CancelledError if it was cancelled, InvalidStateError if it is
   * not done.
   */
  result(): T {
    if (this.#state === 'finished') return this.#outcome as T;
    if (this.#state === 'pending') throw this.notDone('result()');
    throw this[CONSUME]();
  }

  /**
   * The exception, or null if there is none.
   *
   * **Errors:** throws CancelledError if it was cancelled, InvalidStateError if it is not done.
   */
  exception(): unknown {
    if (this.#state === 'finished') return null;
    if (this.#state === 'pending') throw this.notDone('exception()');
    const error = this[CONSUME]();
    if (this.#state === 'cancelled') throw error;
    return error;
  }

  /** Completes the future with a value. **Errors:** InvalidStateError if it is done. */
  setResult(value: T): void {
    this.assertPending('setResult()');
    this[RESOLVE](value);
  }

  /** Completes the future with an exception. **Errors:** InvalidStateError if it is done. */
  setException(error: unknown): void {
    this.assertPending('setException()');
    this[REJECT](error);
  }

  /**
   * Asks to cancel. A plain future is cancelled at once; a task is asked to end (see {@link Task}).
   *
   * @param message arrives in the CancelledError
   * @returns false if it is done already, else true
   */
  cancel(message?: string): boolean {
    return this.#state === 'pending' && cancelFuture(this, new CancelRequest(message, 'cancel'));
  }

  /**
   * Calls `callback` with this future when it is done: through the loop, in the order of registration, never
   * synchronously; also if it is done already. The same function may be registered several times.
   *
   * **Errors:** what the callback throws, and the rejection of a promise that it returns, go to the exception handler. At the
   * call: TypeError for what is no plain function, RuntimeError if the loop is closed.
   */
  addDoneCallback(callback: (future: this) => unknown, options?: { readonly context?: Context }): void {
    assertCallback('addDoneCallback(callback)', callback);
    if (this.#loop.isClosed()) {
      throw new RuntimeError(
        `addDoneCallback(callback): the loop of ${this[TEXT](1)} is closed; nothing would call it`,
      );
    }
    const context = options?.context ?? readContext();
    this[ADD](new DoneCallback(this, callback as (future: Future<unknown>) => unknown, context));
  }

  /** Removes every registration of `callback` and returns how many there were. */
  removeDoneCallback(callback: (future: this) => unknown): number {
    const callbacks = this.#callbacks;
    const wanted = callback as (future: Future<unknown>) => unknown;
    if (callbacks instanceof Callbacks) return callbacks.deleteFunction(wanted);
    if (!(callbacks instanceof DoneCallback) || callbacks.callback !== wanted) return 0;
    this.#callbacks = null;
    return 1;
  }

  /**
   * Waits, as `await` does. In an async function that runs as a task, cancelling the task cancels what it awaits.
   *
   * The promise is a native one. The error of a cancellation is seen here without being consumed.
   */
  then<A = T, B = never>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return new Promise<T>((resolve, reject) => awaitFuture(this, asyncOwner(), resolve, reject)).then(onValue, onError);
  }

  /** As `Promise.prototype.catch`. */
  catch<B = never>(onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(null, onError);
  }

  /** As `Promise.prototype.finally`. */
  finally(onEnd?: (() => void) | null): Promise<T> {
    return this.then().finally(onEnd);
  }

  /** `yield* future` in a coroutine: waits, without suspending if the future is done. */
  [Symbol.iterator](): Generator<never, T, Resume> {
    return new Suspension(this) as unknown as Generator<never, T, Resume>;
  }

  override subscribe(observer?: Partial<Observer<T>> | ((value: T) => void)): Subscription;
  /** @deprecated As in RxJS: pass an observer object instead of several callbacks. */
  override subscribe(
    next?: ((value: T) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription;
  /**
   * Watches: delivers the result and completes, at once if the future is done, else through the loop.
   *
   * **Cancellation:** unsubscribing stops watching and nothing else.
   *
   * **Errors:** without an error handler a CancelledError is dropped and any other error goes to the exception handler.
   */
  override subscribe(
    next?: Partial<Observer<T>> | ((value: T) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    if (typeof next === 'object' && next !== null) {
      if (typeof next.error === 'function') return super.subscribe(next);
      return super.subscribe({
        next: (value) => next.next?.(value),
        error: (failure: unknown) => this.unhandled(failure),
        complete: () => next.complete?.(),
      });
    }
    return super.subscribe({
      ...(next ? { next } : {}),
      error: error ?? ((failure: unknown) => this.unhandled(failure)),
      ...(complete ? { complete } : {}),
    });
  }

  override toString(): string {
    return this[TEXT](TEXT_DEPTH);
  }

  /** Name and state: for logs and structured output. */
  toJSON(): { name?: string; state: FutureState } {
    return { state: this.#state };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  // ---- for the kernel -------------------------------------------------------------------------------------------

  /** Was it seen before by that look at a list? Each look has a number: see to-futures.ts. @internal */
  seen(look: number): boolean {
    if (this.#seenBy === look) return true;
    this.#seenBy = look;
    return false;
  }

  /** True if it ended with an exception. @internal */
  get failed(): boolean {
    return this.#state === 'failed';
  }

  /** An internal run: no user ever holds it. @internal */
  get internal(): boolean {
    return false;
  }

  /** @internal */
  [ADD](entry: Runnable): void {
    if (this.#state !== 'pending') this.makeReady(entry);
    else if (this.#callbacks === null) this.#callbacks = entry;
    else if (this.#callbacks instanceof Callbacks) this.#callbacks.add(entry);
    else this.#callbacks = new Callbacks(this.#callbacks, entry);
  }

  /** @internal */
  [REMOVE](entry: Runnable): void {
    if (this.#callbacks === entry) this.#callbacks = null;
    else if (this.#callbacks instanceof Callbacks) this.#callbacks.delete(entry);
  }

  /** @internal */
  [RESOLVE](value: T): void {
    this.#state = 'finished';
    this.#outcome = value;
    this.scheduleCallbacks();
  }

  /** @internal */
  [REJECT](error: unknown): void {
    const failure = new Failure(this.#loop, error);
    this.#state = 'failed';
    this.#outcome = failure;
    failure.name = this[TEXT](1) + creationText(this);
    watchFailure(this, failure);
    this.scheduleCallbacks();
  }

  /** @internal */
  [CANCELLED](request: CancelRequest | null, original?: unknown): void {
    this.#state = 'cancelled';
    if (original !== undefined) this.#outcome = new Cancellation(original);
    this.#request = request;
    this.scheduleCallbacks();
  }

  /** @internal */
  [CANCEL](request: CancelRequest): boolean | Future<unknown> {
    if (this.#state !== 'pending') return false;
    this[CANCELLED](request);
    return true;
  }

  /** @internal */
  [ARM](request: CancelRequest): void {
    this.#request = request;
  }

  /** @internal */
  [TAKE_BACK](): void {}

  /** @internal */
  [LEFTOVER](): CancelRequest | null {
    return null;
  }

  /** @internal */
  get [REQUEST](): CancelRequest | null {
    return this.#request;
  }

  /** @internal */
  [PEEK](onValue: (value: T) => void, onError: (error: unknown) => void): void {
    if (this.#state === 'finished') {
      onValue(this.#outcome as T);
    } else {
      onError(this.error());
    }
  }

  private error(): unknown {
    if (this.#state !== 'failed') {
      return (this.#outcome as Cancellation | undefined)?.error ?? cancelledError(this.#request);
    }
    this[RETRIEVED]();
    return (this.#outcome as Failure).error;
  }

  /** @internal */
  [CONSUME](): unknown {
    if (this.#state === 'failed' || this.#outcome === undefined) return this.error();
    return (this.#outcome as Cancellation).consume() ?? cancelledError(this.#request);
  }

  /** @internal */
  [RETRIEVED](): void {
    if (this.#state === 'failed') retrieved(this.#outcome as Failure);
  }

  /** @internal */
  [WAITING_FOR](): WaitingFor {
    return WAITING_FOR_NOTHING;
  }

  /** @internal */
  [TEXT](depth: number): string {
    return `<${['Future', ...this.outcomeText(depth)].join(' ')}>`;
  }

  /** State and outcome, as they stand in a text. @internal */
  protected outcomeText(depth: number): string[] {
    if (this.#state === 'finished') return [this.#state, `result=${text(this.#outcome, depth)}`];
    if (this.#state === 'failed') return [this.#state, `error=${errorText((this.#outcome as Failure).error)}`];
    return [this.#state];
  }

  private scheduleCallbacks(): void {
    const callbacks = this.#callbacks;
    if (callbacks === null) return;
    this.#callbacks = null;
    if (callbacks instanceof Callbacks) for (const entry of callbacks) this.makeReady(entry);
    else this.makeReady(callbacks);
  }

  private makeReady(entry: Runnable): void {
    this.#loop[ENQUEUE](entry);
    if (entry instanceof SharedCallback) entry.note(this);
  }

  private unhandled(error: unknown): void {
    if (isCancelled(error) || !tellOnce(this)) return;
    this.#loop.callExceptionHandler({
      kind: 'unretrieved',
      message: 'a watched future failed, and subscribe() was given no error handler',
      exception: error,
      future: this,
    });
  }

  private notDone(call: string): InvalidStateError {
    return new InvalidStateError(`${call}: ${this[TEXT](1)} is not done; wait for it first (yield* or await)`);
  }

  private assertPending(call: string): void {
    if (this.#state !== 'pending') {
      throw new InvalidStateError(`${call}: ${this[TEXT](1)} is done already; a future is completed once`);
    }
  }
}

Object.defineProperty(Future.prototype, brand, { value: true });

/** The CancelledError that ended the body of a task: the first who asks gets that very error, with its stack. */
class Cancellation {
  readonly error: unknown;
  #consumed = false;

  constructor(error: unknown) {
    this.error = error;
  }

  consume(): unknown {
    if (this.#consumed) return undefined;
    this.#consumed = true;
    return this.error;
  }
}

function runningLoop(): EventLoop {
  const loop = current.loop ?? currentOwner()?.task.loop;
  if (!loop) throw new RuntimeError('new Future(): no loop is running here; use loop.createFuture()');
  return loop;
}
