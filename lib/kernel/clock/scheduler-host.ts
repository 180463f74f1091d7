import type { SchedulerLike, Subscription } from 'rxjs';
import { type Host, LONGEST } from './host.js';
import { got } from '../ground/text.js';
import { isVirtual } from './virtual-flush.js';

/**
 * An RxJS scheduler as host. On a virtual one (VirtualTimeScheduler, TestScheduler) whole iterations run in one action,
 * so that no other action of the same frame comes between two steps of a task.
 *
 * @internal
 */
export class SchedulerHost implements Host {
  readonly drains: boolean;
  readonly virtual: boolean;
  readonly #scheduler: SchedulerLike;
  readonly #turn: () => void;
  /** What schedulers in real time take is what `setTimeout` takes: a longer delay is armed again. */
  readonly #longest: number;
  #timer: Subscription | undefined;
  #held: ReturnType<typeof setInterval> | undefined;
  #armed: number | undefined;

  constructor(scheduler: SchedulerLike, turn: () => void) {
    assertDeferring(scheduler);
    this.#scheduler = scheduler;
    this.#turn = turn;
    this.drains = this.virtual = isVirtual(scheduler);
    this.#longest = this.drains ? Infinity : LONGEST;
  }

  now(): number {
    return this.#scheduler.now();
  }

  epoch(): number {
    return this.#scheduler.now();
  }

  soon(): void {
    this.#scheduler.schedule(this.#turn, 0);
  }

  lost(): boolean {
    return false;
  }

  idle(): void {}

  at(deadline: number | undefined): void {
    if (deadline !== undefined && this.#armed !== undefined && this.#armed <= deadline) return;
    this.#timer?.unsubscribe();
    this.#armed = deadline === Infinity ? undefined : deadline;
    if (this.#armed === undefined) return;
    this.#timer = this.#scheduler.schedule(
      () => {
        this.#armed = undefined;
        this.#turn();
      },
      Math.min(this.#longest, Math.max(0, this.#armed - this.now())),
    );
  }

  /** Virtual time has nothing to wait for. */
  hold(): void {
    if (!this.drains) this.#held ??= setInterval(() => {}, LONGEST);
  }

  release(): void {
    clearInterval(this.#held);
    this.#held = undefined;
  }
}

function assertDeferring(scheduler: unknown): asserts scheduler is SchedulerLike {
  const { schedule, now } = (scheduler ?? {}) as Partial<SchedulerLike>;
  if (typeof schedule !== 'function' || typeof now !== 'function') {
    throw new TypeError(`new EventLoop({ scheduler }): expected an RxJS scheduler, got ${got(scheduler)}`);
  }
  let inside = true;
  let ran = false;
  const probe = (scheduler as SchedulerLike).schedule(() => {
    ran ||= inside;
  }, 0);
  inside = false;
  probe.unsubscribe();
  if (ran) {
    throw new TypeError(
      'new EventLoop({ scheduler }): this scheduler runs work inside of schedule(), as queueScheduler does; a loop needs ' +
        'one that defers it, such as asapScheduler, asyncScheduler or a VirtualTimeScheduler',
    );
  }
}
