import { Coroutine, type Resume } from '../kernel/index.js';
import { Primitive } from './primitive.js';
import { Waiters } from './waiters.js';

/**
 * A flag that tasks can wait for.
 *
 * ```text
 * a:     --wait().......true--
 * b:     -----wait()....true--
 * event: --------------set()---------clear()---
 * c:                        -wait()true-
 * ```
 *
 * It starts unset. `set()` wakes everybody who waits, in the order in which they came; while it is set, `wait()` does not
 * wait. Setting and clearing again at once is a pulse: whoever waited is woken, whoever comes later waits.
 *
 * **Cancellation:** a task that is cancelled while it waits leaves the queue; nobody else notices.
 *
 * **Errors:** {@link RuntimeError} when tasks of two event loops wait for one event.
 *
 * @example
 * ```ts
 * import { Event, coroutine, createTask, run, sleep } from 'rxtasks';
 *
 * const main = coroutine(function* () {
 *   const ready = new Event();
 *   const waiter = createTask(function* () {
 *     yield* ready.wait();
 *     return 'go';
 *   });
 *   yield* sleep(10);
 *   ready.set();
 *   console.log(yield* waiter); // go
 * });
 * await run(main());
 * ```
 *
 * The DOM has an `Event` too: where both are needed, `import { Event as TaskEvent } from 'rxtasks'`.
 *
 * @see {@link Condition} to wait for a state rather than for a flag.
 *
 * asyncio: `asyncio.Event`.
 */
export class Event extends Primitive {
  readonly #waiters = new Waiters(false);
  #set = false;

  /**
   * Is the flag set?
   *
   * asyncio: `Event.is_set()`.
   */
  isSet(): boolean {
    return this.#set;
  }

  /**
   * Sets the flag and wakes everybody who waits for it; does nothing if it is set.
   *
   * asyncio: `Event.set()`.
   */
  set(): void {
    if (this.#set) return;
    this.#set = true;
    for (let waiter = this.#waiters.firstPending(); waiter; waiter = this.#waiters.firstPending()) {
      waiter.future.setResult();
    }
  }

  /**
   * Clears the flag, so that `wait()` waits again. Those that `set()` woke are not called back.
   *
   * asyncio: `Event.clear()`.
   */
  clear(): void {
    this.#set = false;
  }

  /**
   * Waits until the flag is set and resumes with true; does not wait if it is set already.
   *
   * **Cancellation:** leaves the queue.
   *
   * asyncio: `Event.wait()`.
   */
  wait(): Coroutine<true> {
    const wait = () => this.#wait();
    return Coroutine.from(wait);
  }

  /** `<Event set>`, `<Event unset waiters=2>`. */
  toString(): string {
    const waiters = this.#waiters.size === 0 ? '' : ` waiters=${this.#waiters.size}`;
    return `<Event ${this.#set ? 'set' : 'unset'}${waiters}>`;
  }

  *#wait(): Generator<void, true, Resume> {
    if (this.#set) return true;
    const waiter = this.#waiters.add(this.getLoop());
    try {
      yield* waiter.future;
      return true;
    } finally {
      this.#waiters.remove(waiter);
    }
  }
}
