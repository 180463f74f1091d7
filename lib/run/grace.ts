import type { EventLoop, Task, TimerHandle } from '../kernel/index.js';

/** The time that cancelled work may take: then the loop is stopped. @internal */
export class Grace {
  readonly #loop: EventLoop;
  readonly #ms: number | undefined;
  #timer: TimerHandle | null = null;
  #over = false;

  constructor(loop: EventLoop, ms: number | undefined) {
    this.#loop = loop;
    this.#ms = ms;
  }

  readonly begin = () => {
    if (this.#ms === undefined || this.#timer !== null) return;
    this.#timer = this.#loop.callLater(this.#ms, () => {
      this.#over = true;
      this.#loop.stop();
    });
  };

  /** Takes the timer back. Was the time over? */
  end(): boolean {
    this.#timer?.cancel();
    return this.#over;
  }
}

/** Names a task that is left behind. @internal */
export function reportStuck(task: Task<unknown>, grace: number | undefined): void {
  task.loop.callExceptionHandler({
    kind: 'stuck',
    message: `a task has not ended ${grace} ms after it was cancelled, and is left behind`,
    task,
  });
}
