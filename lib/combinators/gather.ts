import {
  ADD,
  CANCEL,
  type CancelRequest,
  CONSUME,
  type EventLoop,
  SharedCallback,
  Future,
  REJECT,
  REQUEST,
  RESOLVE,
  type ResultOf,
  WAITING_FOR,
  type WaitingFor,
  cancelFuture,
  cancelledError,
  errorText,
  getEventLoop,
  got,
  isErrorLike,
  keepExemplars,
  reportLate,
} from '../kernel/index.js';
import { toFutures } from './to-futures.js';

/** Options of `gather`. */
export interface GatherOptions {
  /** True: failures and cancellations take the place of results, and nothing makes the gather fail. */
  readonly returnExceptions?: boolean | undefined;
}

type Sources = readonly unknown[] | ReadonlySet<unknown> | Readonly<Record<string, unknown>>;

type Gathered<S, E> =
  S extends ReadonlySet<infer T> ? (ResultOf<T> | E)[] : { -readonly [K in keyof S]: ResultOf<S[K]> | E };

/**
 * Runs sources at the same time and waits for all of them: results in the order given, or under the names given.
 *
 * ```
 * a          ----1|
 * b          --2|
 * gather     ----(r|)        r = [1, 2]
 * ```
 *
 * A list, a set or a dictionary. A future, coroutine or promise that is given twice counts once.
 *
 * The first failure makes the gather fail at once; the others **run on**, and what fails later is reported to the
 * exception handler (kind `late-failure`). Where the others are to be cancelled use a {@link TaskGroup}.
 *
 * **Cancellation:** `cancel()` of the gather, or of the task that waits for it, cancels every child.
 *
 * **Errors:** the first failure, or CancelledError if a child was cancelled; with `returnExceptions` none. A source
 * without a value is an EmptyError: give it as `createTask(source, { defaultValue })`. At the call: TypeError for what is
 * no collection of sources, RangeError for futures of different loops.
 *
 * ```ts
 * import { gather, run, sleep } from 'rxtasks';
 *
 * await run(function* () {
 *   console.log(yield* gather([sleep(20, 'slow'), sleep(10, 'fast')])); // [ 'slow', 'fast' ]
 *   console.log(yield* gather({ user: sleep(10, 'ann'), cart: sleep(10, 3) })); // { user: 'ann', cart: 3 }
 * });
 * ```
 *
 * asyncio: `asyncio.gather(*aws)`. RxJS: `forkJoin`.
 */
export function gather<const S extends Sources>(
  sources: S,
  options: GatherOptions & { readonly returnExceptions: true },
): Future<Gathered<S, Error>>;
export function gather<const S extends Sources>(
  sources: S,
  options?: GatherOptions & { readonly returnExceptions?: false | undefined },
): Future<Gathered<S, never>>;
export function gather<const S extends Sources>(sources: S, options?: GatherOptions): Future<Gathered<S, Error>>;
export function gather(sources: Sources, options: GatherOptions = {}): Future<unknown> {
  if (typeof options !== 'object' || options === null || Future.is(options) || 'subscribe' in options) {
    throw new TypeError('gather(sources, options): gather takes a list, gather([a, b]), not gather(a, b)');
  }
  const call = 'gather(sources)';
  const { list, keys } = namedSources(call, sources);
  const given = list.find((source): source is Future<unknown> => Future.is(source));
  const gathering = new Gathering(given?.loop ?? getEventLoop(), keys, options.returnExceptions === true);
  return gathering.over((each) => toFutures(call, list, each));
}

function namedSources(call: string, sources: Sources): { list: unknown[]; keys: readonly string[] | null } {
  if (Array.isArray(sources) || sources instanceof Set)
    return { list: [...(sources as Iterable<unknown>)], keys: null };
  const prototype: unknown =
    typeof sources === 'object' && sources !== null ? Object.getPrototypeOf(sources) : undefined;
  if (prototype !== null && prototype !== Object.prototype) {
    throw new TypeError(
      `${call}: expected a list, a set or a plain dictionary of sources, got ${got(sources)}; gather takes a list: gather([a, b])`,
    );
  }
  const keys = Object.keys(sources);
  return { list: keys.map((key) => (sources as Record<string, unknown>)[key]), keys };
}

/** The outer future. It never becomes cancelled itself: cancelling it cancels the children, and it ends as they do. */
class Gathering extends Future<unknown> {
  #children: readonly Future<unknown>[] = [];
  readonly #keys: readonly string[] | null;
  readonly #returnExceptions: boolean;
  #total = 0;
  #finished = 0;
  #cancelRequested = false;
  /** `cancel()` is at work, further up the stack. */
  #asking = false;

  constructor(loop: EventLoop, keys: readonly string[] | null, returnExceptions: boolean) {
    super(loop);
    this.#keys = keys;
    this.#returnExceptions = returnExceptions;
  }

  /** Takes its children, one by one as they are made; those that are done by then are counted at the end, in order. */
  over(make: (each: (child: Future<unknown>) => void) => readonly Future<unknown>[]): this {
    const finished: Future<unknown>[] = [];
    const onEnded = new SharedCallback((child) => this.childDone(child));
    this.#children = make((child) => {
      this.#total++;
      if (child.done()) finished.push(child);
      else child[ADD](onEnded);
    });
    if (this.#total === 0) this[RESOLVE](this.#shape([]));
    for (const child of finished) this.childDone(child);
    return this;
  }

  childDone(child: Future<unknown>): void {
    this.#finished++;
    if (this.done()) {
      reportLate(child, TOO_LATE);
      return;
    }
    if (!this.#returnExceptions && (child.cancelled() || child.failed)) {
      this[REJECT](child[CONSUME]());
      return;
    }
    if (this.#finished < this.#total) return;
    if (this.#cancelRequested) {
      for (const child of new Set(this.#children)) reportLate(child, TOO_LATE);
      const last = this.#children.at(-1) as Future<unknown>;
      this[REJECT](last.cancelled() ? last[CONSUME]() : cancelledError(last[REQUEST]));
    } else {
      this[RESOLVE](this.#shape(this.#children.map(outcome)));
    }
  }

  override [CANCEL](request: CancelRequest): boolean {
    if (this.done()) return false;
    if (this.#asking) return true; // a circle: those who wait for each other are being asked already
    this.#asking = true;
    let asked = false;
    try {
      for (const child of this.#children) asked = cancelFuture(child, request) || asked;
    } finally {
      this.#asking = false;
    }
    if (asked) this.#cancelRequested = true;
    return asked;
  }

  /** @internal */
  override [WAITING_FOR](): WaitingFor {
    return { futures: this.#children.filter((child) => !child.done()), foreign: null };
  }

  #shape(results: unknown[]): unknown {
    return this.#keys === null ? results : Object.fromEntries(this.#keys.map((key, i) => [key, results[i]]));
  }
}

/** The result of a child, or its error as a value. */
function outcome(child: Future<unknown>): unknown {
  if (child.cancelled()) return cancelledError(child[REQUEST]);
  if (!child.failed) return child.result();
  const error = child.exception();
  return isErrorLike(error) ? error : new Error(`a task threw ${errorText(error)}`, { cause: error });
}

const TOO_LATE = 'a child of a gather failed, and the gather could not say so: it had ended or was cancelled';

keepExemplars((loop) =>
  new Gathering(loop, null, false).over((each) => toFutures('gather(sources)', [loop.createFuture()], each)),
);
