import {
  CANCEL,
  CANCELLED,
  type CancelRequest,
  type EventLoop,
  Future,
  LONGEST,
  REJECT,
  RESOLVE,
  TEXT,
  type Task,
  WAITING_FOR,
  type WaitingFor,
} from '../kernel/index.js';
import type { BrokenExecutorError } from './wire/broken-executor-error.js';
import { type CallSite, framesOf } from './wire/call-site.js';
import { thrownValue } from './wire/thrown.js';
import type { Answer, Call, WireRequest } from './wire/wire.js';

/** How a job is treated. Given to an executor for all its jobs, or to `executor.with(options)` for some. */
export interface JobOptions {
  /** The name of the task. Default: that of the function, or `anonymous`. */
  readonly name?: string | undefined;
  /** How long a job may go on after it was asked to cancel, in ms, before it is killed. Default: 1000. */
  readonly grace?: number | undefined;
  /**
   * It may run twice: it is started again, at most ten times, if through no fault of its own its worker was lost, by a late error of
   * an earlier job or by a signal from elsewhere. Arguments are copied then; one with `transfer` is not started again.
   * Default: false.
   */
  readonly idempotent?: boolean | undefined;
}

/** What a job asks of the executor that it is of. @internal */
export interface JobOwner {
  /** True if it will certainly not be started. */
  withdraw(job: Job<unknown>): boolean;
  askToCancel(job: Job<unknown>): void;
  kill(job: Job<unknown>): void;
  /** Through no fault of its own the job lost its worker, and may run again. */
  restart(job: Job<unknown>): void;
  ended(job: Job<unknown>): void;
}

/**
 * A call on its way: waiting, then running in a worker, then ended. It is the future that the task given to the user awaits, so
 * cancelling that task asks the job.
 *
 * ```
 * waiting ─ cancel ─────────────────────────────────────▶ cancelled, never started
 *   │
 * running ─ cancel ─▶ asked (signal) ─▶ it stops ───────▶ cancelled
 *   │                      │          ─▶ it returns ─────▶ its value: it refused
 *   │                      │          ─▶ it throws ──────▶ that error
 *   │                      └─ grace ms ─▶ killed ────────▶ cancelled
 *   └─▶ answered, or its worker was lost
 * ```
 *
 * @internal
 */
export class Job<R> extends Future<R> {
  readonly call: Call;
  /** What of the arguments is handed over instead of copied. */
  readonly transfer: readonly unknown[];
  readonly options: JobOptions;
  /** Tells the job from others in messages; given by the engine. */
  id = 0;
  /** Where it was submitted, for the stacks of its errors. */
  readonly place: CallSite;
  readonly #owner: JobOwner;
  #task: Task<unknown> | null = null;
  #request: CancelRequest | null = null;
  #started = false;
  #restarts = 0;
  #graceTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    loop: EventLoop,
    owner: JobOwner,
    call: Call,
    transfer: readonly unknown[],
    options: JobOptions,
    place: CallSite,
  ) {
    super(loop);
    this.#owner = owner;
    this.call = call;
    this.transfer = transfer;
    this.options = options;
    this.place = place;
  }

  /** The task that the user has. */
  set task(task: Task<unknown>) {
    this.#task = task;
  }

  /** How it was asked to cancel, or null. */
  get request(): WireRequest | null {
    if (this.#request === null) return null;
    const { message, requester } = this.#request;
    return { ...(message === undefined ? {} : { message }), ...(requester === undefined ? {} : { requester }) };
  }

  /** @internal */
  override [TEXT](): string {
    return `<Job ${this.done() ? 'ended' : this.#started ? 'running' : 'waiting'} ${this.call.name}()>`;
  }

  /** @internal */
  override [WAITING_FOR](): WaitingFor {
    return { futures: [], foreign: this[TEXT](), underWay: true };
  }

  /** It has not been started. */
  get waiting(): boolean {
    return !this.#started && !this.done();
  }

  /** As if the user had cancelled the task. */
  cancelTask(message: string): void {
    this.#task?.cancel(message);
  }

  // ---- told by the engine ---------------------------------------------------------------------------------------

  /** A worker has it. */
  started(): void {
    this.#started = true;
  }

  /** The function reported progress. */
  reported(value: unknown): void {
    this.#task?.report(value);
  }

  answered(answer: Answer): void {
    if (this.done()) return;
    this.#end();
    if ('value' in answer) this[RESOLVE](answer.value as R);
    else if ('cancelled' in answer) this[CANCELLED](this.#request);
    else this[REJECT](thrownValue(answer.thrown, this.place));
  }

  /**
   * The worker was lost, and the answer with it.
   *
   * @param innocent the job has nothing to do with it
   */
  broke(error: BrokenExecutorError, innocent = false): void {
    if (this.done()) return;
    if (this.#request !== null) {
      this.#end();
      this[CANCELLED](this.#request);
    } else if (innocent && this.#mayRunAgain()) {
      this.#restarts++;
      this.#started = false;
      this.#owner.restart(this);
    } else {
      this.#end();
      const frames = framesOf(this.place);
      if (frames) error.stack = `${error.name}: ${error.message}\n${frames}`;
      this[REJECT](error);
    }
  }

  #mayRunAgain(): boolean {
    // what was handed over is gone
    return this.options.idempotent === true && this.transfer.length === 0 && this.#restarts < MOST_RESTARTS;
  }

  /** It could not be sent to a worker. */
  failedBy(error: unknown): void {
    if (this.done()) return;
    this.#end();
    this[REJECT](error);
  }

  #end(): void {
    clearTimeout(this.#graceTimer);
    this.#owner.ended(this);
  }

  // ---- told by the task -----------------------------------------------------------------------------------------

  override [CANCEL](request: CancelRequest): boolean {
    if (this.done()) return false;
    if (this.#request !== null) return true; // it is being asked already; after the grace it is killed
    this.#request = request;
    if (!this.#started && this.#owner.withdraw(this)) {
      this.#end();
      this[CANCELLED](request);
      return true;
    }
    const { grace } = this.options;
    this.#owner.askToCancel(this);
    if (grace !== Infinity && !this.done()) {
      const kill = () => this.#owner.kill(this);
      this.#graceTimer = setTimeout(kill, Math.min(grace ?? DEFAULT_GRACE, LONGEST));
    }
    return true;
  }
}

export const DEFAULT_GRACE = 1000;

/** A job that loses its workers more often than this is taken to be the cause. */
const MOST_RESTARTS = 10;
