import { isCancelled } from '../../errors/index.js';
import { AsyncCall } from './async-call.js';
import { PromiseFuture } from '../futures/promise-future.js';
import { Watch } from '../futures/watch.js';
import type { Resume } from '../ground/resume.js';
import type { StreamLike } from './source.js';
import type { Strand } from '../tasks/strand.js';

/**
 * The iteration of an async iterable inside of a strand. What its steps await is awaited on behalf of the strand, as in an async
 * function: a cancel request is given to that, or is armed for the next library await of the step. The strand does not wait for the
 * step, though; it closes the iterator, and waits for that.
 *
 *     cancel ──▶ strand ──gives up──▶ promise of next()
 *                   ├──asks──▶ AsyncCall ──asks──▶ what the step awaits
 *                   └──then──▶ return(), waited for
 *
 * @internal
 */
export class AsyncIteration<T> {
  readonly #iterator: AsyncIterator<T>;
  readonly #strand: Strand<unknown>;
  readonly #call: AsyncCall<unknown>;
  /** Its code is the platform's, and awaits nothing on behalf of the strand. */
  readonly #isStream: boolean;
  #open = true;
  /** The step that was given up, and may be told of the request yet. */
  #unheard: Promise<unknown> | null = null;

  constructor(source: AsyncIterable<T> | StreamLike<T>, strand: Strand<unknown>) {
    this.#isStream = 'getReader' in source;
    this.#iterator = 'getReader' in source ? read(source) : source[Symbol.asyncIterator]();
    this.#strand = strand;
    this.#call = new AsyncCall(strand, false);
    this.#call.standAside();
    strand.heed(this.#call);
  }

  *next(): Generator<void, IteratorResult<T>, Resume> {
    this.#open = false; // what fails by itself has nothing left to close
    const promise = Promise.resolve(this.#step(() => this.#iterator.next()));
    const next = new PromiseFuture(promise, this.#strand.loop);
    try {
      const step = yield* next;
      this.#open = step.done !== true;
      return step;
    } catch (error) {
      this.#open = !next.failed;
      this.#unheard = next.cancelled() ? promise : null;
      throw error;
    }
  }

  #step<R>(fn: () => R): R {
    return this.#isStream ? fn() : this.#call.invoke(fn, this.#iterator);
  }

  /**
   * Closes the iterator, if it has not ended, and waits until its clean-up is over: also when it is asked to cancel once more
   * meanwhile, for nothing but its end can end that.
   */
  *close(): Generator<void, void, Resume> {
    // What a step has not heard ends with it: the clean-up that follows is brought about by that very request.
    const forget = () => void this.#call.takeUnheard();
    if (this.#unheard === null) forget();
    else this.#unheard.then(forget, forget);
    try {
      if (this.#open) yield* this.#return();
    } finally {
      this.#call.stepDown();
    }
  }

  *#return(): Generator<void, void, Resume> {
    const returned = this.#step(() => this.#iterator.return?.());
    if (returned === undefined) return;
    const ended = new PromiseFuture(Promise.resolve(returned), this.#strand.loop);
    let cancellation: unknown;
    while (!ended.done()) {
      try {
        yield* new Watch(ended);
      } catch (error) {
        if (!isCancelled(error)) throw error;
        cancellation = error;
      }
    }
    ended.result();
    if (cancellation !== undefined) throw cancellation;
  }
}

/**
 * The iterator of a stream. Its own, where it has one, closes when the chunk that was asked for has come; its reader can be cancelled
 * meanwhile.
 */
function read<T>(stream: StreamLike<T>): AsyncIterator<T> {
  const reader = stream.getReader();
  return {
    next: async () => {
      const step = await reader.read();
      if (step.done) reader.releaseLock();
      return step as IteratorResult<T>;
    },
    return: async () => {
      await reader.cancel();
      reader.releaseLock();
      return { done: true, value: undefined };
    },
  };
}
