import { Future, keepExemplars } from '../kernel/index.js';

/**
 * One place in a waiting list, and the future that its task waits for: one object, for there may be a hundred thousand.
 *
 * @internal
 */
export class Waiter extends Future<void> {
  /** @internal Itself: it is in no list. */
  previous: Waiter | undefined = this;
  /** @internal */ next: Waiter | undefined = undefined;
}

/**
 * Who waits, first come first served.
 *
 * A waiter leaves when its task resumes, not when it is completed or cancelled; in between, finished ones stay
 * in the list. So "the first that is pending" has to look past them, and each of 100,000 wake-ups in a row would look
 * past the same ones again. Since a finished future stays finished, two cursors remember how far was looked: with
 * them every operation is constant in time, over the life of a waiter.
 *
 * A linked list, because waiters leave from anywhere; a `Set` would do, but reaching its first member takes time in
 * proportion to the members that were deleted before it, and each member would need an entry.
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

  /** Adds a new waiter at the end. */
  add(waiter: Waiter): Waiter {
    const last = this.#last;
    waiter.previous = last;
    if (last) last.next = waiter;
    else this.#first = waiter;
    this.#last = waiter;
    this.#pending ??= waiter;
    this.#uncancelled ??= waiter;
    this.#size++;
    if (this.#inOrder) waiter.loop.observer?.lined?.(waiter, this);
    return waiter;
  }

  /** Takes a waiter out of the list, if it is still there. */
  remove(waiter: Waiter): void {
    const { previous, next } = waiter;
    if (previous === waiter) return;
    if (previous) previous.next = next;
    else this.#first = next;
    if (next) next.previous = previous;
    else this.#last = previous;
    if (this.#pending === waiter) this.#pending = next;
    if (this.#uncancelled === waiter) this.#uncancelled = next;
    waiter.previous = waiter;
    waiter.next = undefined;
    this.#size--;
  }

  /** Takes waiters out from the head up to the first one that is pending, and gives that one. */
  shiftPending(): Waiter | undefined {
    while (this.#first) {
      const waiter = this.#first;
      this.remove(waiter);
      if (!waiter.done()) return waiter;
    }
    return undefined;
  }

  /** The first one that is pending; it stays in the list. */
  firstPending(): Waiter | undefined {
    while (this.#pending?.done()) this.#pending = this.#pending.next;
    return this.#pending;
  }

  /** Is every one of them cancelled? Also true if there is none. */
  allCancelled(): boolean {
    while (this.#uncancelled?.cancelled()) this.#uncancelled = this.#uncancelled.next;
    return this.#uncancelled === undefined;
  }
}

keepExemplars((loop) => new Waiter(loop));
