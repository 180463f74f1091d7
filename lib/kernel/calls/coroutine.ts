import { Observable, type Subscriber, type Unsubscribable } from 'rxjs';
import { RuntimeError } from '../../errors/index.js';
import { awaitFor } from '../tasks/await-source.js';
import { current } from '../now/current.js';
import { Origin, asyncOwner, currentOwner } from '../now/current-owner.js';
import { type DriveOptions, adoptChild, reportLateFailure } from '../sources/drive-observable.js';
import { cancelOwned, refusalOfShutdown, unsubscribed } from '../tasks/owned-task.js';
import { Frame } from '../tasks/frame.js';
import { keepExemplars } from '../loop/exemplars.js';
import { getEventLoop } from '../loop/get-event-loop.js';
import { assertFunction } from '../ground/arguments.js';
import { COROUTINE_FUNCTION, START, TEXT } from '../ground/protocol.js';
import type { Resume } from '../ground/resume.js';
import type { Task } from '../tasks/task.js';
import { isGeneratorFunction } from '../sources/source.js';
import { got } from '../ground/text.js';
import { deliver } from '../futures/watcher.js';

const brand = Symbol.for('rxtasks.Coroutine');

/** A generator function, or what gives generators all the same. */
type GeneratorMaker<T> = (...args: never[]) => Generator<void, T, Resume>;

const NO_ARGUMENTS: readonly unknown[] = [];

/**
 * A recipe, cold: nothing of it runs before somebody waits for it, and each wait is a fresh run.
 *
 * ```
 * yield* work()             runs inside of the waiting task
 * await work()              the same, from an async function
 * createTask(work())        runs beside it, as a task
 * work().subscribe(…)       as a task that unsubscribing cancels
 * ```
 *
 * Being an Observable, it works in `switchMap`, `takeUntil`, `timeout`, `retry`. Being thenable, a promise that is
 * resolved with it runs it (as with lazy queries of database libraries); `asObservable()` gives an Observable that is not.
 *
 * ```ts
 * import { retry } from 'rxjs';
 * import { coroutine, resultOf, run, sleep } from 'rxtasks';
 *
 * let attempts = 0;
 * const flaky = coroutine(function* flaky() {
 *   yield* sleep(5);
 *   if (++attempts < 3) throw new Error('try again');
 *   return `attempt ${attempts}`;
 * });
 * const recipe = flaky();
 * console.log(String(recipe), await run(resultOf(recipe.pipe(retry())))); // flaky() attempt 3
 * ```
 *
 * **Cancellation:** of the task that waits; unsubscribing cancels the task that subscribing started.
 *
 * asyncio: a coroutine object - except that this one may run more than once.
 */
export class Coroutine<T> extends Observable<T> implements PromiseLike<T> {
  readonly #name: string;
  readonly #fn: GeneratorMaker<T> | null;
  readonly #args: readonly unknown[];
  readonly #self: unknown;

  /**
   * Use `coroutine(function* …)`. The name stands in texts, `name()`; it is given, not that of `fn`, since a minifier may change
   * that one. Every run is a generator of `fn`; a class that overrides `[START]` leaves it out.
   *
   * @internal
   */
  constructor(
    name: string,
    fn: GeneratorMaker<T> | null = null,
    args: readonly unknown[] = NO_ARGUMENTS,
    self?: unknown,
  ) {
    super(subscribeToCoroutine as (this: Observable<T>, subscriber: Subscriber<T>) => Unsubscribable | undefined);
    this.#name = name;
    this.#fn = fn;
    this.#args = args;
    this.#self = self;
  }

  /** Is `x` a Coroutine, of this or another copy of the library? */
  static is(x: unknown): x is Coroutine<unknown> {
    return typeof x === 'object' && x !== null && brand in x && x !== (Coroutine.prototype as unknown);
  }

  /** `yield* coroutine`: runs inside of the task that waits. */
  [Symbol.iterator](): Generator<never, T, Resume> {
    if (current.owner === null) {
      throw new RuntimeError(
        `${this[TEXT]()} was iterated outside of a task: write \`yield* work()\` in a coroutine, \`await work()\` in an ` +
          'async function, or run(work())',
      );
    }
    return this.frame() as Generator<never, T, Resume>;
  }

  /** It waits, and runs no code of anybody's: see DriveOptions. @internal */
  get runsNoCode(): boolean {
    return false;
  }

  /** What it only waits for, if it does nothing else: `resultOf(future)`. @internal */
  get carried(): unknown {
    return undefined;
  }

  /** A fresh run, for a strand. @internal */
  frame(): Generator<void, T, Resume> {
    return new Frame(this[START]()) as unknown as Generator<void, T, Resume>;
  }

