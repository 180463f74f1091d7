/** Is it an AbortSignal, of this realm or another, or one that is made like it? @internal */
export function isAbortSignal(value: unknown): value is AbortSignal {
  return typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value;
}

/**
 * Calls `callback`, a function made for this, when `signal` is aborted, in the order of registration; the function given back
 * takes that back. On the signal there is one listener for all: thousands of tasks may share one, of which the runtime would
 * take each listener for a leak, and look through all of them to remove one.
 *
 * @internal
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  let callbacks = registered.get(signal);
  if (callbacks === undefined) registered.set(signal, (callbacks = new AbortCallbacks(signal)));
  return callbacks.add(callback);
}

const registered = new WeakMap<AbortSignal, AbortCallbacks>();

/** What is to be called when one signal is aborted. It listens as long as there is something to call. */
class AbortCallbacks {
  readonly #signal: AbortSignal;
  readonly #callbacks = new Set<() => void>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(callback: () => void): () => void {
    if (this.#callbacks.size === 0) this.#signal.addEventListener('abort', this.#aborted);
    this.#callbacks.add(callback);
    return () => this.#remove(callback);
  }

  #remove(callback: () => void): void {
    if (this.#callbacks.delete(callback) && this.#callbacks.size === 0) {
      this.#signal.removeEventListener('abort', this.#aborted);
    }
  }

  readonly #aborted = (): void => {
    for (const callback of this.#callbacks) {
      this.#remove(callback);
      try {
        callback();
      } catch (error) {
        // As an event does: it ends nothing here, and nobody catches it.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  };
}
