import { Observable } from 'rxjs';
import { QueueShutDown, isCancelled } from '../errors/index.js';
import {
  ADD,
  AsyncIteration,
  type CancelRequest,
  Coroutine,
  type Future,
  RESOLVE,
  RUN,
  type Resume,
  type StreamLike,
  type Task,
  cancelFuture,
  cancelledError,
  currentStrand,
  getEventLoop,
  got,
  kindOf,
  passAwait,
  requestBecause,
  takeRequest,
} from '../kernel/index.js';
import { Queue } from '../sync/index.js';
import { type MappedTask, MappedTasks, type Mapping, type Receiver } from './mapped-tasks.js';

/** What `mapTask` takes items from. */
export type IterableSource<V> = Iterable<V> | AsyncIterable<V> | StreamLike<V>;

/** One value, and whose it is. */
interface Result<V> {
  readonly value: unknown;
  readonly run: MappedTask<V>;
}

/**
 * The items of a source, mapped, as an async iterable.
 *
 * @internal
 */
export class MappedIterable<V, T> implements AsyncIterable<T> {
  readonly #source: IterableSource<V>;
  readonly #mapping: Mapping<V>;
  readonly #places: number;

  constructor(source: IterableSource<V>, mapping: Mapping<V>, places: number) {
    assertIterable(source);
    this.#source = source;
    this.#mapping = mapping;
    this.#places = places;
  }

  [Symbol.asyncIterator](): MappedIterator<V, T> {
    return new MappedIterator(this.#source, this.#mapping, this.#places);
  }
}

/**
 * One iteration. A task takes items from the source and maps them; for each item it needs one of the places, which is free again
 * when the task of the item has ended and all that it gave has been taken.
 *
 *     2 places      source [c d]   running {b}   results [A]       c has to wait
 *     next(): A     source [d]     running {b c} results []
 *
 * Places are counted, and a result that is there is given at once: only who has to wait, for a place or for a result, makes
 * something to wait for.
 */
class MappedIterator<V, T> implements AsyncIterableIterator<T> {
  readonly #source: IterableSource<V>;
  readonly #mapping: Mapping<V>;
  readonly #places: number;
  /** How many places are taken. */
  #taken = 0;
  /** What the task waits for, if there was no place. */
  #room: Future<void> | null = null;
  readonly #results = new Queue<Result<V>>();
  /** Null before the first `next()`. */
  #task: Task<void> | null = null;
  #over = false;

