/**
 * Those who wait, each once, in the order in which they came. Anybody may leave, at the front or in between, in constant time.
 *
 * They may be objects of anybody's making, in several lines at a time; Waiters holds its own kind only, without an entry of a Set for each.
 *
 * @internal
 */
export class Line<T extends object> {
  readonly #items = new Set<T>();
  /**
   * Goes on where the front is. A fresh iterator would pass by the places of all who have left there before: a line of n would
   * take n² steps to be served.
   */
  #rest = this.#items.values();
  /** The last that `rest` has given, until it leaves. */
  #first: T | undefined;

  get length(): number {
    return this.#items.size;
  }

  get first(): T | undefined {
    if (this.#first === undefined && this.#items.size > 0) this.#first = this.#rest.next().value;
    return this.#first;
  }

  push(item: T): void {
    this.#items.add(item);
  }

  /** The first one, removed. */
  shift(): T | undefined {
    const { first } = this;
    if (first !== undefined) this.remove(first);
    return first;
  }

  remove(item: T): boolean {
    if (item === this.#first) this.#first = undefined;
    return this.#items.delete(item);
  }

  /** Removes all, and gives them. */
  clear(): T[] {
    const items = [...this.#items];
    this.#items.clear();
    this.#rest = this.#items.values();
    this.#first = undefined;
    return items;
  }
}
