import { Piscina, type TaskQueue } from 'piscina';
import type { Call, Job } from '../jobs/index.js';
import { Line } from '../sync/index.js';

/** A job at piscina. @internal */
export class ThreadRun {
  readonly job: Job<unknown>;
  /** What the thread gets. piscina shows us the property with this symbol; it does not travel. */
  readonly message: readonly [id: number, call: Call];
  /** What piscina has made of it, when it waits. */
  task: PiscinaTask | null = null;
  /** The id of the thread that has it. */
  thread = -1;

  constructor(job: Job<unknown>) {
    this.job = job;
    this.message = Object.assign([job.id, job.call] as const, { [key]: this });
  }
}

const key: symbol = Piscina.queueOptionsSymbol;

type PiscinaTask = NonNullable<ReturnType<TaskQueue['shift']>>;

/** The job that piscina means; null: none, a thread was only to be started. @internal */
export function runOf(task: object): ThreadRun | null {
  return (task as Record<symbol, ThreadRun | null>)[key] ?? null;
}

/** What waits at piscina, first come, first served. @internal */
export class WaitingRuns implements TaskQueue {
  /** What was taken out and did not find a thread: it comes before all others. */
  readonly #first: PiscinaTask[] = [];
  readonly #others = new Line<PiscinaTask>();

  get size(): number {
    return this.#first.length + this.#others.length;
  }

  push(task: PiscinaTask): void {
    this.#others.push(known(task));
  }

  unshift(task: PiscinaTask): void {
    this.#first.push(known(task));
  }

  shift(): PiscinaTask | null {
    return this.#first.pop() ?? this.#others.shift() ?? null;
  }

  remove(): void {} // piscina's own way, by abort signals

  withdraw(run: ThreadRun): boolean {
    if (run.task === null) return false;
    const index = this.#first.indexOf(run.task);
    if (index === -1) return this.#others.remove(run.task);
    this.#first.splice(index, 1);
    return true;
  }

  clear(): ThreadRun[] {
    const runs = [...this.#first.splice(0), ...this.#others.clear()].map(runOf);
    return runs.filter((run) => run !== null);
  }
}

/** Its run knows what to look for here. */
function known(task: PiscinaTask): PiscinaTask {
  const run = runOf(task);
  if (run !== null) run.task = task;
  return task;
}
