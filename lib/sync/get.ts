import { Attempt, Operation } from './attempt.js';
import type { Waiter } from './waiters.js';

/** `() => Waiter | null`: waits in line for an item; null, if none will ever come. */
export const LINE_UP_TO_GET: unique symbol = Symbol('rxtasks.lineUpToGet');
/** `(waiter) => void`: it leaves the line without an item. */
export const STOP_GETTING: unique symbol = Symbol('rxtasks.stopGetting');

/** A queue, as those see it who take from it. @internal */
export interface Gettable<T> {
  empty(): boolean;
  getNowait(): T;
  [LINE_UP_TO_GET](): Waiter | null;
  [STOP_GETTING](waiter: Waiter): void;
}

/** What `get()` gives. @internal */
export class Get<T> extends Operation<T> {
  readonly #queue: Gettable<T>;

  constructor(queue: Gettable<T>) {
    super('get');
    this.#queue = queue;
  }

  protected override attempt(): Attempt<T> {
    return new Getting(this.#queue);
  }
}

class Getting<T> extends Attempt<T> {
  readonly #queue: Gettable<T>;

  constructor(queue: Gettable<T>) {
    super();
    this.#queue = queue;
  }

  protected override begin(): void {
    const waiter = this.#queue.empty() ? this.#queue[LINE_UP_TO_GET]() : null;
    if (waiter === null) this.end(this.#queue.getNowait());
    else this.waitFor(waiter);
  }

  protected override woken(): void {
    this.begin(); // somebody may have come first
  }

  protected override left(waiter: Waiter): void {
    this.#queue[STOP_GETTING](waiter);
  }
}
