import { type InternalOptions, SCHEDULE, type Task, type Timer, UNSCHEDULE } from '../../kernel/index.js';
import { type ClockOwner, RunClock } from '../clock/run-clock.js';
import type { RealHost } from '../clock/real-host.js';
import { WatchedLoop } from '../reports/watched-loop.js';

/** What a RunLoop is made with. */
export interface RunLoopOptions extends Pick<InternalOptions, 'debug' | 'asyncContext'> {
  readonly real: RealHost;
  readonly requests: (() => boolean) | null;
  readonly owner: Omit<ClockOwner, 'isRunning' | 'feed'>;
}

/**
 * The loop of a `runVirtual`: its timers are in the queue of the clock, beside those of `setTimeout`.
 *
 * @internal
 */
export class RunLoop extends WatchedLoop {
  readonly clock: RunClock;
  /** Timers that were due when they were scheduled: they are in the queue of the loop itself. */
  readonly #direct = new WeakSet<Timer>();
  /** The first task that is made here. */
  main: Task<unknown> | undefined;

  constructor({ real, requests, owner, ...options }: RunLoopOptions) {
    let made: RunClock | undefined;
    super({
      ...options,
      live: false,
      host: (turn) =>
        (made = new RunClock(
          turn,
          real,
          {
            ...owner,
            isRunning: () => this.isRunning(),
            feed: (timer) => this.#feed(timer),
          },
          requests,
        )),
    });
    this.clock = made!;
  }

  override [SCHEDULE](timer: Timer): void {
    if (timer.deadline <= this.time()) {
      this.#direct.add(timer);
      super[SCHEDULE](timer);
    } else if (timer.deadline < Infinity) {
      this.clock.push(timer);
    }
  }

  /** Its time has come: the next iteration runs it. */
  #feed(timer: Timer): void {
    super[SCHEDULE](timer);
  }

  override [UNSCHEDULE](timer: Timer): void {
    if (this.#direct.has(timer)) super[UNSCHEDULE](timer);
    else this.clock.drop(timer);
  }

  protected override created(task: Task<unknown>): void {
    super.created(task);
    if (this.main !== undefined) return;
    this.main = task;
    task.name = 'main';
  }
}
