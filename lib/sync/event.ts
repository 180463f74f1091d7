import { RESOLVE, type Coroutine, keepExemplars } from '../kernel/index.js';
import { Attempt, Operation, ran } from './attempt.js';
import { Primitive } from './primitive.js';
import { Waiters, type Waiter } from './waiters.js';

const LINE_UP: unique symbol = Symbol('rxtasks.lineUp');
const LEAVE: unique symbol = Symbol('rxtasks.leave');

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

  constructor() {
    super();
  }

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
      waiter[RESOLVE]();
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
    return new Wait(this);
  }

  /** `<Event set>`, `<Event unset waiters=2>`. */
  toString(): string {
    const waiters = this.#waiters.size === 0 ? '' : ` waiters=${this.#waiters.size}`;
    return `<Event ${this.#set ? 'set' : 'unset'}${waiters}>`;
  }

  /** @internal */
  [LINE_UP](): Waiter {
    return this.#waiters.add(this.newWaiter());
  }

  /** @internal */
  [LEAVE](waiter: Waiter): void {
    this.#waiters.remove(waiter);
  }
}

class Wait extends Operation<true> {
  readonly #event: Event;

  constructor(event: Event) {
    super('wait');
    this.#event = event;
  }

  override get runsNoCode(): boolean {
    return true;
  }

  protected override attempt(): Attempt<true> {
    return new Waiting(this.#event);
  }
}

class Waiting extends Attempt<true> {
  readonly #event: Event;

  constructor(event: Event) {
    super();
    this.#event = event;
  }

  protected override begin(): void {
    if (this.#event.isSet()) this.end(true);
    else this.waitFor(this.#event[LINE_UP]());
  }

  protected override woken(waiter: Waiter): void {
    this.#event[LEAVE](waiter);
    this.end(true);
  }

  protected override left(waiter: Waiter): void {
    this.#event[LEAVE](waiter);
  }
}

keepExemplars(() => {
  const event = new Event();
  event.set();
  return [event, ran(new Wait(event))];
});
