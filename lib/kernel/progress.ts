import { Observable, type Subject } from 'rxjs';
import type { EventLoop } from './event-loop.js';
import type { Future } from './future.js';
import { RESOLVE } from './protocol.js';

/**
 * What a task reports: an Observable, and `for await (const report of task.progress$)`, which gets every report in order, those
 * too that came while it was busy, and ends with the task. Leaving the loop stops watching and nothing else.
 *
 * @internal
 */
export class Progress<P> extends Observable<P> implements AsyncIterable<P> {
  readonly #loop: EventLoop;

  constructor(reports: Subject<P>, loop: EventLoop) {
    super((subscriber) => reports.subscribe(subscriber));
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
  #reports: P[] = [];
  /** The first of `reports` that is still to be given out. */
  #first = 0;
  #ended = false;
  /** Somebody waits for the next report. */
  #waiter: Future<void> | null = null;

  constructor(progress: Observable<P>, loop: EventLoop) {
    this.#progress = progress;
    this.#loop = loop;
  }

  async next(): Promise<IteratorResult<P>> {
    this.#subscription ??= this.#progress.subscribe({
      next: (report) => {
        this.#reports.push(report);
        this.#wake();
      },
      complete: () => this.#end(),
    });
    try {
      while (this.#first === this.#reports.length && !this.#ended) {
        this.#waiter ??= this.#loop.createFuture<void>();
        // A future: cancelling the task that waits reaches it.
        await this.#waiter;
      }
    } catch (error) {
      // `for await` does not call return() then.
      void this.return();
      throw error;
    }
    if (this.#first === this.#reports.length) return { done: true, value: undefined };
    const value = this.#reports[this.#first++] as P;
    if (this.#first === this.#reports.length) this.#forget();
    return { done: false, value };
  }

  async return(): Promise<IteratorResult<P>> {
    this.#subscription?.unsubscribe();
    this.#forget();
    this.#end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #forget(): void {
    this.#reports = [];
    this.#first = 0;
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
