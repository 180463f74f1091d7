import type { EventLoop, Future } from '../kernel/index.js';

/** One place in a waiting list. */
export class Waiter {
  readonly future: Future<void>;
  /** @internal */ previous: Waiter | undefined;
  /** @internal */ next: Waiter | undefined;
  /** @internal */ listed = true;

  constructor(future: Future<void>) {
    this.future = future;
  }
}

/**
 * Who waits, first come first served.
 *
 * A waiter leaves when its task resumes, not when its future is completed or cancelled; in between, finished futures stay
 * in the list. So "the first that is pending" has to look past them, and each of 100,000 wake-ups in a row would look
 * past the same ones again. Since a finished future stays finished, two cursors remember how far was looked: with
 * them every operation is constant in time, over the life of a waiter.
 *
 * A linked list, because waiters leave from anywhere; a `Set` would do, but reaching its first member takes time in
 * proportion to the members that were deleted before it.
 */
export class Waiters {
  /** Are those who were woken to go on in this order too? */
  readonly #inOrder: boolean;
  #first: Waiter | undefined;
  #last: Waiter | undefined;
  #size = 0;
  /** All before this one are finished. */
  #pending: Waiter | undefined;
  /** All before this one are cancelled. */
  #uncancelled: Waiter | undefined;

  constructor(inOrder = true) {
    this.#inOrder = inOrder;
  }

  /** How many are listed, finished ones included. */
  get size(): number {
    return this.#size;
  }

  /** The one at the head, finished or not. */
  get first(): Waiter | undefined {
    return this.#first;
  }

  /** Adds a waiter with a new future of `loop` at the end. */
  add(loop: EventLoop): Waiter {
    return this.append(loop.createFuture<void>());
  }

  /** Adds a waiter at the end. */
  append(future: Future<void>): Waiter {
    const waiter = new Waiter(future);
    waiter.previous = this.#last;
    if (this.#last) this.#last.next = waiter;
    else this.#first = waiter;
    this.#last = waiter;
    this.#pending ??= waiter;
    this.#uncancelled ??= waiter;
    this.#size++;
    if (this.#inOrder) future.loop.observer?.lined?.(future, this);
    return waiter;
  }

  /** Takes a waiter out of the list, if it is still there. */
  remove(waiter: Waiter): void {
    if (!waiter.listed) return;
    const { previous, next } = waiter;
    if (previous) previous.next = next;
    else this.#first = next;
    if (next) next.previous = previous;
    else this.#last = previous;
    if (this.#pending === waiter) this.#pending = next;
    if (this.#uncancelled === waiter) this.#uncancelled = next;
    waiter.previous = waiter.next = undefined;
    waiter.listed = false;
    this.#size--;
  }

  /** Takes waiters out from the head up to the first one that is pending, and gives that one. */
  shiftPending(): Waiter | undefined {
    while (this.#first) {
      const waiter = this.#first;
      this.remove(waiter);
      if (!waiter.future.done()) return waiter;
    }
    return undefined;
  }

  /** The first one whose future is pending; it stays in the list. */
  firstPending(): Waiter | undefined {
    while (this.#pending?.future.done()) this.#pending = this.#pending.next;
    return this.#pending;
  }

  /** Is every one of them cancelled? Also true if there is none. */
  allCancelled(): boolean {
    while (this.#uncancelled?.future.cancelled()) this.#uncancelled = this.#uncancelled.next;
    return this.#uncancelled === undefined;
  }
}
