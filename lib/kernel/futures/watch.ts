import {
  ADD,
  CANCEL,
  CANCELLED,
  PEEK,
  REJECT,
  REMOVE,
  RESOLVE,
  RUN,
  type Runnable,
  WAITING_FOR,
} from '../ground/protocol.js';
import type { WaitingFor } from '../ground/waiting-for.js';
import type { CancelRequest } from './cancel.js';
import { Future } from './future.js';

/**
 * Ends as another future does, and cancelling it lets go of that one at once: whoever waits for this one watches the other, and
 * does not own it.
 *
 * @internal
 */
export class Watch<T> extends Future<T> {
  readonly #inner: Future<T>;
  readonly #innerDone: Runnable = { [RUN]: () => this.#settle() };

  constructor(inner: Future<T>) {
    super(inner.loop);
    this.#inner = inner;
    inner[ADD](this.#innerDone);
  }

  /** @internal */
  override [CANCEL](request: CancelRequest): boolean | Future<unknown> {
    this.#inner[REMOVE](this.#innerDone);
    return super[CANCEL](request);
  }

  /** @internal */
  override [WAITING_FOR](): WaitingFor {
    return { futures: [this.#inner], foreign: null };
  }

  #settle(): void {
    if (this.done()) return;
    const inner = this.#inner;
    inner[PEEK](
      (value) => this[RESOLVE](value),
      (error) => {
        if (inner.cancelled()) this.innerCancelled(error);
        else this[REJECT](error);
      },
    );
  }

  /** @internal */
  protected innerCancelled(error: unknown): void {
    this[CANCELLED](null, error);
  }
}
