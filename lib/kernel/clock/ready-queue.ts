import type { Runnable } from '../ground/protocol.js';

/**
 * The handles that are ready to run, in order: a ring buffer whose capacity is a power of two and doubles when it is
 * full. `head` is the next to leave, `length` how many there are.
 *
 *     items [ e f _ _ c d ]   head = 4, length = 4: c d e f
 *
 * @internal
 */
export class ReadyQueue {
  #items: (Runnable | null)[] = new Array<Runnable | null>(64).fill(null);
  #head = 0;
  length = 0;

  push(item: Runnable): void {
    if (this.length === this.#items.length) this.#grow();
    this.#items[(this.#head + this.length) & (this.#items.length - 1)] = item;
    this.length++;
  }

  /** The first item, removed. Only for a queue that is not empty. */
  shift(): Runnable {
    const item = this.#items[this.#head] as Runnable;
    this.#items[this.#head] = null; // a queue keeps nothing alive that has left it
    this.#head = (this.#head + 1) & (this.#items.length - 1);
    if (--this.length === 0 && this.#items.length > 65_536) {
      this.#items = new Array<Runnable | null>(64).fill(null); // give the memory of a burst back
      this.#head = 0;
    }
    return item;
  }

  #grow(): void {
    const old = this.#items;
    const items = new Array<Runnable | null>(old.length * 2).fill(null);
    for (let i = 0; i < old.length; i++) items[i] = old[(this.#head + i) & (old.length - 1)] as Runnable;
    this.#items = items;
    this.#head = 0;
  }
}
