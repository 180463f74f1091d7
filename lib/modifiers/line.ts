/** Those who wait, in the order in which they came. Who leaves at the front leaves in constant time. @internal */
export class Line<T> {
  #items: T[] = [];
  /** Where the front is: those before it have left. */
  #front = 0;

  get length(): number {
    return this.#items.length - this.#front;
  }

  get first(): T | undefined {
    return this.#items[this.#front];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** The first one, removed. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#front++];
    // Those who have left are not kept alive: they are forgotten when nobody waits, or when they are the greater part.
    if (this.length === 0) this.clear();
    else if (this.#front > 64 && 2 * this.#front > this.#items.length) {
      this.#items = this.#items.slice(this.#front);
      this.#front = 0;
    }
    return item;
  }

  remove(item: T): boolean {
    if (this.length > 0 && this.first === item) {
      this.shift();
      return true;
    }
    const at = this.#items.indexOf(item, this.#front);
    if (at !== -1) this.#items.splice(at, 1);
    return at !== -1;
  }

  clear(): void {
    this.#items = [];
    this.#front = 0;
  }
}
