import { isCancelled } from '../../errors/index.js';
import type { Observer, Subscription, Unsubscribable } from 'rxjs';
import { runIfAmbient } from '../now/ambient.js';
import { Awaits } from '../futures/awaits.js';
import { type CancelRequest, cancelFuture } from '../futures/cancel.js';
import { current } from '../now/current.js';
import { currentOwner } from '../now/current-owner.js';
import { SharedCallback } from '../futures/shared-callback.js';
import { reportLate } from '../futures/late-failure.js';
import { Future } from '../futures/future.js';
import type { Owner } from '../now/owner.js';
import { ADD, CANCEL, CANCELLED, REJECT, RESOLVE, RUN, WAITING_FOR } from '../ground/protocol.js';
import { emptyError } from './empty-error.js';
import type { ValueSink } from './source.js';
import type { Strand } from '../tasks/strand.js';
import type { Task } from '../tasks/task.js';
import type { WaitingFor } from '../ground/waiting-for.js';

/** How a source is driven. @internal */
export interface DriveOptions {
  /** It only waits for what runs elsewhere, so there is no async context to keep for it. Default: what the source says. */
  readonly runsNoCode?: boolean | undefined;
  /** The result of a source that completes without a value. */
  readonly defaultValue?: unknown;
  /** Takes the values of a source of many as they come; there may be none. */
  readonly values?: ValueSink | undefined;
}

/** @internal */
export interface Subscribable {
  subscribe(observer: Observer<unknown>): Unsubscribable;
}

/**
 * The subscription of a task to an Observable. It is done when the source has ended **and** the coroutines that it
 * started have: that is how a task waits for every `finally` behind `switchMap`.
 *
 *     subscribe ──▶ source ──▶ next: progress, and the last one is the result
 *                     │
 *                     ├─ a coroutine subscribed while we subscribe        ┐
 *                     ├─ one torn down while we unsubscribe, or while     ├─ children
 *                     │  the source's end tears its inner ones down       │
 *                     └─ one that the ambient context assigns to us       ┘
 *
 * RxJS tears inner subscriptions down after it has called `complete` or `error`, so those only note the outcome; a
 * finalizer added there, hence the last to run, decides.
 *
 * **Cancelling** unsubscribes at once, and waits for the children; the next request reaches them again.
 *
 * @internal
 */
export class Pipeline<T> extends Future<T> implements Owner {
  readonly awaits: Awaits = new Awaits();
  readonly #strand: Strand<unknown>;
  readonly #options: DriveOptions;
  readonly #children = new Set<Task<unknown>>();
  /** One entry at all children. */
  #onEnded: SharedCallback | null = null;
  /** Of operators that start many: children from the moment when they are cancelled, and known to whoever asks before. */
  #crowds: Set<Iterable<Task<unknown>>> | null = null;
  #subscription: Unsubscribable | null = null;
  /** What the children are cancelled with that are torn down now; null: nobody has asked, the source does it itself. */
  request: CancelRequest | null = null;
  /** How the source ended. Undefined: it has not. */
  #end: (() => void) | undefined;
  #ended = false;
  #error: { readonly error: unknown } | null = null;
  /** Something is being subscribed or torn down: the children are not all known before that is over. */
  #collecting = 0;
  #value: unknown;
  #hasValue = false;

  constructor(strand: Strand<unknown>, options: DriveOptions) {
    super(strand.loop);
    this.#strand = strand;
    this.#options = options;
  }

  get task() {
    return this.#strand.task;
  }

  get signal(): AbortSignal {
    return this.#strand.ownSignal;
  }

  cancelling(): number {
    return this.#strand.cancelling();
  }

  override get internal(): boolean {
    return true;
  }

