import { Observable, type Subscriber, type TeardownLogic } from 'rxjs';
import { Deque } from '../ground/deque.js';
import type { EventLoop } from '../loop/event-loop.js';
import type { Future } from '../futures/future.js';
import { cancelledError } from '../futures/cancel.js';
import { RESOLVE } from '../ground/protocol.js';
import { takeRequest } from './await-source.js';

/**
 * What a task reports: an Observable, and `for await (const report of task.progress$)`, which gets every report in order, those
 * too that came while it was busy, and ends with the task. Leaving the loop stops watching and nothing else.
 *
 * @internal
 */
export class Progress<P> extends Observable<P> implements AsyncIterable<P> {
  readonly #loop: EventLoop;

  constructor(watch: (subscriber: Subscriber<P>) => TeardownLogic, loop: EventLoop) {
    super(watch);
    this.#loop = loop;
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<P> {
    return new ProgressIterator(this, this.#loop);
  }
}

class ProgressIterator<P> implements AsyncIterableIterator<P> {
  readonly #progress: Observable<P>;
  readonly #loop: EventLoop;
  #subscription: { unsubscribe(): void } | null = null;
  /** Reports that nobody has asked for yet. */
  #reports = new Deque<P>();
  #ended = false;
  /** Somebody waits for the next report. */
  #waiter: Future<void> | null = null;

  constructor(progress: Observable<P>, loop: EventLoop) {
    this.#progress = progress;
    this.#loop = loop;
  }

  next(): Promise<IteratorResult<P>> {
    // Who has been asked to cancel is told of that first, also when a report is there.
    const request = takeRequest();
    return request === null ? this.#next() : this.#leaveFor(cancelledError(request));
  }

  async #leaveFor(error: unknown): Promise<never> {
    this.#leave();
    throw error;
  }

  async #next(): Promise<IteratorResult<P>> {
    this.#subscription ??= this.#progress.subscribe({
      next: (report) => {
        this.#reports.push(report);
        this.#wake();
      },
      complete: () => this.#end(),
    });
    try {
      while (this.#reports.size === 0 && !this.#ended) {
        this.#waiter ??= this.#loop.createFuture<void>();
        // A future: cancelling the task that waits reaches it.
        await this.#waiter;
      }
    } catch (error) {
      // `for await` does not call return() then.
      return this.#leaveFor(error);
    }
    if (this.#reports.size === 0) return { done: true, value: undefined };
    return { done: false, value: this.#reports.take() };
  }

  async return(): Promise<IteratorResult<P>> {
    const request = takeRequest();
    if (request !== null) return this.#leaveFor(cancelledError(request));
    this.#leave();
    return { done: true, value: undefined };
  }

  #leave(): void {
    this.#subscription?.unsubscribe();
    this.#reports = new Deque<P>();
    this.#end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #end(): void {
    this.#ended = true;
    this.#wake();
  }

  #wake(): void {
    const waiter = this.#waiter;
    this.#waiter = null;
    if (waiter?.done() === false) waiter[RESOLVE]();
  }
}
