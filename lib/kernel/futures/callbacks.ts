import { DoneCallback } from './done-callback.js';
import type { Future } from './future.js';
import type { Runnable } from '../ground/protocol.js';

type Callback = (future: Future<unknown>) => unknown;

/** The callbacks of a future that has several, in the order of registration. All but iterating is constant in time. @internal */
export class Callbacks implements Iterable<Runnable> {
  readonly #entries: Set<Runnable>;
  /** The registrations of a function; known from the first time that one is removed by its function. */
  #byFunction: Map<Callback, DoneCallback[]> | null = null;

  constructor(first: Runnable, second: Runnable) {
    this.#entries = new Set([first, second]);
  }

  add(entry: Runnable): void {
    this.#entries.add(entry);
    if (this.#byFunction !== null) index(this.#byFunction, entry);
  }

  delete(entry: Runnable): void {
    this.#entries.delete(entry);
  }

  /** Removes every registration of `callback`, and gives how many there were. */
  deleteFunction(callback: Callback): number {
    if (this.#byFunction === null) {
      this.#byFunction = new Map();
      for (const entry of this.#entries) index(this.#byFunction, entry);
    }
    const registrations = this.#byFunction.get(callback) ?? [];
    this.#byFunction.delete(callback);
    for (const registration of registrations) this.#entries.delete(registration);
    return registrations.length;
  }

  [Symbol.iterator](): Iterator<Runnable> {
    return this.#entries.values();
  }
}

function index(byFunction: Map<Callback, DoneCallback[]>, entry: Runnable): void {
  if (!(entry instanceof DoneCallback)) return;
  const registrations = byFunction.get(entry.callback);
  if (registrations === undefined) byFunction.set(entry.callback, [entry]);
  else registrations.push(entry);
}