  constructor(source: IterableSource<V>, mapping: Mapping<V>, places: number) {
    this.#source = source;
    this.#mapping = mapping;
    this.#places = places;
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#over || this.#results.empty()) return this.#run(this.#next, takeRequest());
    const request = passAwait();
    if (request !== null) return this.#run(this.#next, request);
    return Promise.resolve({ done: false, value: this.#take(this.#results.getNowait()) });
  }

  return(): Promise<IteratorResult<T>> {
    return this.#run(this.#leave, takeRequest());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Runs `body` on behalf of the caller. Who has been asked to cancel leaves instead, and is told when that is done. */
  #run(
    body: () => Generator<void, IteratorResult<T>, Resume>,
    request: CancelRequest | null,
  ): Promise<IteratorResult<T>> {
    const run = request === null ? body : this.#leaveFor.bind(this, cancelledError(request));
    return new Coroutine(this.#mapping.name, run, [], this).then();
  }

  *#leaveFor(error: unknown): Generator<void, never, Resume> {
    yield* this.#leave(error);
    throw error;
  }

  *#next(): Generator<void, IteratorResult<T>, Resume> {
    if (this.#over) return { done: true, value: undefined };
    this.#task ??= this.#start();
    try {
      return { done: false, value: this.#take(yield* this.#results.get()) };
    } catch (error) {
      // Whoever waits was cancelled: `for await` does not call return() then.
      if (!(error instanceof QueueShutDown)) return yield* this.#leaveFor(error);
    }
    this.#over = true;
    yield* this.#task;
    return { done: true, value: undefined };
  }

  /** A result is taken. */
  #take({ value, run }: Result<V>): T {
    run.untaken--;
    this.#freeIfDone(run);
    return value as T;
  }

  #freeIfDone(run: MappedTask<V>): void {
    if (!run.isOver || run.untaken > 0) return;
    this.#taken--;
    const room = this.#room;
    this.#room = null;
    if (room?.done() === false) room[RESOLVE]();
  }

  /** @param cause why it is left before its end, if that was an error */
  *#leave(cause?: unknown): Generator<void, IteratorResult<T>, Resume> {
    const first = !this.#over;
    this.#over = true;
    if (this.#task !== null && first) {
      cancelFuture(this.#task, requestBecause(this.#mapping.name, cause));
      try {
        yield* this.#task;
      } catch (error) {
        if (!this.#task.done() || !isCancelled(error)) throw error;
      }
    }
    return { done: true, value: undefined };
  }

  #start(): Task<void> {
    const items = new Observable<V>((subscriber) =>
      new Coroutine('takeItems', this.#takeItems, [(item: V) => subscriber.next(item)], this).subscribe({
        complete: () => subscriber.complete(),
        error: (error: unknown) => subscriber.error(error),
      }),
    );
    const receiver: Receiver<V> = {
      emitted: (value, run) => {
        run.untaken++;
        this.#results.putNowait({ value, run });
      },
      over: (run) => {
        run.isOver = true;
        this.#freeIfDone(run);
      },
    };
    const mapped = new Observable<never>((subscriber) =>
      new MappedTasks(subscriber, this.#mapping, receiver).subscribeTo(items),
    );
    const task = getEventLoop().createTask<unknown>(mapped, { defaultValue: undefined }) as Task<void>;
    task[ADD]({ [RUN]: () => this.#results.shutdown() });
    return task;
  }

  #takeItems(take: (item: V) => void): Generator<void, void, Resume> {
    const source = this.#source;
    if (Symbol.iterator in source) return this.#takeFrom(source[Symbol.iterator](), take);
    return this.#takeFromAsync(new AsyncIteration(source, currentStrand('mapTask')), take);
  }

  *#takeFrom(iterator: Iterator<V>, take: (item: V) => void): Generator<void, void, Resume> {
    let open = true;
    try {
      for (;;) {
        yield* this.#place();
        open = false; // if it fails by itself it has closed itself
        const step = iterator.next();
        if (step.done) return;
        open = true;
        take(step.value);
      }
    } finally {
      if (open) iterator.return?.();
    }
  }

  *#takeFromAsync(iteration: AsyncIteration<V>, take: (item: V) => void): Generator<void, void, Resume> {
    try {
      for (;;) {
        yield* this.#place();
        const step = yield* iteration.next();
        if (step.done) return;
        take(step.value);
      }
    } finally {
      yield* iteration.close();
    }
  }

  /** Waits for a place, and takes it. */
  *#place(): Generator<void, void, Resume> {
    if (this.#taken >= this.#places) yield* (this.#room = currentStrand('mapTask').loop.createFuture());
    this.#taken++;
  }
}

function assertIterable(source: unknown): void {
  const object = typeof source === 'object' && source !== null ? (source as Record<PropertyKey, unknown>) : null;
  if (object !== null) {
    const isFunction = (key: PropertyKey) => typeof object[key] === 'function';
    if (isFunction(Symbol.asyncIterator) || isFunction('getReader')) return;
    const kind = kindOf(source);
    if (isFunction(Symbol.iterator) && (kind === null || kind === 'generator')) return;
  }
  throw new TypeError(
    `mapTask(source, project): expected a list, an async iterable or a ReadableStream, got ${got(source)}; ` +
      'over an Observable it is an operator: source.pipe(mapTask(project))',
  );
}
