import { Attempt, Operation } from './attempt.js';
import type { BlockGuard } from './exclusive.js';
import type { Guard } from './guard.js';
import type { Waiter } from './waiters.js';

/** `() => Waiter | null`: null, if it can be had at once; and then it is taken. */
export const TAKE: unique symbol = Symbol('rxtasks.take');
/** `(waiter) => void`: its turn has come, and it takes. */
export const TAKE_TURN: unique symbol = Symbol('rxtasks.takeTurn');
/** `(waiter) => void`: it waits no longer, and a turn that had come is somebody else's. */
export const FORGO: unique symbol = Symbol('rxtasks.forgo');
/** `() => BlockGuard`: of what was taken last. */
export const GUARD: unique symbol = Symbol('rxtasks.guard');

/** A lock or a semaphore, as `acquire()` sees it. @internal */
export interface Acquirable {
  [TAKE](): Waiter | null;
  [TAKE_TURN](waiter: Waiter): void;
  [FORGO](waiter: Waiter): void;
  [GUARD](): BlockGuard;
}

/** What `acquire()` gives. @internal */
export class Acquire extends Operation<Guard> {
  readonly #from: Acquirable;

  constructor(from: Acquirable) {
    super('acquire');
    this.#from = from;
  }

  override get runsNoCode(): boolean {
    return true;
  }

  protected override attempt(): Attempt<Guard> {
    return new Acquiring(this.#from);
  }
}

class Acquiring extends Attempt<Guard> {
  readonly #from: Acquirable;

  constructor(from: Acquirable) {
    super();
    this.#from = from;
  }

  protected override begin(): void {
    const waiter = this.#from[TAKE]();
    if (waiter === null) this.end(this.#from[GUARD]());
    else this.waitFor(waiter);
  }

  protected override woken(waiter: Waiter): void {
    this.#from[TAKE_TURN](waiter);
    this.end(this.#from[GUARD]());
  }

  protected override left(waiter: Waiter): void {
    this.#from[FORGO](waiter);
  }
}
