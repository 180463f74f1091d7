import {
  type Answer,
  BrokenExecutorError,
  type Engine,
  type Job,
  JobRunner,
  uncloneableResult,
} from '../jobs/index.js';
import { Line } from '../sync/index.js';

/**
 * Jobs in this very thread, one at a time. Arguments and results are copied as everywhere, so that what works here works in
 * workers. A function that never ends cannot be killed: its job is given up, and the next one begins.
 *
 * @internal
 */
export class InlineEngine implements Engine {
  readonly capacity = 1;
  readonly #waiting = new Line<Job<unknown>>();
  #running: Job<unknown> | null = null;
  #lastId = 0;
  #runner = this.#makeRunner();

  start(job: Job<unknown>): void {
    job.id = ++this.#lastId;
    this.#waiting.push(job);
    this.#next();
  }

  withdraw(job: Job<unknown>): boolean {
    return this.#waiting.remove(job);
  }

  cancel(job: Job<unknown>): void {
    this.#runner.cancel(job.id, job.request!);
  }

  kill(job: Job<unknown>): void {
    this.#running = null;
    this.#runner = this.#makeRunner();
    job.broke(new BrokenExecutorError(`'${job.call.name}' runs in this thread and cannot be killed`, 'lost'));
    this.#next();
  }

  async close(): Promise<void> {}

  /** What a job reports that was given up is not heard. */
  #makeRunner(): JobRunner {
    const report = (id: number, value: unknown) => {
      const copy = structuredClone(value);
      if (this.#running?.id === id) this.#running.reported(copy);
    };
    return new JobRunner({ report });
  }

  #next(): void {
    if (this.#running !== null) return;
    const job = this.#waiting.shift();
    if (job === undefined) return;
    this.#running = job;
    job.started();
    // Never in the call of `submit` itself: the function may block, and who submits goes on first, as everywhere.
    void Promise.resolve()
      .then(() => this.#runner.run(job.id, job.call))
      .then(({ answer, transfer }) => {
        if (this.#running !== job) return; // it was given up
        this.#running = null;
        job.answered(copied(job.call.name, answer, transfer));
        this.#next();
      });
  }
}

function copied(name: string, answer: Answer, transfer: readonly Transferable[] = []): Answer {
  if (!('value' in answer)) return answer;
  try {
    return { value: structuredClone(answer.value, { transfer: [...transfer] }) };
  } catch (error) {
    return { thrown: uncloneableResult(name, error) };
  }
}
