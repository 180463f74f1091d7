import { type Observable, observable as observableKey } from 'rxjs';
import { RuntimeError } from '../../errors/index.js';
import { AsyncCall, awaitCall } from './async-call.js';
import { type CancelRequest, cancelledError } from '../futures/cancel.js';
import type { Coroutine } from '../calls/coroutine.js';
import { driveAsyncIterable } from './drive-async-iterable.js';
import { type DriveOptions, type Subscribable, driveObservable } from './drive-observable.js';
import type { EventLoop } from '../loop/event-loop.js';
import { Future } from '../futures/future.js';
import { PromiseFuture } from '../futures/promise-future.js';
import { Watch } from '../futures/watch.js';
import { CANCEL, MAKE, START } from '../ground/protocol.js';
import type { Resume } from '../ground/resume.js';
import {
  type AnySource,
  type Deferred,
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
 *     deferred                 the user's function is called that gives it, then as what it gave
 *     future                   waits for it
 *
 * `whole`: the source is the work of the whole task, and not something that the task waits for in its work.
 *
 * @internal
 */
export function drive<T>(
  source: AnySource<T>,
  strand: Strand<unknown>,
  options: DriveOptions = NO_OPTIONS,
  whole = false,
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
      return invoke(source as (task: unknown) => unknown, strand.task, strand, options, whole);
    case 'deferred':
      return driveDeferred(source as unknown as Deferred, strand, whole);
    case null:
      assertSource('createTask(source)', source);
      throw new TypeError('not a source');
  }
}

const NO_OPTIONS: DriveOptions = {};

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
  options: InvokeOptions = NO_OPTIONS,
  whole = false,
): Generator<void, T, Resume> {
  if (isGeneratorFunction(fn)) return fn(argument) as Generator<void, T, Resume>;
  const call = newCall<T>(strand, whole);
  options.onCall?.(call);
  const result = call.invoke(() => fn(argument), fn);
  if (kindOf(result) === 'function') throw noSource(fn, result);
  return driveResult(fn, result, call, strand, options, whole);
}

/** A deferred source: it may be another function, which is called in turn, or a future, which is watched. */
function driveDeferred<T>(source: Deferred, strand: Strand<unknown>, whole: boolean): Generator<void, T, Resume> {
  const options = { values: source };
  if (source.gives === 'a generator') return drive(source[MAKE](strand.task) as AnySource<T>, strand, options, whole);
  let call = newCall<T>(strand, whole);
  let result = call.invoke(() => source[MAKE](strand.task), source.recipe);
  for (let fn = result; kindOf(fn) === 'function'; fn = result) {
    const body = fn as (task: unknown) => unknown;
    if (isGeneratorFunction(body)) return body(strand.task) as Generator<void, T, Resume>;
    call = newCall<T>(strand, whole);
    result = call.invoke(() => body(strand.task), body);
  }
  if (Future.is(result)) return new Watch<T>(result as Future<T>)[Symbol.iterator]();
  return driveResult(source.recipe, result, call, strand, options, whole);
}

/** **Errors:** the CancelledError of a request that the async function before this one has left unheard. */
function newCall<T>(strand: Strand<unknown>, whole: boolean): AsyncCall<T> {
  const leftover = strand.takeLeftover();
  if (leftover !== null) throw cancelledError(leftover);
  return new AsyncCall<T>(strand, whole);
}

function driveResult<T>(
  fn: unknown,
  result: unknown,
  call: AsyncCall<T>,
  strand: Strand<unknown>,
  options: DriveOptions,
  whole: boolean,
): Generator<void, T, Resume> {
  const kind = kindOf(result);
  if (kind === null) throw noSource(fn, result);
  if (kind === 'promise') {
    call.follow(result as PromiseLike<T>);
    return awaitCall(call, strand);
  }
  call.standAside();
  return whole ? drive(result as AnySource<T>, strand, options, whole) : driveBeside(call, result, strand, options);
}

function* driveBeside<T>(
  call: AsyncCall<T>,
  result: unknown,
  strand: Strand<unknown>,
  options: DriveOptions,
): Generator<void, T, Resume> {
  try {
    return yield* drive(result as AnySource<T>, strand, options);
  } finally {
    call.stepDown();
  }
}

function noSource(fn: unknown, result: unknown): TypeError {
  return new TypeError(
    `${text(fn)} returned ${got(result)}; expected a function that gives a generator, a promise, an Observable, ` +
      'a coroutine or an async iterable (function*, async function, …)',
  );
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
  if (kind === 'deferred') return recipeText((source as Deferred).recipe);
  if (kind === 'function') return `${(source as { name?: string }).name || 'anonymous'}()`;
  return (kind && kindTexts[kind]) ?? text(source, 1);
}
