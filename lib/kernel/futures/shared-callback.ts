import { Deque } from '../ground/deque.js';
import type { Future } from './future.js';
import { RUN, type Runnable } from '../ground/protocol.js';

/**
 * One entry among the callbacks of many futures, which tells in turn of each that has ended; in the place of one entry for
 * each of them.
 *
 * @internal
 */
export class SharedCallback implements Runnable {
  readonly #tell: (future: Future<unknown>) => void;
  /** For each time that the entry is ready to run. */
  readonly #ended = new Deque<Future<unknown>>();

  constructor(tell: (future: Future<unknown>) => void) {
    this.#tell = tell;
  }

  /** By the future, when it has made the entry ready. */
  note(future: Future<unknown>): void {
    this.#ended.push(future);
  }

  [RUN](): void {
    this.#tell(this.#ended.take());
  }
}
