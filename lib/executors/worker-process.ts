import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  BrokenExecutorError,
  type CancelMessage,
  DEFAULT_GRACE,
  type Job,
  type LostMessage,
  type WorkerMessage,
  unpackValue,
  workerFile,
} from '../jobs/index.js';
import { reportLost } from './report-lost.js';
import { uncaught } from './uncaught.js';
import type { WorkerOf } from './workers-engine.js';

/** Who has a process. @internal */
export interface WorkerProcessOwner {
  /** It has done its job and takes another. */
  free(): void;
  /** It takes no more jobs, but is still there. */
  lost(): void;
  exited(): void;
}

/** A process by `child_process.fork`, and the job that runs in it. @internal */
export class WorkerProcess implements WorkerOf {
  readonly child: ChildProcess;
  readonly exited: Promise<void>;
  job: Job<unknown> | null = null;
  readonly #owner: WorkerProcessOwner;
  #closing = false;
  /** It takes no more jobs. */
  #lastJob = false;
  #lost: LostMessage['lost'] | undefined;
  #error: unknown;

  constructor(execArgv: readonly string[] | undefined, owner: WorkerProcessOwner) {
    this.#owner = owner;
    this.child = fork(fileURLToPath(workerFile('process')), {
      serialization: 'advanced',
      ...(execArgv === undefined ? {} : { execArgv: [...execArgv] }),
    });
    this.child.on('message', (message: WorkerMessage | null) => this.#hear(message));
    this.child.on('error', (error) => (this.#error = error));
    this.exited = new Promise((resolve) => {
      const exited = (code: number | null, signal: string | null) => {
        this.#exit(code, signal);
        resolve();
      };
      // 'close' comes when the channel is empty too: what the process said last has been heard by then
      this.child.on('close', exited);
      // but never comes if the channel was closed from here
      this.child.on('exit', (code, signal) => {
        if (!this.#closing) return;
        this.child.off('close', exited);
        exited(code, signal);
      });
    });
    this.#hold(false);
    endWithThisProcess(this);
  }

  run(job: Job<unknown>): void {
    this.job = job;
    this.#hold(true);
    job.started();
    this.send({ id: job.id, call: job.call });
  }

  send(message: CancelMessage | { readonly id: number; readonly call: Job<unknown>['call'] }): void {
    this.child.send(message, () => {}); // a process that has gone tells so by its exit
  }

  /** Ends it; if its job has answered at the last moment, no other gets into it. */
  kill(): void {
    this.#leave();
    this.child.kill('SIGKILL');
  }

  /** It takes no more jobs; its end is waited for, since it makes room for another. */
  #leave(): void {
    this.#lastJob = true;
    this.#hold(true);
    this.#owner.lost();
  }

  /** Lets it go; it ends by itself, unless something that a job left behind does not let go. */
  close(): Promise<void> {
    this.#hold(true);
    this.#closing = true;
    const { connected, exitCode, signalCode } = this.child;
    if (connected && exitCode === null && signalCode === null) this.child.disconnect();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), DEFAULT_GRACE);
    return this.exited.finally(() => clearTimeout(timer));
  }

  /** An idle process does not keep this one alive. */
  #hold(on: boolean): void {
    if (on) {
      this.child.ref();
      this.child.channel?.ref();
    } else {
      this.child.unref();
      this.child.channel?.unref();
    }
  }

  #hear(message: WorkerMessage | null): void {
    if (typeof message !== 'object' || message === null) return; // what the function itself sends is not for us
    const { job } = this;
    if ('report' in message) {
      if (message.report === job?.id) job.reported(unpackValue(message.value));
    } else if ('answer' in message) {
      if (message.id !== job?.id) return;
      this.job = null;
      if (!this.#lastJob) {
        this.#hold(false);
        this.#owner.free();
      }
      const { answer } = message;
      job.answered('value' in answer ? { value: unpackValue(answer.value) } : answer);
    } else if ('lost' in message) {
      this.#lost = message.lost;
      this.#leave();
    }
  }

  #exit(code: number | null, signal: string | null): void {
    const { job } = this;
    const lost = this.#lost;
    this.job = null;
    this.#owner.exited();
    if (job === null) {
      if (lost !== undefined) reportLost(lost);
    } else if (lost === undefined) {
      job.broke(gone(job, code, signal, this.#error), signal !== null && FROM_ELSEWHERE.has(signal));
    } else {
      job.broke(...uncaught(job, lost, 'process'));
    }
  }
}

const live = new Set<WorkerProcess>();

/** Idle processes end by themselves when this one does; one that computes and never lets go has to be ended. */
function endWithThisProcess(worker: WorkerProcess): void {
  if (live.size === 0) process.on('exit', killLive);
  live.add(worker);
  void worker.exited.then(() => {
    live.delete(worker);
    if (live.size === 0) process.off('exit', killLive);
  });
}

function killLive(): void {
  for (const { child } of live) child.kill('SIGKILL');
}

/** What Node ends with when V8 finds no more memory, by itself or by the shell's account of the signal. */
const OUT_OF_MEMORY_CODE = 134;

/** Signals that a process does not get for what it does. */
const FROM_ELSEWHERE: ReadonlySet<string> = new Set(['SIGKILL', 'SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT']);

function gone(job: Job<unknown>, code: number | null, signal: string | null, cause: unknown): BrokenExecutorError {
  const { name } = job.call;
  if (signal === 'SIGABRT' || code === OUT_OF_MEMORY_CODE) {
    const message = `the process was aborted (${signal ?? `code ${code}`}), most likely for lack of memory, while '${name}' ran in it`;
    return new BrokenExecutorError(message, 'memory', { exitCode: code ?? undefined, signal: signal ?? undefined });
  }
  const how =
    code === null && signal === null
      ? 'could not be started'
      : signal
        ? `was ended by ${signal}`
        : `exited with code ${code}`;
  return new BrokenExecutorError(`the process ${how} while '${name}' ran in it`, 'exit', {
    exitCode: code ?? undefined,
    signal: signal ?? undefined,
    ...(cause === undefined ? {} : { cause }),
  });
}
