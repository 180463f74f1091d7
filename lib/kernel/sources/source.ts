import { Observable, observable as observableKey } from 'rxjs';
import type { InteropObservable } from 'rxjs';
import type { Coroutine } from '../calls/coroutine.js';
import { Future } from '../futures/future.js';
import { COROUTINE_FUNCTION, MAKE, START } from '../ground/protocol.js';
import type { Resume } from '../ground/resume.js';
import type { Task } from '../tasks/task.js';
import { got } from '../ground/text.js';

/**
 * What can be run as a task or waited for, functions aside: those have overloads of their own, so that the function's
 * own result decides the type of the task.
 */
export type TaskSource<T> =
  | Coroutine<T>
  | Observable<T>
  | InteropObservable<T>
  | PlatformObservable<T>
  | PromiseLike<T>
  | AsyncIterable<T>
  | StreamLike<T>
  | Generator<void, T, Resume>;

/**
 * The Observable of the web platform, which is that of RxJS 9 too: it has no `pipe`, `subscribe` gives nothing back, and a
 * signal ends the subscription.
 */
export interface PlatformObservable<T> {
  subscribe(
    observer: {
      readonly next: (value: T) => void;
      readonly error: (error: unknown) => void;
      readonly complete: () => void;
    },
    options: { readonly signal: AbortSignal },
  ): void;
  takeUntil(notifier: never): unknown;
}

/** A ReadableStream, also one that is no async iterable, as in Safari. */
export interface StreamLike<T> {
  getReader(): {
    read(): Promise<{ done: boolean; value?: T | undefined }>;
    cancel(reason?: unknown): Promise<void>;
    releaseLock(): void;
  };
}

/** A function that is run as a task: it is called in the task's first step, with the task. */
export type TaskFunction<T, P = unknown> = (
  task: Task<unknown, P>,
) => Generator<void, T, Resume> | PromiseLike<T> | Observable<T> | AsyncIterable<T>;

/** A source or a function. */
export type AnySource<T> = TaskSource<T> | TaskFunction<T>;

/** Takes the values of a source of many as they come. @internal */
export interface ValueSink {
  /** The source is one of many values, or of none: they come by `gave`, and the result of the task is nobody's. */
  streams: boolean;
  gave(value: unknown): void;
}

/**
 * A source that is known only in the first step of the task that stands for it, when a user's function gives it: the call of an
 * operator's project.
 *
 * @internal
 */
export interface Deferred extends ValueSink {
  /** Calls the function, with the task. It may give what a task can run, a future, or another function. */
  [MAKE](task: unknown): unknown;
  /** What runs, as far as it is known: for texts, and as `task.recipe`. */
  readonly recipe: unknown;
  /** Is it known to give no promise? */
  readonly gives: 'a generator' | 'anything';
}

/** The value type of a source: what a task over it resolves to. */
export type ResultOf<S> = S extends (...args: never[]) => infer R ? SourceResult<R> : SourceResult<S>;

type SourceResult<S> =
  S extends Observable<infer T>
    ? T
    : S extends Generator<unknown, infer T, Resume>
      ? T
      : S extends InteropObservable<infer T>
        ? T
        : S extends PromiseLike<infer T>
          ? T
          : S extends AsyncIterable<infer T>
            ? T
            : S extends StreamLike<infer T>
              ? T
              : S extends PlatformObservable<infer T>
                ? T
                : never;

export type SourceKind =
  | 'future'
  | 'coroutine'
  | 'deferred'
  | 'observable'
  | 'generator'
  | 'promise'
  | 'interop'
  | 'platform observable'
  | 'async iterable'
  | 'function';

/** How a source is driven; null: not a source. The order is that of the questions asked. @internal */
export function kindOf(source: unknown): SourceKind | null {
  const callable = typeof source === 'function';
  if (!callable && (typeof source !== 'object' || source === null)) return null;
  if (Future.is(source)) return 'future';
  // Every task asks this, of anything: a look at a property takes half as long as `in`, and a tag less than a chain of prototypes.
  const like = source as unknown as Record<PropertyKey, unknown>;
  if (like[START] !== undefined) return 'coroutine';
  if (like[MAKE] !== undefined) return 'deferred';
  const tag = like[Symbol.toStringTag];
  if (tag === 'Generator' && !callable) return 'generator';
  if (tag === 'GeneratorFunction' && callable) return 'function';
  if (source instanceof Observable) return 'observable';
  const asyncIterable = typeof like[Symbol.asyncIterator] === 'function';
  if (!asyncIterable && isFunction(like['next']) && isFunction(like['throw'])) return 'generator';
  if (isFunction(like['then'])) return 'promise';
  if (isFunction(like[observableKey as symbol])) return 'interop';
  if (asyncIterable || isFunction(like['getReader'])) return 'async iterable';
  if (callable) return 'function';
  // `subscribe` alone is a method of clients of message brokers, too.
  if (!isFunction(like['subscribe'])) return null;
  if (isFunction(like['pipe'])) return 'interop';
  return isFunction(like['takeUntil']) ? 'platform observable' : null;
}

function isFunction(x: unknown): boolean {
  return typeof x === 'function';
}

/** Is it what `coroutine()` gives? @internal */
export function isCoroutineFunction(fn: object): boolean {
  return COROUTINE_FUNCTION in fn;
}

/** @internal */
export function isGeneratorFunction(fn: object): boolean {
  return (fn as { readonly [Symbol.toStringTag]?: string })[Symbol.toStringTag] === 'GeneratorFunction';
}

/** Refuses, at the call, what is not a source. @internal */
export function assertSource(call: string, source: unknown): asserts source is AnySource<unknown> {
  if (kindOf(source) !== null) return;
  const iterable =
    typeof source === 'string' || (typeof source === 'object' && source !== null && Symbol.iterator in source);
  throw new TypeError(
    `${call}: expected a coroutine, an Observable, a promise, an async iterable or a function that gives one of these, ` +
      `got ${got(source)}` +
      (iterable ? '; for its items use from(items), for a list of sources gather(items)' : ''),
  );
}
