import {
  type EventLoop,
  Future,
  assertSource,
  getEventLoop,
  got,
  kindOf,
  prepareSource,
  sourceForRun,
  text,
} from '../kernel/index.js';

/**
 * Turns every source into a future, in order. A future, coroutine, generator or promise that is given twice counts once;
 * functions and other Observables start at each position, as in `forkJoin`. Refuses before anything is started.
 *
 * @param first called with each distinct future, before the next source is turned into one: an eager task may run there
 *
 * @internal
 */
export function toFutures(
  call: string,
  sources: Iterable<unknown>,
  first: (future: Future<unknown>) => void = () => {},
): Future<unknown>[] {
  const list = [...sources];
  const { loop, repeated, others } = lookAt(call, list);
  if (!others && !repeated) {
    for (const future of list as Future<unknown>[]) first(future);
    return list as Future<unknown>[];
  }
  const known = new Map<unknown, Future<unknown>>();
  return list.map((source) => {
    const given = Future.is(source);
    let future = given && !repeated ? undefined : known.get(source);
    if (future !== undefined) return future;
    future = given ? source : (loop ?? getEventLoop()).createTask(source as never);
    if (given ? repeated : countsOnce(source)) known.set(source, future);
    first(future);
    return future;
  });
}

function countsOnce(source: unknown): boolean {
  const kind = kindOf(source);
  return kind !== 'function' && kind !== 'observable' && kind !== 'interop';
}

interface Look {
  readonly loop: EventLoop | undefined;
  /** A future is there twice. */
  readonly repeated: boolean;
  /** There is something else than futures. */
  readonly others: boolean;
}

/** Looks at the futures in a list. To mark them costs a tenth of a Set of them. */
function lookAt(call: string, list: readonly unknown[]): Look {
  assertAllSources(call, list);
  let loop: EventLoop | undefined;
  let repeated = false;
  let others = false;
  const look = ++looks;
  for (const source of list) {
    if (!Future.is(source)) {
      others = true;
      continue;
    }
    loop ??= source.loop;
    if (source.loop !== loop) {
      throw new RangeError(`${call}: ${text(source)} belongs to another loop than the first future given`);
    }
    if (source.seen(look)) repeated = true;
  }
  return { loop, repeated, others };
}

let looks = 0;

/** Each future once, in order. @internal */
export function distinct(futures: readonly Future<unknown>[]): Future<unknown>[] {
  const look = ++looks;
  return futures.filter((future) => !future.seen(look));
}

/** Those of `futures` that are not among `others`. @internal */
export function without(
  futures: readonly Future<unknown>[],
  others: readonly Future<unknown>[],
): readonly Future<unknown>[] {
  const look = ++looks;
  for (const other of others) other.seen(look);
  return futures.filter((future) => !future.seen(look));
}

/**
 * For a call that starts its sources later, and maybe more than once: refuses now what is no source, attaches the reactions of
 * promises now, and gives what makes the futures of one run.
 *
 * @internal
 */
export function prepareAll(call: string, list: readonly unknown[]): () => Future<unknown>[] {
  assertAllSources(call, list);
  const promises = new Map<unknown, unknown>();
  for (const source of list) {
    if (!Future.is(source) && kindOf(source) === 'promise')
      promises.set(source, prepareSource(call, source as never, getEventLoop()));
  }
  if (promises.size === 0) return () => toFutures(call, list);
  return () => {
    const loop = getEventLoop();
    const tasks = new Map<unknown, unknown>();
    for (const [promise, prepared] of promises)
      tasks.set(promise, loop.createTask(sourceForRun(prepared, loop) as never));
    return toFutures(
      call,
      list.map((source) => tasks.get(source) ?? source),
    );
  };
}

/** Refuses a list that holds anything but sources; the generators in it are closed, since nobody will run them. */
function assertAllSources(call: string, list: readonly unknown[]): void {
  try {
    for (const source of list) if (!Future.is(source)) assertSource(call, source);
  } catch (error) {
    for (const source of list) if (kindOf(source) === 'generator') (source as Generator).return(undefined);
    throw error;
  }
}

/** The sources of a call that takes any iterable of them; refuses a single source and other values. @internal */
export function assertSources(call: string, sources: unknown): asserts sources is Iterable<unknown> {
  const iterable =
    typeof sources === 'object' && sources !== null && Symbol.iterator in sources && !isSingleSource(sources);
  if (!iterable) {
    throw new TypeError(`${call}: expected a list of sources, [a, b], got ${got(sources)}`);
  }
}

/** A generator of tasks is a list; a generator that was meant as a source cannot be told from one. */
function isSingleSource(sources: object): boolean {
  const kind = kindOf(sources);
  return kind !== null && kind !== 'generator';
}