  /** An Observable, unless it is known to wait for coroutines. */
  override [WAITING_FOR](): WaitingFor {
    const crowds = [...(this.#crowds ?? [])].map((crowd) => [...crowd]);
    const futures = [...new Set([...this.#children, ...crowds.flat()]), ...this.awaits.futures()];
    return { futures, foreign: futures.length === 0 ? 'an Observable' : null };
  }

  /** Subscribes. Everything that the source does synchronously happens in here. */
  start(source: Subscribable): void {
    const { owner } = current;
    current.owner = this;
    try {
      this.#collect(() => {
        const subscription = runIfAmbient(this, () =>
          source.subscribe({
            next: (value) => {
              this.#value = value;
              this.#hasValue = true;
              this.task.report(value);
              this.#options.values?.gave(value);
            },
            error: (error: unknown) => {
              this.#error = { error };
              this.#finish(() => this[REJECT](error));
            },
            complete: () => this.#finish(() => this.#complete()),
          }),
        );
        this.#subscription = subscription;
        if (this.#ended) subscription.unsubscribe();
      });
    } finally {
      current.owner = owner;
    }
    if (this.#end === undefined) return;
    this.#letGo();
    this.#decide();
  }

  /** `child` is waited for. */
  adopt(child: Task<unknown>): void {
    if (this.done() || child.done() || this.#children.has(child)) return;
    this.#children.add(child);
    this.#onEnded ??= new SharedCallback((ended) => {
      this.#children.delete(ended as Task<unknown>);
      this.#decide();
    });
    child[ADD](this.#onEnded);
  }

  /** Of `crowd` each is waited for that is adopted when it is cancelled. */
  adoptCrowd(crowd: Iterable<Task<unknown>>): void {
    (this.#crowds ??= new Set()).add(crowd);
  }

  dismissCrowd(crowd: Iterable<Task<unknown>>): void {
    this.#crowds?.delete(crowd);
  }

  override [CANCEL](request: CancelRequest): boolean {
    if (this.done()) return false;
    this.#reportError();
    this.#end = () => this[CANCELLED](request);
    this.awaits.cancel(request);
    if (this.#ended) {
      for (const child of [...this.#children]) cancelFuture(child, request);
    } else {
      this.#ended = true;
      this.request = request;
      try {
        this.#collect(() => this.#subscription?.unsubscribe());
      } catch (error) {
        // As an error in a `finally`: it takes the place of the cancellation.
        this.#error = { error };
        this.#end = () => this[REJECT](error);
      }
      this.#letGo();
    }
    this.#decide();
    return true;
  }

  /** A child that the end of the source has not torn down is held by somebody else, as behind `share`. */
  #letGo(): void {
    for (const child of this.#children) if (child.cancelling() === 0) this.#children.delete(child);
  }

  /** The source had failed, and its children were cleaning up, when the request came: it must not go unnoticed. */
  #reportError(): void {
    if (this.#error === null) return;
    const { error } = this.#error;
    this.#error = null;
    if (isCancelled(error)) return; // one cancellation stands for the other
    this.loop.callExceptionHandler({
      kind: 'late-failure',
      message: 'the source of a task failed, and the task was cancelled before it could say so',
      exception: error,
      task: this.task,
    });
  }

  #complete(): void {
    if (this.#hasValue) this[RESOLVE](this.#value as T);
    else if ('defaultValue' in this.#options) this[RESOLVE](this.#options.defaultValue as T);
    else if (this.#options.values !== undefined) this[RESOLVE](undefined as T);
    else this[REJECT](emptyError(this.task));
  }

  #finish(end: () => void): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#end = end;
    const subscription = this.#subscription;
    if (subscription === null) return; // it ended while we subscribe: start() decides
    if (!('add' in subscription)) {
      // A foreign subscription: nothing tells when it has torn down, nor what.
      for (const crowd of this.#crowds ?? []) for (const child of crowd) this.adopt(child);
      this.#decide();
      return;
    }
    // From here to our finalizer RxJS tears down what the source had subscribed.
    const previous = enterPipeline(this);
    this.#collecting++;
    (subscription as Subscription).add(() => {
      current.pipeline = previous;
      this.#collecting--;
      this.#letGo();
      this.#decide();
    });
  }

  #decide(): void {
    if (this.#collecting > 0 || this.#children.size > 0 || this.done()) return;
    this.#end?.();
  }

  #collect(fn: () => void): void {
    const previous = enterPipeline(this);
    this.#collecting++;
    try {
      fn();
    } finally {
      current.pipeline = previous;
      this.#collecting--;
    }
  }
}

function enterPipeline<T>(pipeline: Pipeline<T>): Pipeline<unknown> | null {
  const previous = current.pipeline;
  current.pipeline = pipeline;
  return previous;
}

/** Drives an Observable inside of `strand`. @internal */
export function driveObservable<T>(source: Subscribable, strand: Strand<unknown>, options: DriveOptions) {
  if (options.values !== undefined) options.values.streams = true;
  const pipeline = new Pipeline<T>(strand, options);
  pipeline.start(source);
  return pipeline[Symbol.iterator]();
}

/**
 * Tells the pipeline at work, else that of `owner`, that `task` was subscribed, or torn down, by what it drives.
 *
 * @internal
 */
export function adoptChild(task: Task<unknown>, owner: Owner | null = currentOwner()): void {
  if (current.pipeline !== null) current.pipeline.adopt(task);
  else owner?.adopt?.(task);
}

/** The same for a crowd; gives whom to tell when it has dispersed. @internal */
export function adoptCrowd(crowd: Iterable<Task<unknown>>, owner: Owner | null): Owner | null {
  const adopting = current.pipeline ?? owner;
  adopting?.adoptCrowd?.(crowd);
  return adopting;
}

/** Reports the failure of a task whose subscriber has left: it can reach nobody any more. @internal */
export function reportLateFailure(task: Task<unknown>): void {
  task[ADD]({ [RUN]: () => reportLate(task, 'a coroutine failed after its subscriber had left', { task }) });
}
