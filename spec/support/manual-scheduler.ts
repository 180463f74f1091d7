import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';

interface Action {
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
  readonly closed: () => boolean;
}

/**
 * A scheduler whose clock stands still until it is told to go on: unlike a VirtualTimeScheduler it lets native microtasks
 * run between two actions, so that async functions can be driven step by step.
 */
export class ManualScheduler implements SchedulerLike {
  #now = 0;
  #order = 0;
  #actions: Action[] = [];

  now(): number {
    return this.#now;
  }

  schedule<T>(work: (this: SchedulerAction<T>, state: T) => void, delay = 0, state?: T): Subscription {
    const action = new Subscription() as SchedulerAction<T>;
    this.#actions.push({
      due: this.#now + delay,
      order: this.#order++,
      run: () => work.call(action, state as T),
      closed: () => action.closed,
    });
    return action;
  }

  /** Runs one action that is due; false if none is. */
  runNext(): boolean {
    this.#actions = this.#actions.filter((action) => !action.closed());
    const next = this.#first();
    if (next === undefined || next.due > this.#now) return false;
    this.#actions.splice(this.#actions.indexOf(next), 1);
    next.run();
    return true;
  }

  /** Time passes while something works: nothing is run meanwhile. */
  pass(ms: number): void {
    this.#now += ms;
  }

  /** Moves the clock to the next action; false if there is none. */
  advance(): boolean {
    this.#actions = this.#actions.filter((action) => !action.closed());
    const next = this.#first();
    if (next === undefined) return false;
    this.#now = Math.max(this.#now, next.due);
    return true;
  }

  #first() {
    return this.#actions.reduce<Action | undefined>(
      (best, action) =>
        best === undefined || action.due < best.due || (action.due === best.due && action.order < best.order)
          ? action
          : best,
      undefined,
    );
  }
}
