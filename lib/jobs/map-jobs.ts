import { ADD, RUN, type Task, cancelledError, got, reportLateFailure, takeRequest } from '../kernel/index.js';

/** Options of `map`. */
export interface MapOptions {
  /** How many jobs may be ahead of who takes the results. Default: as many as the executor runs at a time. */
  readonly concurrency?: number | undefined;
}

/**
 * The results in the order of the items. Nothing is taken from the items before the first result is asked for, and never more
 * than `concurrency` ahead of what was taken.
 *
 * @internal
 */
export function mapJobs<T, R>(
  submit: (item: T) => Task<R>,
  items: Iterable<T> | AsyncIterable<T>,
  options: MapOptions,
  capacity: number,
): AsyncIterableIterator<R> {
  const call = 'map(fn, items)';
  const source = iteratorOf<T>(call, items);
  const { concurrency = Number.isFinite(capacity) ? capacity : 64 } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new RangeError(`${call}: expected concurrency to be a whole number from 1, got ${String(concurrency)}`);
  }
  return new Mapping(submit, source, concurrency);
}

function iteratorOf<T>(call: string, items: unknown): () => Iterator<T> | AsyncIterator<T> {
  const iterable = items as { [Symbol.asyncIterator]?(): AsyncIterator<T>; [Symbol.iterator]?(): Iterator<T> } | null;
  if (typeof iterable?.[Symbol.asyncIterator] === 'function') return () => iterable[Symbol.asyncIterator]!();
  if (typeof iterable?.[Symbol.iterator] === 'function') return () => iterable[Symbol.iterator]!();
  throw new TypeError(`${call}: expected items to be iterable, got ${got(items)}`);
}

class Mapping<T, R> implements AsyncIterableIterator<R> {
  readonly #submit: (item: T) => Task<R>;
  readonly #open: () => Iterator<T> | AsyncIterator<T>;
  readonly #concurrency: number;
  #items: Iterator<T> | AsyncIterator<T> | null = null;
  #exhausted = false;
  #over = false;
  /** Those whose results have not been taken, in the order of the items. */
  readonly #ahead: Task<R>[] = [];
  /** Calls of `next` wait for each other: each takes the next result. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(submit: (item: T) => Task<R>, open: () => Iterator<T> | AsyncIterator<T>, concurrency: number) {
    this.#submit = submit;
    this.#open = open;
    this.#concurrency = concurrency;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<R, undefined>> {
    const request = takeRequest();
    return request === null ? this.#inTurn(() => this.#take()) : this.#leave(cancelledError(request));
  }

  /** Cancels what runs, waits for it, closes the items. */
  return(): Promise<IteratorResult<R, undefined>> {
    const request = takeRequest();
    return this.#leave(request === null ? null : cancelledError(request));
  }

  /** @param cancelled what is told to whoever has been asked to cancel, when that is done */
  #leave(cancelled: Error | null): Promise<IteratorResult<R, undefined>> {
    const stopped = this.#stop();
    return this.#inTurn(async () => {
      await stopped;
      if (cancelled !== null) throw cancelled;
      return { done: true, value: undefined };
    });
  }

  #inTurn<V>(fn: () => Promise<V>): Promise<V> {
    const result = this.#turn.then(fn);
    this.#turn = result.catch(() => {});
    return result;
  }

  async #take(): Promise<IteratorResult<R, undefined>> {
    try {
      await this.#fill();
      const [next] = this.#ahead;
      if (next === undefined) {
        this.#over = true;
        return { done: true, value: undefined };
      }
      const value = await next;
      this.#ahead.shift();
      return { done: false, value };
    } catch (error) {
      const [first] = this.#ahead;
      await this.#stop(first?.done() === true ? first : undefined);
      throw error;
    }
  }

  async #fill(): Promise<void> {
    this.#items ??= this.#open();
    while (!this.#exhausted && !this.#over && this.#ahead.length < this.#concurrency) {
      const step = this.#items.next();
      const result = isPromise(step) ? await step : step;
      if (result.done) this.#exhausted = true;
      else if (!this.#over) this.#ahead.push(this.#submit(result.value));
    }
  }

  /** @param thrown the task whose failure the caller gets: those of the others are reported */
  async #stop(thrown?: Task<R>): Promise<void> {
    this.#over = true;
    const tasks = this.#ahead.splice(0);
    for (const task of tasks) task.cancel();
    await Promise.all(tasks.map(ended));
    for (const task of tasks) if (task !== thrown) reportLateFailure(task);
    if (this.#items !== null && !this.#exhausted) {
      this.#exhausted = true;
      await this.#items.return?.();
    }
  }
}

/** Not by awaiting it: a request that comes meanwhile would be given to the task, which has been asked already, and be lost there. */
function ended(task: Task<unknown>): Promise<void> {
  return new Promise((resolve) => {
    if (task.done()) resolve();
    else task[ADD]({ [RUN]: resolve });
  });
}

function isPromise<V>(value: V | Promise<V>): value is Promise<V> {
  return typeof (value as Promise<V>).then === 'function';
}
