import {
  CANCELLED,
  type CancelRequest,
  Coroutine,
  type EventLoop,
  Future,
  RESOLVE,
  type Resume,
  RUN,
  SCHEDULE,
  type Timer,
  UNSCHEDULE,
  assertTime,
  getEventLoop,
} from '../kernel/index.js';

/**
 * Waits for a time.
 *
 * ```
 * yield* sleep(20, 'x')   --x
 * ```
 *
 * With 0 or less it lets everybody who is ready run once, and then goes on, without a timer.
 *
 * @param ms milliseconds; Infinity never ends
 * @param value what it gives back
 *
 * **Cancellation:** ends at once; no timer is left behind.
 *
 * **Errors:** at the call: TypeError if `ms` is no number, RangeError if it is NaN.
 *
 * ```ts
 * import { run, sleep } from 'rxtasks';
 *
 * console.log(await run(sleep(10, 'rested'))); // rested
 * ```
 *
 * asyncio: `asyncio.sleep()`, in milliseconds. RxJS: `timer`.
 */
export function sleep(ms: number): Coroutine<void>;
export function sleep<T>(ms: number, value: T): Coroutine<T>;
export function sleep<T>(ms: number, value?: T): Coroutine<T | undefined> {
  assertTime('sleep(ms)', 'ms', ms);
  return new Coroutine(bodies.sleep, [ms, value]);
}

// A method, so that texts of tasks say `sleep()`.
const bodies = {
  *sleep<T>(ms: number, value: T): Generator<void, T, Resume> {
    if (ms <= 0) {
      yield;
      return value;
    }
    const timer = new Alarm<T>(getEventLoop(), ms, value);
    try {
      return yield* timer;
    } finally {
      timer.stop();
    }
  },
};

/** The future that a sleeper waits for, which is its own entry in the timer queue. */
class Alarm<T> extends Future<T> implements Timer {
  readonly deadline: number;
  order = 0;
  queued = false;
  dropped = false;
  readonly #value: T;

  constructor(loop: EventLoop, ms: number, value: T) {
    super(loop);
    this.deadline = loop.time() + ms;
    this.#value = value;
    loop[SCHEDULE](this);
  }

  [RUN](): void {
    if (!this.done()) this[RESOLVE](this.#value);
  }

  /** Takes the timer back, if it has not fired. */
  stop(): void {
    if (this.dropped || !this.queued) return;
    this.dropped = true;
    this.loop[UNSCHEDULE](this);
  }

  /** Stops at once: a sleeper that is cancelled holds no timer while it cleans up. */
  override [CANCELLED](request: CancelRequest | null): void {
    this.stop();
    super[CANCELLED](request);
  }
}
