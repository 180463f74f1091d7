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
  START,
  Suspension,
  type Timer,
  UNSCHEDULE,
  assertTime,
  getEventLoop,
  keepExemplars,
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
  return new Sleep(ms, value);
}

/** A recipe without a generator: sleepers are many, and this makes them half as large. */
class Sleep<T> extends Coroutine<T> {
  readonly #ms: number;
  readonly #value: T;

  constructor(ms: number, value: T) {
    super('sleep');
    this.#ms = ms;
    this.#value = value;
  }

  override get runsNoCode(): boolean {
    return true;
  }

  /** @internal */
  override frame(): Generator<void, T, Resume> {
    return this[START]();
  }

  override [START](): Generator<void, T, Resume> {
    const run = this.#ms > 0 ? new Sleeping(new Alarm(getEventLoop(), this.#ms, this.#value)) : new Turn(this.#value);
    return run as unknown as Generator<void, T, Resume>;
  }
}

/** One run of a sleep: waits for its alarm. */
class Sleeping<T> extends Suspension<T> {
  override throw(error: unknown): never {
    (this.future as Alarm<T>).stop();
    throw error;
  }

  override return(value: T): IteratorResult<never, T> {
    if (!this.done) (this.future as Alarm<T>).stop();
    return super.return(value);
  }
}

/** One run of a sleep of no time: a bare `yield`. */
class Turn<T> implements IterableIterator<void, T, Resume> {
  done: boolean | undefined = undefined;
  value: T | undefined = undefined;
  readonly #result: T;

  constructor(result: T) {
    this.#result = result;
  }

  next(): IteratorResult<void, T> {
    if (this.done === undefined) {
      this.done = false;
    } else {
      this.done = true;
      this.value = this.#result;
    }
    return this as IteratorResult<void, T>;
  }

  throw(error: unknown): never {
    throw error;
  }

  return(value: T): IteratorResult<void, T> {
    return { done: true, value };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

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

keepExemplars((loop) => new Alarm(loop, 0.5, undefined));
