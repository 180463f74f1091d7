import { InvalidStateError, RuntimeError, isCancelled } from '../../errors/index.js';
import { type Resource, captureResource } from '../now/ambient.js';
import { AsyncCallMark } from '../now/async-call-mark.js';
import { Awaits } from '../futures/awaits.js';
import {
  type CancelRequest,
  type Interruptible,
  LimitRequest,
  cancelFuture,
  cancelledError,
} from '../futures/cancel.js';
import { CancelSignal } from '../futures/cancel-signal.js';
import { current } from '../now/current.js';
import { abandonSource, drive } from '../sources/drive.js';
import type { DriveOptions } from '../sources/drive-observable.js';
import type { EventLoop } from '../loop/event-loop.js';
import { Future } from '../futures/future.js';
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
  RETRIEVED,
  RUN,
  START,
  TAKE_BACK,
  WAITING_FOR,
} from '../ground/protocol.js';
import { DEEPEST, Frame } from './frame.js';
import { Extras } from './extras.js';
import { RESUME, type Resume } from '../ground/resume.js';
import type { AnySource } from '../sources/source.js';
import type { Task } from './task.js';
import { got } from '../ground/text.js';
import type { WaitingFor } from '../ground/waiting-for.js';

/** No error: an `undefined` that was thrown is an error too. */
const NONE: unique symbol = Symbol('none');

/**
 * A recipe running: steps a generator whenever what it waits for is done. It is a Task, which has a name and counts among
 * all tasks, or an InternalRun: a coroutine awaited by an async function, which runs on behalf of the task at hand.
 *
 * One step, as in CPython's `Task.__step`:
 *
 * 1. An armed cancel request replaces what was to be sent, unless that is a CancelledError already.
 * 2. The strand is the current one; the generator is resumed, or the error thrown into it.
 * 3. It returned: done. It threw: cancelled or failed. It suspended on a future: that one calls back. It just yielded:
 *    the next step is queued.
 *
 * The strand is its own handle in the ready queue and its own callback at the future it waits for, so neither a step nor
 * an await allocates one. What only some strands need is made when it is needed: a hundred thousand of them may sleep.
 *
 * @internal
 */
export abstract class Strand<T> extends Future<T> {
  readonly #source: AnySource<T>;
  readonly #options: DriveOptions;
  /** What is resumed; null before the first step. */
  #body: Generator<void, unknown, Resume> | null = null;
  #waitingOn: Future<unknown> | null = null;
  #resource: Resource | null;
  #extras: Extras | null = null;

  constructor(loop: EventLoop, source: AnySource<T>, options: DriveOptions) {
    super(loop);
    this.#source = source;
    this.#options = options;
    const runsNoCode = options.runsNoCode ?? (source as { readonly runsNoCode?: boolean }).runsNoCode === true;
    this.#resource = runsNoCode || !loop.asyncContext ? null : captureResource(this);
  }

  /** The task on whose behalf this runs. @internal */
  abstract get task(): Task<T>;

  /** @internal */
  get awaits(): Awaits {
    return (this.needExtras().awaits ??= new Awaits());
  }

  /** What it waits for, or null. @internal */
  get waitingOn(): Future<unknown> | null {
    return this.#waitingOn;
  }

  /** What it was made from, as it is driven. @internal */
  protected get prepared(): AnySource<T> {
    return this.#source;
  }

