import { type Observable, observable as observableKey } from 'rxjs';
import { RuntimeError } from '../../errors/index.js';
import { AsyncCall, awaitCall } from './async-call.js';
import type { CancelRequest } from '../futures/cancel.js';
import type { Coroutine } from '../calls/coroutine.js';
import { driveAsyncIterable } from './drive-async-iterable.js';
import { type DriveOptions, type Subscribable, driveObservable } from './drive-observable.js';
import type { EventLoop } from '../loop/event-loop.js';
import type { Future } from '../futures/future.js';
import { PromiseFuture } from '../futures/promise-future.js';
import { CANCEL, START } from '../ground/protocol.js';
import type { Resume } from '../ground/resume.js';
import {
  type AnySource,
  type PlatformObservable,
  type SourceKind,
  assertSource,
  isGeneratorFunction,
  kindOf,
} from './source.js';
import type { Strand } from '../tasks/strand.js';
import { got, text } from '../ground/text.js';

/**
 * Everything that can run becomes a generator, which the strand steps: that is the only thing a strand knows. What is
 * special about a source - how it is started, what a cancel request does to it - is in the generator of its driver and in
 * the future that this one waits for.
 *
 *     generator, coroutine     itself
 *     Observable               waits for a Pipeline (drive-observable.ts)
 *     promise                  waits for a PromiseFuture
 *     async iterable           waits for a PromiseFuture per item (drive-async-iterable.ts)
 *     function                 called, then as what it returned; an async function: waits for an AsyncCall
 *     future                   waits for it
 *
 * @internal
 */
export function drive<T>(
  source: AnySource<T>,
  strand: Strand<unknown>,
  options: DriveOptions = {},
): Generator<void, T, Resume> {
  switch (kindOf(source)) {
    case 'future':
      return (sourceForRun(source, strand.loop) as Future<T>)[Symbol.iterator]();
    case 'coroutine':
      return (source as Coroutine<T>)[START]();
    case 'observable':
      return driveObservable<T>(source as Observable<T>, strand, options);
    case 'generator':
      return startOnce(source as Generator<void, T, Resume>);
    case 'promise':
      return new PromiseFuture(source as PromiseLike<T>, strand.loop)[Symbol.iterator]();
    case 'interop':
      return driveObservable<T>(interop(source as object), strand, options);
    case 'platform observable':
      return driveObservable<T>(platform(source as PlatformObservable<T>), strand, options);
    case 'async iterable':
      return driveAsyncIterable(source as AsyncIterable<T>, strand, options);
    case 'function':
      return invoke(source as (task: unknown) => unknown, strand.task, strand, options);
    case null:
      assertSource('createTask(source)', source);
      throw new TypeError('not a source');
  }
}

/** Its constructor gives back the object that it got, so that the fields of a class derived from it are added to that one. */
class AddedTo {
  constructor(object: object) {
    return object;
  }
}

/** A mark on a generator, in a private field: nobody sees it, and it costs an eighth of an entry in a WeakSet. */
class Started extends AddedTo {
  readonly #mark = true;

  static has(generator: object): boolean {
    return #mark in generator;
  }
}

/** A generator object has one run in it: a second one would disturb the first, or find it over and end with nothing. */
function startOnce<G extends object>(generator: G): G {
  if (Started.has(generator)) {
    throw new RuntimeError(
      'a generator object runs once, and this one has been started already; give the function instead, or ' +
        'coroutine(function* …), which makes a fresh one for every run',
    );
  }
  return new Started(generator) as G;
}

/**
 * What has to happen when a source is handed over and not when it starts: a promise runs already, so its reaction is
 * attached now. `call` names the call for the error that refuses what is not a source.
 *
 * @internal
 */
export function prepareSource<T>(call: string, source: AnySource<T>, loop: EventLoop): AnySource<T> {
  const kind = kindOf(source);
  if (kind === null) assertSource(call, source);
  return kind === 'promise' ? new PromiseFuture(source as PromiseLike<T>, loop) : source;
}

/** What has to happen instead of a start that never comes: a generator is closed, a promise abandoned. @internal */
export function abandonSource(source: AnySource<unknown>, request: CancelRequest): void {
  if (source instanceof PromiseFuture) source[CANCEL](request);
  else if (kindOf(source) === 'generator') (source as Generator<void>).return(undefined);
}

/** A prepared source as one run on `loop` takes it. @internal */
export function sourceForRun(source: unknown, loop: EventLoop): unknown {
  return source instanceof PromiseFuture ? source.forRun(loop) : source;
}

/** What is known of an async body before it runs: the scope wants its signal. @internal */
export interface InvokeOptions extends DriveOptions {
  /** The body of a scope, not of a whole task: told when it turns out to be async. */
  readonly onCall?: (call: AsyncCall<unknown>) => void;
}

/**
 * Calls a body - a generator function, an async function or one that returns an Observable or another source - and drives
 * what it gives.
 *
 * @internal
 */
export function invoke<T, A>(
  fn: (argument: A) => unknown,
  argument: A,
  strand: Strand<unknown>,
  options: InvokeOptions = {},
): Generator<void, T, Resume> {
  if (isGeneratorFunction(fn)) return fn(argument) as Generator<void, T, Resume>;
  const call = new AsyncCall<T>(strand);
  options.onCall?.(call);
  const result = call.invoke(() => fn(argument));
  const kind = kindOf(result);
  if (kind === 'promise') {
    call.follow(result as PromiseLike<T>);
    const isTask = options.onCall === undefined && (strand.task as unknown) === strand;
    return awaitCall(call, strand, isTask);
  }
  if (kind === null || kind === 'function') {
    throw new TypeError(
      `${text(fn)} returned ${got(result)}; expected a function that gives a generator, a promise, an Observable, ` +
        'a coroutine or an async iterable (function*, async function, …)',
    );
  }
  return drive(result as AnySource<T>, strand, options);
}

/** The Observable behind `Symbol.observable`, or the object itself if it has only `subscribe` and `pipe`. */
function interop(source: object): Observable<unknown> {
  const get = (source as Record<PropertyKey, unknown>)[observableKey as symbol];
  return (typeof get === 'function' ? (get as () => unknown).call(source) : source) as Observable<unknown>;
}

/** An Observable whose subscription a signal ends, as one whose subscription is an object. */
function platform<T>(source: PlatformObservable<T>): Subscribable {
  return {
    subscribe: (observer) => {
      const controller = new AbortController();
      source.subscribe(observer, { signal: controller.signal });
      return { unsubscribe: () => controller.abort() };
    },
  };
}

const kindTexts: Partial<Record<SourceKind, string>> = {
  generator: 'a generator',
  observable: 'an Observable',
  interop: 'an Observable',
  'platform observable': 'an Observable',
  promise: 'a promise',
  'async iterable': 'an async iterable',
};

/** What runs, in a text: `work()`, `an Observable`. @internal */
export function recipeText(source: unknown): string {
  const kind = kindOf(source);
  if (kind === 'function') return `${(source as { name?: string }).name || 'anonymous'}()`;
  return (kind && kindTexts[kind]) ?? text(source, 1);
}
