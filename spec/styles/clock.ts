import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly fire: () => void;
}

const { setTimeout, clearTimeout, setImmediate } = globalThis;

/** So often the clock may move in one run: a program that is not over by then never is. */
const MOST_MOVES = 5000;

/**
 * Virtual time for a loop and for promises alike. As on the JavaScript runtime an iteration of the loop is one microtask, so
 * the steps of tasks and those of native promises interleave as they do there; the clock moves when no microtask is left.
 *
 * `setTimeout` is on this clock too between `install()` and the function that this gives back: RxJS tells of an error that
 * nobody handles in one.
 */
export class Clock implements SchedulerLike {
  readonly #timers = new Map<object, Timer>();
  #now = 0;
  #order = 0;
  /** What timers have thrown. */
  readonly thrown: unknown[] = [];

  now(): number {
    return this.#now;
  }

  schedule<T>(work: (this: SchedulerAction<T>, state: T) => void, delay = 0, state?: T): Subscription {
    const action = new Subscription() as SchedulerAction<T>;
    const run = () => {
      if (!action.closed) work.call(action, state as T);
    };
    if (delay <= 0) {
      queueMicrotask(run);
    } else {
      const timer = this.setTimeout(run, delay);
      action.add(() => this.clearTimeout(timer));
    }
    return action;
  }

  setTimeout(fire: () => void, ms: number): object {
    const timer: Timer = { due: this.#now + Math.max(0, ms), order: this.#order++, fire };
    this.#timers.set(timer, timer);
    return timer;
  }

  clearTimeout(timer: object | undefined): void {
    if (timer !== undefined) this.#timers.delete(timer);
  }

  install(): () => void {
    const host = globalThis as unknown as Record<string, unknown>;
    host['setTimeout'] = (fn: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
      this.setTimeout(() => fn(...args), ms);
    host['clearTimeout'] = (timer: object | undefined) => this.clearTimeout(timer);
    return () => void Object.assign(host, { setTimeout, clearTimeout });
  }

  /** Lets time pass as long as anything can happen. False: it never ends. */
  async drain(): Promise<boolean> {
    for (let moves = 0; moves < MOST_MOVES; moves++) {
      await new Promise<void>((resolve) => void setImmediate(resolve));
      const next = this.#first();
      if (next === undefined) return true;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.due);
      try {
        next.fire();
      } catch (error) {
        this.thrown.push(error);
      }
    }
    return false;
  }

  #first(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers.values()) {
      if (first === undefined || timer.due < first.due || (timer.due === first.due && timer.order < first.order)) {
        first = timer;
      }
    }
    return first;
  }
}
