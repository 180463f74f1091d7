/** How a queue keeps its items: what goes in, and which comes out next. Queues differ in this alone. */
export interface Storage<T> {
  readonly size: number;
  /** Throws if this item must not go in; `push` does the same. Left out where every item may. */
  check?(item: T): void;
  push(item: T): void;
  /** Takes the next item. There must be one. */
  take(): T;
}
