import { type MessagePort, receiveMessageOnPort, type ResourceLimits, type Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { type Answer, BrokenExecutorError, type Engine, type Job, here, thrownValue } from '../jobs/index.js';
import type { CancelMessage, LostMessage, WorkerMessage } from '../jobs/index.js';
import { reportLost } from './report-lost.js';

/**
 * Threads by piscina: it starts and replaces them, wakes them, and carries calls and answers.
 *
 * ```
 * start(job) ──▶ piscina.run([id, call]) ──▶ thread ──▶ answer ───────────────────────▶ job.answered
 *                                              │  └────▶ "look at the control port" ──▶ reports, then job.answered
 * cancel(job) ─▶ to all control ports ─────────┘ the thread that has the job hears it
 * kill(job) ───▶ aborts piscina's run: it ends that thread
 * ```
 *
 * The control port of a thread is offered by the thread when it starts (jobs/worker/thread.ts).
 *
 * @internal
 */
export class ThreadEngine implements Engine {
  readonly capacity: number;
  readonly #pool: Piscina;
  readonly #ports = new Map<number, MessagePort>();
  readonly #runs = new Map<number, Run>();
  /** Answers that came through a control port, until piscina says so. */
  readonly #answers = new Map<number, Answer>();
  /** Which jobs ran when an error that nobody caught ended their threads. */
  readonly #lost = new Map<number, LostMessage['lost']>();
  readonly #dying = new Set<Promise<unknown>>();
  #lastId = 0;

  constructor(size: number, resourceLimits: ResourceLimits | undefined) {
    this.capacity = size;
    this.#pool = new Piscina({
      filename: new URL(`./worker/thread${here.endsWith('.ts') ? '.ts' : '.js'}`, here).href,
      minThreads: 0,
      maxThreads: size,
      idleTimeout: Infinity,
      concurrentTasksPerWorker: 1,
      recordTiming: false,
      ...(resourceLimits === undefined ? {} : { resourceLimits }),
    });
    this.#pool.on('message', (message: { rxtasks?: MessagePort; thread: number }) => {
      if (message.rxtasks !== undefined) this.#listen(message.thread, message.rxtasks);
    });
    // An idle thread was lost: there is no job to tell. What ended it has come through its port.
    this.#pool.on('error', () => this.#startWaiting());
  }

  start(job: Job<unknown>): void {
    const run = new Run(job);
    job.id = ++this.#lastId;
    this.#runs.set(job.id, run);
    // piscina needs no more of a signal of the kind that emitters are than this; its type names all that an emitter has
    const options = { signal: run as unknown as AbortSignal, transferList: job.transfer as never };
    void this.#pool.run([job.id, job.call], options).then(
      (answer: Answer | number) => this.#answered(run, answer),
      (error: unknown) => this.#failed(run, error),
    );
  }

  cancel(job: Job<unknown>): void {
    const message: CancelMessage = { cancel: job.id, request: job.request! };
    for (const port of this.#ports.values()) port.postMessage(message);
  }

  kill(job: Job<unknown>): void {
    const run = this.#runs.get(job.id);
    if (run === undefined) return;
    const before = this.#pool.threads;
    run.abort();
    const after = new Set(this.#pool.threads);
    for (const thread of before) if (!after.has(thread)) this.#watchDying(thread);
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
    await Promise.all(this.#dying);
    for (const port of this.#ports.values()) port.close();
  }

  // ---- what piscina says ----------------------------------------------------------------------------------------

  #answered(run: Run, answer: Answer | number): void {
    const { job } = run;
    const { id } = job;
    this.#runs.delete(id);
    if (typeof answer !== 'number') return job.answered(answer);
    this.#drain(answer);
    const brought = this.#answers.get(id);
    this.#answers.delete(id);
    if (brought !== undefined) job.answered(brought);
    else job.broke(new BrokenExecutorError(`the answer of the job '${job.call.name}' was lost`, 'lost'));
  }

  #failed(run: Run, error: unknown): void {
    const { job } = run;
    this.#runs.delete(job.id);
    for (const thread of [...this.#ports.keys()]) this.#drain(thread);
    this.#answers.delete(job.id);
    const lost = this.#lost.get(job.id);
    this.#lost.delete(job.id);
    if (lost === undefined) job.broke(broken(job, error));
    else job.broke(uncaught(job, lost), lost.by !== undefined && lost.by.id !== job.id);
  }

  // ---- control ports --------------------------------------------------------------------------------------------

  #listen(thread: number, port: MessagePort): void {
    this.#ports.set(thread, port);
    port.on('message', (message: WorkerMessage) => this.#hear(message));
    port.on('close', () => this.#ports.delete(thread));
    port.unref(); // piscina keeps the process alive while a job runs
    for (const { job } of this.#runs.values()) {
      if (job.request !== null) port.postMessage({ cancel: job.id, request: job.request } satisfies CancelMessage);
    }
  }

  #drain(thread: number): void {
    const port = this.#ports.get(thread);
    if (port === undefined) return;
    for (let received; (received = receiveMessageOnPort(port)); ) this.#hear(received.message as WorkerMessage);
  }

  #hear(message: WorkerMessage): void {
    if ('report' in message) this.#runs.get(message.report)?.job.reported(message.value);
    else if ('answer' in message) this.#answers.set(message.id, message.answer);
    else if (message.lost.running !== undefined) this.#lost.set(message.lost.running, message.lost);
    else reportLost(message.lost);
  }

  /** piscina starts no thread for what waits when the one that it started for it is lost before it was ready. */
  #startWaiting(): void {
    if (this.#runs.size > 0 && this.#pool.threads.length === 0) {
      for (const run of [...this.#runs.values()]) run.abort();
    }
  }

  #watchDying(thread: Worker): void {
    const gone = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
    this.#dying.add(gone);
    void gone.then(() => this.#dying.delete(gone));
  }
}

/** One call of piscina's. It is its own abort signal, of the kind that costs no more than itself. */
class Run {
  readonly job: Job<unknown>;
  readonly aborted = false;
  #abort: (() => void) | undefined;

  constructor(job: Job<unknown>) {
    this.job = job;
  }

  abort(): void {
    this.#abort?.();
  }

  once(_event: string, listener: () => void): void {
    this.#abort = listener;
  }

  removeListener(): void {
    this.#abort = undefined;
  }
}

function broken(job: Job<unknown>, cause: unknown): BrokenExecutorError {
  const { name } = job.call;
  const { code, message } = cause as { code?: unknown; message?: unknown };
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new BrokenExecutorError(`the memory of the thread was full while '${name}' ran in it`, 'memory', { cause });
  }
  const exit = /worker exited with code: (-?\d+)/.exec(String(message));
  if (exit !== null) {
    const exitCode = Number(exit[1]);
    return new BrokenExecutorError(`the thread exited with code ${exitCode} while '${name}' ran in it`, 'exit', {
      exitCode,
    });
  }
  return new BrokenExecutorError(`the thread was lost while '${name}' ran in it`, 'uncaught', { cause });
}

function uncaught(job: Job<unknown>, { thrown, by }: LostMessage['lost']): BrokenExecutorError {
  const cause = thrownValue(thrown);
  const { name } = job.call;
  if (by === undefined || by.id === job.id) {
    return new BrokenExecutorError(`an error that nobody caught ended the thread while '${name}' ran in it`, 'uncaught', {
      cause,
    });
  }
  return new BrokenExecutorError(
    `a late error of the earlier job '${by.name}' (number ${by.id}) ended the thread in which '${name}' (number ${job.id}) ran; ` +
      'a job that may run twice can be submitted by executor.with({ idempotent: true })',
    'uncaught',
    { cause },
  );
}
