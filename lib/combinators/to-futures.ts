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
  refuseOthers(call, list);
  let loop: EventLoop | undefined;
  for (const source of list) {
    if (!Future.is(source)) continue;
    loop ??= source.loop;
    if (source.loop !== loop) {
      throw new RangeError(`${call}: ${text(source)} belongs to another loop than the first future given`);
    }
  }
  const target = loop ?? getEventLoop();
  const known = new Map<unknown, Future<unknown>>();
  return list.map((source) => {
    let future = known.get(source);
    if (future !== undefined) return future;
    future = Future.is(source) ? source : target.createTask(source as never);
    const kind = kindOf(source);
    if (kind !== 'function' && kind !== 'observable' && kind !== 'interop') known.set(source, future);
    first(future);
    return future;
  });
}

/**
 * For a call that starts its sources later, and maybe more than once: refuses now what is no source, attaches the reactions of
 * promises now, and gives what makes the futures of one run.
 *
 * @internal
 */
export function prepareAll(call: string, list: readonly unknown[]): () => Future<unknown>[] {
  refuseOthers(call, list);
  const promises = new Map<unknown, unknown>();
  for (const source of list) {
    if (kindOf(source) === 'promise') promises.set(source, prepareSource(call, source as never, getEventLoop()));
  }
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
function refuseOthers(call: string, list: readonly unknown[]): void {
  try {
    for (const source of list) assertSource(call, source);
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