  /**
   * Runs it and waits. Known to be called by the async function of a task, it runs on behalf of that task, at once, and is
   * cancelled along with it; otherwise it runs as a task of its own.
   */
  then<A = T, B = never>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    const owner = asyncOwner();
    if (owner === null) return getEventLoop().createTask(this).then(onValue, onError);
    return awaitFor('await', this as Coroutine<T>, owner).then(onValue, onError);
  }

  /** As `Promise.prototype.catch`; runs it. */
  catch<B = never>(onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(null, onError);
  }

  /** As `Promise.prototype.finally`; runs it. */
  finally(onEnd?: (() => void) | null): Promise<T> {
    return this.then().finally(onEnd);
  }

  /** An Observable of the same that is not thenable: for whoever asks "is it a promise?" first. */
  asObservable(): Observable<T> {
    return new Observable<T>((subscriber) => this.subscribe(subscriber));
  }

  override toString(): string {
    return this[TEXT]();
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** @internal */
  [START](): Generator<void, T, Resume> {
    return (this.#fn as GeneratorMaker<T>).apply(this.#self as never, this.#args as never[]);
  }

  /** @internal */
  [TEXT](): string {
    return `${this.#name || 'a coroutine'}()`;
  }
}

Object.defineProperty(Coroutine.prototype, brand, { value: true });

/** Whatever it does itself: the subscriber's code runs in its last step. */
const subscribed: DriveOptions = { runsNoCode: false };

/** Subscribing starts a task; unsubscribing cancels it, and a pipeline that does so waits for its clean-up. */
function subscribeToCoroutine<T>(this: Coroutine<T>, subscriber: Subscriber<T>): Unsubscribable | undefined {
  const origin = new Origin();
  const loop = getEventLoop();
  const refusal = refusalOfShutdown(loop, currentOwner());
  if (refusal !== null) {
    subscriber.error(refusal);
    return undefined;
  }
  const task: Task<T> = loop.createTask(this, subscribed);
  adoptChild(task);
  return new CoroutineSubscription(task, subscriber, origin);
}

/**
 * Delivers in the very step in which the task ends, so that nothing - a lock, an item of a queue - lies between the task and
 * its subscriber, where an unsubscribe would lose it. What is subscribed meanwhile belongs to whom this belongs.
 */
class CoroutineSubscription<T> implements Unsubscribable {
  readonly #task: Task<T>;

  constructor(task: Task<T>, subscriber: Subscriber<T>, origin: Origin) {
    this.#task = task;
    task.atEnd(() => {
      if (!subscriber.closed) origin.run(() => deliver({ future: task, subscriber }), undefined);
    });
  }

  unsubscribe(): void {
    const task = this.#task as Task<unknown>;
    if (task.done()) return;
    reportLateFailure(task);
    adoptChild(task);
    cancelOwned(task, unsubscribed());
  }
}

/**
 * Makes coroutines of a generator function: in its body `yield*` is what `await` is in an async function, and a bare
 * `yield` lets others run.
 *
 * ```ts
 * import { coroutine, run, sleep } from 'rxtasks';
 *
 * const greet = coroutine(function* (name: string) {
 *   yield* sleep(10);
 *   return `hello ${name}`;
 * });
 * console.log(await run(greet('world'))); // hello world
 * ```
 *
 * **Cancellation:** a CancelledError is thrown at the `yield*` where the body waits.
 *
 * **Errors:** TypeError if `fn` is not a function.
 *
 * asyncio: `async def`.
 */
export function coroutine<A extends unknown[], T, This = unknown>(
  fn: (this: This, ...args: A) => Generator<void, T, Resume>,
): (this: This, ...args: A) => Coroutine<T> {
  assertFunction('coroutine(fn)', 'a generator function (function*)', fn);
  const body = isGeneratorFunction(fn) ? (fn as unknown as GeneratorMaker<T>) : checked<T>(fn);
  const name = fn.name.replace('#', ''); // of a private method
  function make(this: This, ...args: A) {
    return new Coroutine<T>(name, body, args, this);
  }
  return Object.defineProperties(make, { name: { value: fn.name }, [COROUTINE_FUNCTION]: { value: true } });
}

/** A function that gives generators without being a generator function, as compiled ones do: known only from each call. */
function checked<T>(fn: (...args: never[]) => unknown): GeneratorMaker<T> {
  return function (this: unknown, ...args) {
    const body: unknown = fn.apply(this as never, args);
    if (typeof body === 'object' && body !== null && 'next' in body) return body as Generator<void, T, Resume>;
    throw new TypeError(
      `coroutine(fn): expected fn to be a generator function (function*), but it returned ${got(body)}`,
    );
  };
}

keepExemplars(() => new Coroutine('exemplar', function* () {}));
