import { defer, mergeMap, of, switchMap, timer } from 'rxjs';
import { Coroutine, Future, type Resume, type Task, type TaskSource, coroutine, resultOf } from 'rxtasks';
import type { Options, World } from './harness.js';

/**
 * A body that does not know how it waits: it yields sources, and gets their results. The same script runs as a coroutine, as
 * an async function, and behind the operators of a pipeline.
 */

export type Script<T = unknown> = Generator<TaskSource<unknown>, T, any>;

/** `yield* ask(source)` in a script. */
export function* ask<T>(source: TaskSource<T>): Generator<TaskSource<unknown>, T, T> {
  return yield source;
}

/**
 * `for await (const item of iterable) yield* use(item)` in a script: as that does, it closes the iterator if `use` throws, and
 * does not if `next()` does.
 */
export function* forAwait<T>(iterable: AsyncIterable<T>, use: (item: T) => Script<void>): Script<void> {
  const iterator = iterable[Symbol.asyncIterator]();
  for (;;) {
    const step: IteratorResult<T> = yield* ask(iterator.next());
    if (step.done) return;
    try {
      yield* use(step.value);
    } catch (error) {
      try {
        yield* ask(Promise.resolve(iterator.return?.()));
      } catch {
        // the first error counts
      }
      throw error;
    }
  }
}

/** What can be awaited directly; an Observable, and in coroutines a promise, needs `resultOf`. */
function awaitable(source: TaskSource<unknown>): Coroutine<unknown> | Future<unknown> {
  return Future.is(source) || Coroutine.is(source) ? source : resultOf(source);
}

type Start = (task: Task<unknown>) => Script;

/** Drives a script one source further: gives the source to wait for, or the result. */
function advance(script: Script, sent: { value: unknown } | { error: unknown } | undefined) {
  if (sent !== undefined && 'error' in sent) return script.throw(sent.error);
  return script.next(sent?.value);
}

function asCoroutine(
  world: World,
  start: (task: Task<unknown>) => Script,
): (task: Task<unknown>) => Coroutine<unknown> {
  return coroutine(function* (task: Task<unknown>): Generator<void, unknown, Resume> {
    const pause = world.begins();
    if (pause !== null) yield* resultOf(pause);
    const script = start(task);
    let sent: { value: unknown } | { error: unknown } | undefined;
    for (;;) {
      const step = advance(script, sent);
      if (step.done) return step.value;
      try {
        const { steps } = world;
        sent = { value: yield* awaitable(step.value) };
        // As in asyncio: what need not wait does not suspend, and delivers no request.
        if (world.steps > steps) world.passed(task);
      } catch (error) {
        world.caught(task, error);
        sent = { error };
      }
    }
  });
}

async function asAsync(
  world: World,
  task: Task<unknown>,
  start: Start,
  wait: (source: Coroutine<unknown> | Future<unknown>) => PromiseLike<unknown>,
): Promise<unknown> {
  await world.begins();
  const script = start(task);
  let sent: { value: unknown } | { error: unknown } | undefined;
  for (;;) {
    const step = advance(script, sent);
    if (step.done) return step.value;
    try {
      const { value } = step;
      sent = { value: await (value instanceof Promise ? (value as Promise<unknown>) : wait(awaitable(value))) };
      world.passed(task);
    } catch (error) {
      world.caught(task, error);
      sent = { error };
    }
  }
}

/** Stands for the task where a script runs behind an operator or in a scope: there it is not counted. */
const none = {} as Task<unknown>;

export interface Kind {
  readonly name: string;
  readonly options: Options;
  /** The task body that runs the script. */
  make(world: World, start: Start): TaskSource<unknown> | ((task: Task<unknown>) => PromiseLike<unknown>);
  /** The body of a scope that runs the script. */
  scope<S extends ScopeLike>(world: World, start: (scope: S) => Script): (scope: S) => never;
}

interface ScopeLike {
  resultOf<T>(source: TaskSource<T>): Promise<T>;
}

/** A scope's body as a generator function. */
function generatorScope<S>(world: World, start: (scope: S) => Script): (scope: S) => never {
  return ((scope: S) => asCoroutine(world, () => start(scope))(none)) as never;
}

function asyncScope<S>(
  world: World,
  start: (scope: S) => Script,
  wait: (scope: S, source: Coroutine<unknown> | Future<unknown>) => PromiseLike<unknown>,
): (scope: S) => never {
  return ((scope: S) =>
    asAsync(
      world,
      none,
      () => start(scope),
      (source) => wait(scope, source),
    )) as never;
}

function pipeline(
  world: World,
  start: Start,
  connect: (work: (task: Task<unknown>) => Coroutine<unknown>) => TaskSource<unknown>,
) {
  return connect(asCoroutine(world, start));
}

/** The first one comes first: from the first async function on that uses the ambient context it is there for all. */
export const kinds: readonly Kind[] = [
  {
    name: 'async functions without ambient context',
    options: { ticks: 8, asyncContext: false },
    make: (world, start) => (task) => asAsync(world, task, start, (source) => task.resultOf(source)),
    scope: (world, start) => asyncScope(world, start, (scope, source) => scope.resultOf(source)),
  },
  {
    name: 'coroutines',
    options: {},
    make: (world, start) => asCoroutine(world, start) as never,
    scope: generatorScope,
  },
  {
    name: 'async functions with ambient context',
    options: { ticks: 8 },
    make: (world, start) => (task) => asAsync(world, task, start, (source) => source),
    scope: (world, start) => asyncScope(world, start, (_, source) => source),
  },
  {
    name: 'Observables that subscribe at once',
    options: {},
    make: (world, start) => pipeline(world, start, (work) => of(0).pipe(mergeMap(() => work(none)))),
    scope: generatorScope,
  },
  {
    name: 'Observables that subscribe later',
    options: {},
    make: (world, start) =>
      pipeline(world, start, (work) => defer(() => timer(0, world.loop.scheduler).pipe(switchMap(() => work(none))))),
    scope: generatorScope,
  },
];
