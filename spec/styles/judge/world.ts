import {
  Event,
  EventLoop,
  ExceptionGroup,
  Lock,
  Queue,
  Semaphore,
  type Task,
  type TaskFunction,
  isCancelled,
  run,
} from 'rxtasks';
import { Clock } from './clock.js';
import type { Story } from './story.js';

/** The failure of a program, as against mistakes. */
export class Failure extends Error {
  override readonly name = 'Failure';
}

/** An error as a text: what all styles must agree about. */
export function errorText(error: unknown): string {
  if (isCancelled(error)) return 'CancelledError';
  if (error instanceof ExceptionGroup) return `ExceptionGroup(${error.errors.map(errorText).sort().join(', ')})`;
  if (error instanceof Failure) return `Failure ${error.message}`;
  return error instanceof Error ? error.name : String(error);
}

/** One run of a program: its clock and loop, what its bodies share, and what is noted of them. */
export class World {
  readonly clock = new Clock();
  readonly lock = new Lock();
  readonly semaphore = new Semaphore(2);
  readonly queue = new Queue<string>(1);
  readonly event = new Event();
  readonly tasks = new Map<string, Task<unknown>>();
  readonly signals = new Map<string, AbortController>();
  /** Main is over: what is left is cancelled, and who was asked is not asked again. */
  closing = false;
  /** Two timers were set for one moment. */
  tied = false;
  readonly #events = new Map<string, string[]>();
  readonly #unordered = new Set<string>();
  readonly #active = new Set<string>();
  /** The run is. */
  #over = false;
  #left: readonly string[] = [];
  #sharedEnd: number | null = null;
  readonly #overAt = new Map<string, number>();
  readonly #abandoned = new Set<string>();
  readonly #ends = new Map<string, string>();
  readonly #reports: string[] = [];
  readonly #uncaught: string[] = [];
  /** Who has begun, or was made, at the moment `#beginAt`. */
  readonly #beginners: string[] = [];
  #beginAt = -1;
  readonly #moments = new Set<number>();
  #loop: EventLoop | undefined;

  get loop(): EventLoop {
    return this.#loop!;
  }

  /** What an operator gives: within a moment the order is nobody's. */
  value(label: string, value: unknown): void {
    this.#unordered.add(label);
    this.note(label, `value ${String(value)}`);
  }

  note(label: string, event: string): void {
    const events = this.#events.get(label) ?? [];
    this.#events.set(label, events);
    events.push(`${this.clock.now()} ${event}`);
  }

  begin(label: string, noted: boolean): void {
    if (noted) this.note(label, 'begins');
    this.#active.add(label);
    this.made(label);
  }

  /**
   * Somebody asks for his own end at once. How far others are that have begun at this very moment is different in each style;
   * only those around him are where they are.
   */
  ask(label: string): void {
    const others = this.#beginners.filter((other) => other !== label && !label.startsWith(`${other}/`));
    this.tied ||= this.#beginAt === this.clock.now() && others.length > 0;
  }

