import type { Job } from '../jobs/index.js';
import { WorkerProcess } from './worker-process.js';
import { WorkersEngine } from './workers-engine.js';

/**
 * Processes, one job at a time in each. One is killed by SIGKILL, and makes room for another when it has exited.
 *
 * @internal
 */
export class ProcessEngine extends WorkersEngine<WorkerProcess> {
  readonly bytesOnly = true;
  readonly #execArgv: readonly string[] | undefined;

  constructor(size: number, execArgv: readonly string[] | undefined) {
    super(size);
    this.#execArgv = execArgv;
  }

  kill(job: Job<unknown>): void {
    this.workerOf(job)?.kill();
  }

  async close(): Promise<void> {
    await Promise.all([...this.workers].map((worker) => worker.close()));
  }

  protected makeWorker(): WorkerProcess {
    const worker: WorkerProcess = new WorkerProcess(this.#execArgv, {
      free: () => this.freed(worker),
      lost: () => this.lost(worker),
      exited: () => this.gone(worker),
    });
    return worker;
  }
}
