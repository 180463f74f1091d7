import { Piscina, type TaskQueue } from 'piscina';
import type { Call, Job } from '../jobs/index.js';

/** A job at piscina. @internal */
export class Run {
  readonly job: Job<unknown>;
  /** What the thread gets. piscina shows us the property with this symbol; it does not travel. */
  readonly message: readonly [id: number, call: Call];
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
export function runOf(task: object): Run | null {
  return (task as Record<symbol, Run | null>)[key] ?? null;
}

/** What waits at piscina, first come, first served; what is no longer wanted is taken out in constant time. @internal */
export class WaitingRuns implements TaskQueue {
  /** What was taken out and did not find a thread: it comes before all others. */
  readonly #first: PiscinaTask[] = [];
  readonly #others = new Map<Run | null, PiscinaTask>();

  get size(): number {
    return this.#first.length + this.#others.size;
  }

  push(task: PiscinaTask): void {
    this.#others.set(runOf(task), task);
  }

  unshift(task: PiscinaTask): void {
    this.#first.push(task);
  }

  shift(): PiscinaTask | null {
    if (this.#first.length > 0) return this.#first.pop()!;
    for (const [run, task] of this.#others) {
      this.#others.delete(run);
      return task;
    }
    return null;
  }

  remove(): void {} // piscina's own way, by abort signals

  withdraw(run: Run): boolean {
    const index = this.#first.findIndex((task) => runOf(task) === run);
    if (index === -1) return this.#others.delete(run);
    this.#first.splice(index, 1);
    return true;
  }

  clear(): Run[] {
    const runs = [...this.#first.splice(0).map(runOf), ...this.#others.keys()];
    this.#others.clear();
    return runs.filter((run) => run instanceof Run);
  }
}
