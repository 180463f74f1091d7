import { type ChildProcess, fork } from 'node:child_process';
import type { QueueWorkerOptions } from 'rxtasks/queue';
import { workUrl } from '../support/work.js';
import { closeWorker, forkWorker } from './worker-process.js';

/** Workers in processes of their own, which are there again soon when they are lost. */
export class Workers implements AsyncDisposable {
  readonly #options: QueueWorkerOptions;
  readonly #children = new Map<number, ChildProcess>();
  #isEnding = false;

  constructor(count: number, options: QueueWorkerOptions) {
    this.#options = { modules: [workUrl('jobs').href], ...options };
    for (let i = 0; i < count; i++) this.#start();
  }

  get pids(): number[] {
    return [...this.#children.keys()];
  }

  /** Kills one. False if there is none of that id. */
  kill(pid: number): boolean {
    return this.#children.get(pid)?.kill('SIGKILL') ?? false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnding = true;
    await Promise.all([...this.#children.values()].map(closeWorker));
  }

  #start(): void {
    const child = forkWorker();
    const pid = child.pid!;
    this.#children.set(pid, child);
    child.send(this.#options, () => {}); // it may be killed before
    child.on('error', () => {});
    child.once('exit', () => {
      this.#children.delete(pid);
      if (!this.#isEnding) this.#start();
    });
  }
}

/** The command, as it is installed. */
export function command(...args: string[]): ChildProcess {
  const bin = workUrl('../../lib/queue/bin').pathname;
  return fork(bin, ['worker', ...args], { execArgv: ['--no-warnings'], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
}
