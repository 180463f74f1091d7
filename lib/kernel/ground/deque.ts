const CAPACITY = 16; // a power of two, as every later capacity, so that positions wrap around by a mask
const WORTH_FREEING = 1024;

/** A ring buffer: what went in first comes out first, each in constant time. @internal */
export class Deque<T> {
  #slots: (T | undefined)[] = [];
  #capacity = CAPACITY;
  #front = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): T | undefined {
    return this.#slots[this.#front];
  }

  push(item: T): void {
    if (this.#size === this.#capacity) this.#grow();
    this.#slots[(this.#front + this.#size) & (this.#capacity - 1)] = item;
    this.#size++;
  }

  take(): T {
    const item = this.#slots[this.#front] as T;
    this.#slots[this.#front] = undefined;
    this.#front = (this.#front + 1) & (this.#capacity - 1);
    this.#size--;
    if (this.#size === 0 && this.#capacity > WORTH_FREEING) this.clear();
    return item;
  }

  clear(): void {
    this.#slots = [];
    this.#capacity = CAPACITY;
    this.#front = 0;
    this.#size = 0;
  }

  #grow(): void {
    this.#capacity *= 2;
    if (this.#front === 0) return; // nothing wraps around
    this.#slots = this.#slots.slice(this.#front).concat(this.#slots.slice(0, this.#front));
    this.#front = 0;
  }
}
