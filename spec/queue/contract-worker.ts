import type { ChildProcess } from 'node:child_process';
import { QueueExecutor, type QueueExecutorOptions, type QueueOptions, type QueueWorkerOptions } from 'rxtasks/queue';
import { workUrl } from '../support/work.js';
import { closeWorker, forkWorker } from './worker-process.js';

/**
 * Executors with a worker each, which comes and goes with its executor. It is a process of its own, as workers are: in this
 * one its tasks would be among all tasks.
 */
export class ServedExecutors {
  readonly #made: ServedExecutor[] = [];

  make(
    where: QueueOptions,
    options: Partial<QueueExecutorOptions>,
    worker: Partial<QueueWorkerOptions>,
  ): QueueExecutor {
    const child = forkWorker();
    child.send({ ...where, modules: [workUrl('jobs').href], ...worker } satisfies QueueWorkerOptions);
    const executor = new ServedExecutor({ ...where, ...options }, child);
    this.#made.push(executor);
    return executor;
  }

  /** Ends the workers of those that have been shut down. */
  async endWorkers(): Promise<void> {
    const ended = this.#made.filter((each) => each.isDown);
    await Promise.all(ended.map((each) => closeWorker(each.worker)));
    for (const each of ended) this.#made.splice(this.#made.indexOf(each), 1);
  }
}

class ServedExecutor extends QueueExecutor {
  isDown = false;
  readonly worker: ChildProcess;

  constructor(options: QueueExecutorOptions, worker: ChildProcess) {
    super(options);
    this.worker = worker;
  }

  override shutdown(...args: Parameters<QueueExecutor['shutdown']>) {
    this.isDown = true;
    return super.shutdown(...args);
  }
}