  /** It is on its way: a body, or what runs one. */
  made(label: string): void {
    if (this.#beginAt !== this.clock.now()) this.#beginners.length = 0;
    this.#beginAt = this.clock.now();
    this.#beginners.push(label);
  }

  over(label: string): void {
    this.#active.delete(label);
    this.#overAt.set(label, this.clock.now());
  }

  /** It was left behind, and runs on. */
  orphan(label: string): void {
    this.#active.add(label);
  }

  /** A pipeline was unsubscribed from: what it has started may still clean up. */
  leave(label: string): void {
    if (this.#active.has(label)) this.#abandoned.add(label);
  }

  /** Something is to happen in `ms` from now: no two things at one moment, whose order would differ between styles. */
  moment(ms: number): number {
    if (ms > 0) {
      const at = this.clock.now() + ms;
      this.tied ||= this.#moments.has(at);
      this.#moments.add(at);
    }
    return ms;
  }

  native(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.setTimeout(resolve, ms));
  }

  watch(label: string, task: Task<unknown>): void {
    this.tasks.set(label, task);
    this.made(label);
    // Nobody waits for what is started while the run ends: it is cut off somewhere.
    this.tied ||= this.closing;
    task.addDoneCallback(() => this.#ends.set(label, `${this.clock.now()} `));
  }

  report(kind: string, exception: unknown): void {
    if (this.#over) return; // of what was left behind
    this.#reports.push(exception === undefined ? kind : `${kind} ${errorText(exception)}`);
  }

  async run(main: TaskFunction<unknown>, asyncContext: boolean): Promise<Story> {
    const restore = this.clock.install();
    const onRejection = (error: unknown) => void this.#uncaught.push(errorText(error));
    process.on('unhandledRejection', onRejection);
    try {
      let ended = '';
      const watched: TaskFunction<unknown> = (task: Task<unknown>) => {
        task.addDoneCallback(() => this.#mainEnded(task));
        return main(task) as never;
      };
      run(watched, { handleSignals: false, loopFactory: () => this.#makeLoop(asyncContext) }).then(
        (value) => (ended = this.#runEnded(String(value))),
        (error: unknown) => (ended = this.#runEnded(errorText(error))),
      );
      const quiet = await this.clock.drain();
      const over = ended !== '';
      const story = this.#story(over ? ended : quiet ? 'waits for ever' : 'goes on for ever');
      if (!over) await this.#abandon();
      return story;
    } finally {
      restore();
      process.off('unhandledRejection', onRejection);
    }
  }

  #mainEnded(task: Task<unknown>): void {
    this.closing = true;
    this.#left = [...this.#active].sort();
    // Main ends by value at a moment of its own; by an error it shares the moment with what that error ends, too.
    if (task.cancelled() || task.exception() !== null) this.#sharedEnd = this.clock.now();
  }

  #runEnded(outcome: string): string {
    this.#over = true;
    return `${this.clock.now()} ${outcome}`;
  }

  #makeLoop(asyncContext: boolean): EventLoop {
    const loop = new EventLoop({ scheduler: this.clock, asyncContext, live: false } as object);
    loop.setExceptionHandler((_, { kind, exception }) => this.report(kind, exception));
    this.#loop = loop;
    return loop;
  }

  /** A run that never ends is stopped, so that another program can run. */
  async #abandon(): Promise<void> {
    for (let rounds = 0; rounds < 5 && this.loop.isRunning(); rounds++) {
      this.loop.stop();
      this.loop.callSoon(() => {});
      await this.clock.drain();
    }
  }

  #story(main: string): Story {
    const { lock, semaphore, queue } = this;
    const held = [
      ...(lock.locked() ? ['lock'] : []),
      ...(semaphore.locked() ? ['semaphore'] : []),
      ...Array.from({ length: queue.qsize() }, () => `item ${queue.getNowait()}`),
    ];
    return {
      events: Object.fromEntries(
        [...this.#events]
          .map(([label, events]): [string, string[]] => [
            label,
            this.#unordered.has(label)
              ? [...events].sort((a, b) => parseFloat(a) - parseFloat(b) || (a < b ? -1 : 1))
              : [...events],
          ])
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
      tasks: Object.fromEntries([...this.tasks].map(([label, task]) => [label, this.#end(label, task)]).sort()),
      main,
      abandoned: [...this.#abandoned].sort(),
      leftByMain: this.#left.filter((label) => this.#overAt.get(label) !== this.#sharedEnd),
      leftByRun: [...this.#active].sort(),
      held,
      reports: [...this.#reports].sort(),
      uncaught: [...this.#uncaught, ...this.clock.thrown.map(errorText)].sort(),
    };
  }

  #end(label: string, task: Task<unknown>): string {
    if (!task.done()) return 'pending';
    const at = this.#ends.get(label) ?? `${this.#overAt.get(label)} `;
    if (task.cancelled()) return `${at}cancelled`;
    const error = task.exception();
    return `${at}${error === null ? `value ${String(task.result())}` : errorText(error)}`;
  }
}
