import type { Context } from '../now/context.js';
import { current } from '../now/current.js';
import { assertNoCoroutine } from '../ground/arguments.js';
import { RUN, UNSCHEDULE, type Runnable } from '../ground/protocol.js';
import type { Timer } from './timer-queue.js';

/**
 * A callback that was given to a loop.
 *
 * ```ts
 * import { getRunningLoop, run, sleep } from 'rxtasks';
 *
 * await run(function* () {
 *   const handle = getRunningLoop().callSoon(() => console.log('never'));
 *   handle.cancel();
 *   yield* sleep(0);
 *   console.log(handle.cancelled()); // true
 * });
 * ```
 *
 * asyncio: `asyncio.Handle`.
 */
export class Handle implements Runnable {
  #callback: ((...args: unknown[]) => unknown) | null;
  #args: readonly unknown[];
  readonly #context: Context;
  #cancelled = false;
  readonly #name: string;

  /** @internal */
  constructor(callback: (...args: never[]) => unknown, args: readonly unknown[], context: Context) {
    this.#callback = callback as (...args: unknown[]) => unknown;
    this.#args = args;
    this.#context = context;
    this.#name = callback.name;
  }

  /** The callback will not be called. May be called at any time, also afterwards. */
  cancel(): void {
    this.#cancelled = true;
    this.#callback = null;
    this.#args = [];
  }

  cancelled(): boolean {
    return this.#cancelled;
  }

  toString(): string {
    return `<${this.constructor.name} ${this.#cancelled ? 'cancelled ' : ''}${this.#name || 'anonymous'}()>`;
  }

  /** @internal */
  [RUN](): void {
    if (this.#callback === null) return;
    current.context = this.#context;
    assertNoCoroutine('callback', this.#callback(...this.#args));
  }
}

/**
 * A callback that was given to a loop for a later time.
 *
 * ```ts
 * import { getRunningLoop, run } from 'rxtasks';
 *
 * await run(function* () {
 *   const loop = getRunningLoop();
 *   const timer = loop.callAt(loop.time() + 1000, () => console.log('never'));
 *   console.log(timer.when() > loop.time()); // true
 *   timer.cancel();
 * });
 * ```
 *
 * asyncio: `asyncio.TimerHandle`.
 */
export class TimerHandle extends Handle implements Timer {
  /** @internal */
  readonly deadline: number;
  /** @internal */
  order = 0;
  /** @internal */
  queued = false;
  readonly #loop: { [UNSCHEDULE](timer: Timer): void };

  /** @internal */
  constructor(
    deadline: number,
    callback: (...args: never[]) => unknown,
    args: readonly unknown[],
    context: Context,
    loop: { [UNSCHEDULE](timer: Timer): void },
  ) {
    super(callback, args, context);
    this.deadline = deadline;
    this.#loop = loop;
  }

  /** The deadline on the loop's clock, in ms. */
  when(): number {
    return this.deadline;
  }

  override cancel(): void {
    if (this.cancelled()) return;
    super.cancel();
    this.#loop[UNSCHEDULE](this);
  }

  /** @internal */
  get dropped(): boolean {
    return this.cancelled();
  }
}
