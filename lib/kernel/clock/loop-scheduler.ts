import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';
import { current } from '../now/current.js';
import { currentOwner } from '../now/current-owner.js';
import type { EventLoop } from '../loop/event-loop.js';
import type { Handle } from './handle.js';
import type { Owner } from '../now/owner.js';

/**
 * A loop's clock as an RxJS scheduler. `now()` is epoch time on a loop in real time, so that `timer(new Date(…), scheduler)`
 * works, and the loop's time on a virtual one.
 *
 * @internal
 */
export class LoopScheduler implements SchedulerLike {
  readonly #loop: EventLoop;
  readonly #epoch: () => number;

  constructor(loop: EventLoop, epoch: () => number) {
    this.#loop = loop;
    this.#epoch = epoch;
  }

  now(): number {
    return this.#epoch();
  }

  schedule<T>(work: (this: SchedulerAction<T>, state: T) => void, delay?: number, state?: T): Subscription {
    return new LoopAction(this.#loop, work).schedule(state, delay);
  }
}

class LoopAction<T> extends Subscription implements SchedulerAction<T> {
  readonly #loop: EventLoop;
  readonly #work: (this: SchedulerAction<T>, state: T) => void;
  #handle: Handle | undefined;

  constructor(loop: EventLoop, work: (this: SchedulerAction<T>, state: T) => void) {
    super(() => this.#handle?.cancel());
    this.#loop = loop;
    this.#work = work;
  }

  schedule(state?: T, delay = 0): Subscription {
    if (this.closed) return this;
    this.#handle?.cancel();
    const owner = currentOwner();
    const run = () => this.#run(owner?.adopt ? owner : null, state as T);
    this.#handle = delay > 0 ? this.#loop.callLater(delay, run) : this.#loop.callSoon(run);
    return this;
  }

  /** What a pipeline has scheduled goes on as that pipeline's, as with RxJS's own timers where there is ambient context. */
  #run(owner: Owner | null, state: T): void {
    const before = current.owner;
    current.owner = owner;
    try {
      this.#work.call(this, state);
    } finally {
      current.owner = before;
    }
  }
}