  /** @internal */
  override [WAITING_FOR](): WaitingFor {
    const futures = this.#extras?.awaits?.futures() ?? [];
    return { futures: this.#waitingOn === null ? futures : [this.#waitingOn, ...futures], foreign: null };
  }

  /** How many cancel requests have come and were not taken back. asyncio: `Task.cancelling`. */
  cancelling(): number {
    return this.#extras?.requests ?? 0;
  }

  /**
   * Takes one cancel request back, as a scope does with its own; at zero a request that was not delivered yet is dropped.
   * Returns how many are left. asyncio: `Task.uncancel`.
   */
  uncancel(): number {
    const extras = this.#extras;
    if (extras === null || extras.requests === 0) return 0;
    if (--extras.requests === 0) {
      extras.armed = extras.leftover = false;
      extras.signal?.reset();
    }
    // Called by async code of this task: what runs on its behalf has got the request too.
    this.#waitingOn?.[TAKE_BACK]();
    extras.awaits?.takeBack();
    for (const call of extras.beside ?? []) call[TAKE_BACK]();
    return extras.requests;
  }

  /**
   * Aborted when cancellation is requested, with the CancelledError as reason; give it to work that this library does not
   * run, such as `fetch`. It stays aborted until `uncancel()` has brought the counter to zero; then the next read gives a
   * fresh one.
   */
  get signal(): AbortSignal {
    return this.ownSignal;
  }

  /** @internal */
  get ownSignal(): AbortSignal {
    const extras = this.needExtras();
    extras.signal ??= new CancelSignal();
    if (extras.requests > 0 && extras.last !== null) extras.signal.abort(extras.last);
    return extras.signal.signal;
  }

  /** It begins with the requests that its owner has got and not taken back. @internal */
  protected inherit(requests: number): void {
    if (requests > 0) this.needExtras().requests = requests;
  }

  /** `call` stands beside what runs here, and is asked to cancel along. @internal */
  heed(call: Future<unknown>): void {
    (this.needExtras().beside ??= new Set()).add(call);
  }

  /** @internal */
  ignore(call: Future<unknown>): void {
    this.#extras?.beside?.delete(call);
  }

  /** The CancelledError that `error` stands for, or undefined: see CancelSignal. @internal */
  cancellation(error: unknown): unknown {
    return isCancelled(error) ? error : this.#extras?.signal?.cancellation(error);
  }

  /** Drops an armed request if it was `scope`'s own: what a scope asked ends with the scope. @internal */
  disarm(scope: object): void {
    if (this.armed && this[REQUEST]?.scope === scope) this.dropArmed();
  }

  /** Null for most. @internal */
  protected get extras(): Extras | null {
    return this.#extras;
  }

  /** @internal */
  protected needExtras(): Extras {
    return (this.#extras ??= new Extras());
  }

  /** A request is to be thrown at the next suspension. @internal */
  protected get armed(): boolean {
    return this.#extras !== null && this.#extras.armed;
  }

  private dropArmed(): void {
    const extras = this.#extras as Extras;
    extras.armed = extras.leftover = false;
  }

  /** An async function has not heard `request`: the next suspension does. @internal */
  armLeftover(request: CancelRequest): void {
    this[ARM](request);
    this.needExtras().leftover = true;
  }

  /** The async function that was all of this has not heard `request`: whoever has handed it on is told. @internal */
  keepUnheard(request: CancelRequest): void {
    this.needExtras().unheard = request;
  }

  /** @internal */
  override [LEFTOVER](): CancelRequest | null {
    return this.#extras?.unheard ?? null;
  }

  /** The request that the last async function has left over, which is delivered by this; or null. @internal */
  takeLeftover(): CancelRequest | null {
    if (this.#extras?.leftover !== true) return null;
    this.dropArmed();
    return this[REQUEST];
  }

  [RUN](): void {
    if (this.done()) this.refuseStep();
    if (this.#resource === null) this.step();
    else this.#resource.runInAsyncScope(this.step, this);
  }

  override [CANCEL](request: CancelRequest): boolean | Future<unknown> {
    if (this.done()) return false;
    const extras = this.needExtras();
    extras.requests++;
    extras.last = request;
    if (extras.signal !== null) {
      extras.signal.abort(request);
      if (request instanceof LimitRequest) request.signalRead = true;
    }
    extras.awaits?.cancel(request);
    for (const call of [...(extras.beside ?? [])]) cancelFuture(call, request);
    if (this.#waitingOn !== null) return this.#waitingOn;
    this[ARM](request);
    return true;
  }

  override [ARM](request: CancelRequest): void {
    super[ARM](request);
    this.needExtras().armed = true;
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

  /** The body has returned while a request was armed. @internal */
  protected abstract returnedArmed(value: T): void;

  /** Called once, when the strand has ended. @internal */
  protected abstract ended(): void;

  private step(): void {
    const { task } = this;
    const observer = this.internal ? undefined : this.loop.observer;
    observer?.stepping?.(task);
    const error = this.takeError();
    const { loop, owner, context, pipeline } = current;
    current.loop = this.loop;
    current.owner = this;
    // A strand that is started by a step of its own task shares the context of that step.
    const nested = owner !== null && (owner.task as unknown) === task;
    if (!nested) current.context = task.context;
    current.pipeline = null;
    const outcome = this.advance(error);
    if (current.context !== null) task.setContext(current.context);
    current.loop = loop;
    current.owner = owner;
    if (!nested) current.context = context;
    current.pipeline = pipeline;
    if (outcome === null) this.endByError(takeThrown());
    else if (outcome.done) this.endByValue(outcome.value as T);
    else this.suspended(outcome);
    if (!this.done()) observer?.suspended?.(task);
  }

  /**
   * Resumes the body, and with what it gives those who wait for it in turn, until one suspends or the last has ended. Null:
   * that one threw; the error is in `thrown`, since to throw it once more would cost as much as the rest of the step.
   */
  private advance(error: unknown): IteratorResult<void, unknown> | null {
    if (error !== NONE && this.#body === null) return this.refuseStart(error);
    let value: unknown = RESUME;
    for (;;) {
      let outcome: IteratorResult<void, unknown>;
      try {
        const body = (this.#body ??= this.startBody());
        outcome = error === NONE ? body.next(value as Resume) : body.throw(error);
        error = NONE;
      } catch (failure) {
        if (!this.calledByOthers()) {
          thrown = failure;
          return null;
        }
        this.leave();
        error = failure;
        continue;
      }
      const asking: unknown = outcome.value;
      if (asking instanceof Frame && !outcome.done) {
        const callers = (this.needExtras().callers ??= []);
        if (callers.length === MOST_PIECES) {
          error = tooDeep();
        } else {
          callers.push(this.#body);
          this.#body = asking.runApart();
          value = RESUME;
        }
      } else if (outcome.done && this.calledByOthers()) {
        this.leave();
        value = outcome.value;
      } else {
        return outcome;
      }
    }
  }

  private calledByOthers(): boolean {
    const callers = this.#extras?.callers;
    return callers != null && callers.length > 0;
  }

  /** The body has ended: whoever waits for it in turn goes on. */
  private leave(): void {
    this.#body = this.#extras?.callers?.pop() as Generator<void, unknown, Resume>;
  }

  /** What to throw into the body: an armed request, else the error of what was waited for, else NONE. */
  private takeError(): unknown {
    let error: unknown = NONE;
    const waited = this.#waitingOn;
    if (waited !== null) {
      this.#waitingOn = null;
      if (waited.cancelled() || waited.failed) error = waited[CONSUME]();
    }
    if (this.armed) {
      this.dropArmed();
      if (!isCancelled(error)) error = cancelledError(this[REQUEST]);
    } else if (error === NONE && waited !== null && this.#extras !== null && this.#extras.last !== null) {
      // It was handed on to what was waited for, and nobody has heard it there: the next suspension does.
      if (waited[LEFTOVER]() === this.#extras.last) this[ARM](this.#extras.last);
    }
    return error;
  }

  /** Somebody has completed it with the setters of Future, which the types do not allow: that outcome stays. */
  private refuseStep(): never {
    this.ended();
    throw new InvalidStateError(
      `a step of ${this.toString()}, which is done already: what it runs is left where it waits`,
    );
  }

  private startBody(): Generator<void, T, Resume> {
    return drive(this.#source, this as unknown as Strand<unknown>, this.#options, !this.internal);
  }

  /** Cancelled before the first step: nothing is called, subscribed or iterated. */
  private refuseStart(error: unknown): null {
    try {
      abandonSource(this.#source, this[REQUEST] as CancelRequest);
      thrown = error;
    } catch (failure) {
      thrown = failure;
    }
    return null;
  }

  private endByValue(value: T): void {
    this.letGo();
    if (this.armed) this.returnedArmed(value);
    else this[RESOLVE](value);
    this.ended();
  }

  private endByError(error: unknown): void {
    this.letGo();
    const cancellation = this.cancellation(error);
    if (cancellation !== undefined) this[CANCELLED](null, cancellation);
    else this[REJECT](isStackOverflow(error) ? stackOverflow(error) : error);
    this.ended();
  }

  /** Whoever keeps an ended task for its result keeps nothing of its run alive. */
  private letGo(): void {
    this.#body = null;
    this.#resource = null;
  }

  private suspended(outcome: IteratorYieldResult<void>): void {
    const yielded: unknown = outcome.value;
    const { suspended } = current;
    current.suspended = null;
    if (yielded === undefined) this.loop[ENQUEUE](this);
    else if (suspended !== null && yielded === suspended) this.waitFor(suspended);
    else this.throwNext(missingStar(yielded));
  }

  private waitFor(future: Future<unknown>): void {
    if (future.loop !== this.loop) {
      this.throwNext(
        new RuntimeError(`${future.toString()} belongs to another loop and cannot be awaited in this one`),
      );
    } else if ((future as unknown) === this || (future as unknown) === this.task) {
      this.throwNext(new RuntimeError(`the task '${this.task.name}' awaits itself: it would wait for ever`));
    } else {
      this.#waitingOn = future;
      future[ADD](this);
      if (this.armed && cancelFuture(future, this[REQUEST] as CancelRequest)) this.dropArmed();
    }
  }

  /** The next step throws `error` into the body. */
  private throwNext(error: RuntimeError): void {
    const failed = new Future<never>(this.loop);
    failed[REJECT](error);
    failed[RETRIEVED]();
    this.#waitingOn = failed;
    this.loop[ENQUEUE](this);
  }
}

/** What the body of a step has thrown, on the way from there to where the strand ends. */
let thrown: unknown;

function takeThrown(): unknown {
  const error = thrown;
  thrown = undefined;
  return error;
}

/** How deep coroutines may be nested. */
const LIMIT = 100_000;

/** Of a chain of coroutines, see Frame. A recursion without end is to end before the memory does. */
const MOST_PIECES = LIMIT / DEEPEST;

function missingStar(yielded: unknown): RuntimeError {
  return new RuntimeError(
    isAwaitable(yielded)
      ? `a coroutine yielded ${got(yielded)} instead of waiting for it: write \`yield*\`, with the star`
      : `a coroutine yielded ${got(yielded)}, which is not awaitable like that: write \`yield* resultOf(source)\` to wait ` +
          'for a source, `yield* future` for a future, and a bare `yield` to let others run',
  );
}

/** A coroutine, or a future: only the star is missing. */
function isAwaitable(yielded: unknown): boolean {
  return Future.is(yielded) || (typeof yielded === 'object' && yielded !== null && START in yielded);
}

function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes('call stack');
}

function tooDeep(): RuntimeError {
  return new RuntimeError(
    `coroutines nested by \`yield*\` more than ${LIMIT.toLocaleString('en')} deep; is that a recursion without end? Else make ` +
      'a loop of it, or start a task for the rest',
  );
}

function stackOverflow(cause: unknown): RuntimeError {
  return new RuntimeError(
    'the stack overflowed in a step of a task: functions, or generators without coroutine(), that call each other too deep; ' +
      'make a loop of the recursion, or coroutines, which may be nested deeper',
    { cause },
  );
}
