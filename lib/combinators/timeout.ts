import { RuntimeError, TimeoutError } from '../errors/index.js';
import {
  type Body,
  LimitRequest,
  Coroutine,
  type Handle,
  type Resume,
  Scope,
  assertBody,
  assertLimit,
  getEventLoop,
} from '../kernel/index.js';

type State = 'created' | 'active' | 'expiring' | 'expired' | 'finished';

/**
 * A scope with a time limit that can be moved while the body runs.
 *
 * ```
 * body      ----------------        limit 30 ms
 * timeout   ---!x                   the body gets a CancelledError, whoever waits a TimeoutError
 * ```
 *
 * `new Timeout(ms)` counts from its construction; `Timeout.at(when)` takes a time of the loop's clock; null: no limit.
 * It runs one body, once. Most code uses {@link withTimeout}.
 *
 * **Cancellation:** from outside stays a CancelledError. Time-outs can be nested: each knows its own. An async function
 * that cannot hear it - it awaits nothing of this library and has read no `signal` - is left behind a millisecond later,
 * and the exception handler is told (kind `abandoned`).
 *
 * **Errors:** TimeoutError, whose cause is the CancelledError, if the limit has interrupted the body; a body that catches
 * the CancelledError and goes on, or fails by itself, keeps its own outcome. RuntimeError for a second run, outside of a
 * task, and for `reschedule` when it is not active.
 *
 * ```ts
 * import { Timeout, run, sleep } from 'rxtasks';
 *
 * await run(function* () {
 *   const limit = new Timeout(20);
 *   yield* limit.run(function* () {
 *     limit.reschedule(null); // no limit any more
 *     yield* sleep(50);
 *   });
 *   console.log(limit.expired()); // false
 * });
 * ```
 *
 * asyncio: `asyncio.Timeout`.
 */
export class Timeout extends Scope {
  #state: State = 'created';
  #when: number | null;
  #handle: Handle | null = null;

  /** @param ms the limit in milliseconds from now; null: none; 0 or less: at the first suspension of the body */
  constructor(ms: number | null) {
    super();
    this.#when = deadline('new Timeout(ms)', 'ms', ms, getEventLoop().time());
  }

  /** A time-out at a time of the loop's clock. */
  static at(when: number | null): Timeout {
    const timeout = new Timeout(null);
    timeout.#when = deadline('Timeout.at(when)', 'when', when, 0);
    return timeout;
  }

  /** The deadline on the loop's clock in ms, or null. */
  when(): number | null {
    return this.#when;
  }

  /** Has the limit interrupted the body? */
  expired(): boolean {
    return this.#state === 'expiring' || this.#state === 'expired';
  }

  /** Moves the deadline, on the loop's clock in ms; null: no limit. **Errors:** RuntimeError if the body is not running. */
  reschedule(when: number | null): void {
    if (this.#state !== 'active') {
      throw new RuntimeError(
        this.#state === 'created'
          ? 'reschedule(when): the time-out has not been entered; call it while its body runs'
          : `reschedule(when): the time-out is ${this.#state}; it can be moved only while its body runs`,
      );
    }
    this.#arm(deadline('reschedule(when)', 'when', when, 0));
  }

  /** Runs `body` with this limit: a generator function inline, or an async function, or one that returns an Observable. */
  run<T>(body: Body<this, T>): Coroutine<T> {
    assertBody('Timeout.run(body)', body);
    return new Coroutine<T>('run', this.#run, [body], this);
  }

  override toString(): string {
    return `<Timeout ${this.#state}${this.#when === null ? '' : ` when=${this.#when}`}>`;
  }

  *#run<T>(body: Body<this, T>): Generator<void, T, Resume> {
    this.#enter();
    let result: T;
    try {
      result = yield* this.runBody(body);
    } catch (error) {
      const cancellation = this.strand.cancellation(error);
      if (this.#exit() && cancellation !== undefined) {
        throw new TimeoutError('the time limit was reached', { cause: cancellation });
      }
      throw error;
    }
    this.#exit();
    return result;
  }

  #enter(): void {
    if (this.#state !== 'created') {
      throw new RuntimeError('Timeout.run(body): a time-out runs one body, once; make a new one');
    }
    this.enter('Timeout.run(body)');
    this.#state = 'active';
    this.#arm(this.#when);
  }

  /** Ends the scope. True if the limit has interrupted the body, and nobody else has. */
  #exit(): boolean {
    this.#handle?.cancel();
    this.#handle = null;
    const expired = this.#state === 'expiring';
    this.#state = expired ? 'expired' : 'finished';
    return expired && this.takeBack();
  }

  #arm(when: number | null): void {
    this.#handle?.cancel();
    this.#handle = null;
    this.#when = when;
    if (when === null) return;
    const { loop } = this.strand;
    this.#handle = when <= loop.time() ? loop.callSoon(this.#expire) : loop.callAt(when, this.#expire);
  }

  readonly #expire = () => {
    this.#handle = null;
    this.#state = 'expiring';
    this.interrupt(new LimitRequest(this));
  };
}

/** The deadline, or null; refuses what is neither a time nor null. */
function deadline(call: string, name: string, value: number | null | undefined, base: number): number | null {
  assertLimit(call, name, value);
  return value === null || value === undefined || value === Infinity ? null : base + value;
}
