import { MessagePort, type ResourceLimits, receiveMessageOnPort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { type Answer, BrokenExecutorError, type Engine, type Job, workerFile } from '../jobs/index.js';
import type { CancelMessage, LostMessage, WorkerMessage } from '../jobs/index.js';
import { reportLost } from './report-lost.js';
import { uncaught } from './uncaught.js';
import { ThreadRun, WaitingRuns, runOf } from './waiting-runs.js';

/**
 * Threads by piscina: it starts and replaces them, wakes them, and carries calls and answers.
 *
 * ```
 * start(job) ──▶ piscina.run([id, call]) ──▶ thread ──▶ answer ───────────────────────▶ job.answered
 *                                              │  └────▶ "look at the control port" ──▶ reports, then job.answered
 * cancel(job) ─▶ the thread's control port ────┘
 * kill(job) ───▶ ends the thread; piscina notices
 * ```
 *
 * piscina's own abort signals are not used: they kill at once, and jobs that wait lose their order. Which thread a job
 * gets is heard where piscina asks for it, from its load balancer; which jobs wait is in a queue of ours that it takes them from.
 *
 * The control port of a thread is offered by the thread when it starts (jobs/worker/thread.ts).
 *
 * @internal
 */
export class ThreadEngine implements Engine {
  readonly capacity: number;
  readonly #pool: Piscina;
  readonly #waiting = new WaitingRuns();
  /** Those that have not ended, by the id of the job. */
  readonly #runs = new Map<number, ThreadRun>();
  /** By the id of the thread. */
  readonly #ports = new Map<number, MessagePort>();
  /** Answers that came through a control port, until piscina says so. */
  readonly #answers = new Map<number, Answer>();
  /** Those that have been answered through ports of threads that have not been offered yet. */
  readonly #early = new Map<ThreadRun, number>();
  /** Which jobs ran when an error that nobody caught ended their threads. */
  readonly #lost = new Map<number, LostMessage['lost']>();
  /** Threads that are being ended, by their ids: they get no jobs any more. */
  readonly #dying = new Map<number, Promise<unknown>>();
  #lastId = 0;
  /** How many threads in a row were lost, and none was ready meanwhile. */
  #failedStarts = 0;
  #startError: unknown;

  constructor(size: number, resourceLimits: ResourceLimits | undefined) {
    this.capacity = size;
    this.#pool = new Piscina({
      filename: workerFile('thread').href,
      minThreads: 0,
      maxThreads: size,
      idleTimeout: Infinity,
      concurrentTasksPerWorker: 1,
      recordTiming: false,
      stricterFIFO: true,
      taskQueue: this.#waiting,
      loadBalancer: (task, threads) => startInIdleThread(task, threads, this.#dying),
      ...(resourceLimits === undefined ? {} : { resourceLimits }),
    });
    this.#pool.on('message', (message: { rxtasks?: MessagePort; thread: number } | null) => {
      // what a function posts to its `parentPort` comes here, too
      if (message?.rxtasks instanceof MessagePort) this.#listen(message.thread, message.rxtasks);
    });
    this.#pool.on('error', (error: unknown) => (this.#startError = error));
    this.#pool.on('workerDestroy', () => queueMicrotask(() => this.#threadLost()));
  }

  start(job: Job<unknown>): void {
    job.id = ++this.#lastId;
    const run = new ThreadRun(job);
    this.#runs.set(job.id, run);
    void this.#pool.run(run.message, { transferList: job.transfer as never }).then(
      (answer: Answer | number) => this.#answered(run, answer),
      (error: unknown) => this.#failed(run, error),
    );
  }

  withdraw(job: Job<unknown>): boolean {
    const run = this.#runs.get(job.id);
    if (run === undefined || !this.#waiting.withdraw(run)) return false;
    this.#runs.delete(job.id);
    return true;
  }

  cancel(job: Job<unknown>): void {
    const run = this.#runs.get(job.id);
    if (run !== undefined) {
      this.#ports.get(run.thread)?.postMessage({ cancel: job.id, request: job.request! } satisfies CancelMessage);
    }
  }

  kill(job: Job<unknown>): void {
    const run = this.#runs.get(job.id);
    const thread = this.#pool.threads.find(({ threadId }) => threadId === run?.thread);
    if (thread === undefined) return;
    const id = thread.threadId;
    this.#dying.set(
      id,
      thread.terminate().finally(() => this.#dying.delete(id)),
    );
    this.#failedStarts = 0;
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
    await Promise.all(this.#dying.values());
    for (const port of this.#ports.values()) port.close();
  }

  // ---- what piscina says ----------------------------------------------------------------------------------------

  #answered(run: ThreadRun, answer: Answer | number): void {
    const { job } = run;
    const { id } = job;
    if (typeof answer === 'number') {
      if (this.#isToOffer(answer)) return void this.#early.set(run, answer);
      this.#drain(answer);
    }
    this.#runs.delete(id);
    if (typeof answer !== 'number') return job.answered(answer);
    const brought = this.#answers.get(id);
    this.#answers.delete(id);
    if (brought !== undefined) job.answered(brought);
    else job.broke(new BrokenExecutorError(`the answer of '${job.call.name}' was lost`, 'lost'));
  }

  #failed(run: ThreadRun, error: unknown): void {
    const { job } = run;
    for (const thread of [...this.#ports.keys()]) this.#drain(thread);
    this.#runs.delete(job.id);
    this.#answers.delete(job.id);
    const lost = this.#lost.get(job.id);
    this.#lost.delete(job.id);
    if (lost === undefined) job.broke(broken(job, error));
    else job.broke(...uncaught(job, lost, 'thread'));
  }

  // ---- control ports --------------------------------------------------------------------------------------------

  /** Its port is on its way by another channel than piscina's, and may come after the first answers. */
  #isToOffer(thread: number): boolean {
    return !this.#ports.has(thread) && this.#pool.threads.some(({ threadId }) => threadId === thread);
  }

  #answerEarly(): void {
    for (const [run, thread] of this.#early) {
      if (this.#isToOffer(thread)) continue;
      this.#early.delete(run);
      this.#answered(run, thread);
    }
  }

  #listen(thread: number, port: MessagePort): void {
    this.#ports.set(thread, port);
    for (const { thread: taken, job } of this.#runs.values()) {
      // piscina gives jobs to threads that are still starting
      if (taken === thread && job.request !== null) this.cancel(job);
    }
    port.on('message', (message: WorkerMessage) => this.#hear(message));
    port.on('close', () => this.#ports.delete(thread));
    port.unref(); // piscina keeps the process alive while a job runs
    this.#failedStarts = 0;
    this.#answerEarly();
  }

  #drain(thread: number): void {
    const port = this.#ports.get(thread);
    if (port === undefined) return;
    for (let received; (received = receiveMessageOnPort(port));) this.#hear(received.message as WorkerMessage);
  }

  #hear(message: WorkerMessage): void {
    if ('report' in message) this.#runs.get(message.report)?.job.reported(message.value);
    else if ('answer' in message) this.#answers.set(message.id, message.answer);
    else if (message.lost.running !== undefined) this.#lost.set(message.lost.running, message.lost);
    else reportLost(message.lost);
  }

  // ---- lost threads ---------------------------------------------------------------------------------------------

  /** piscina starts no other thread for the jobs that wait until somebody asks for one more. */
  #threadLost(): void {
    this.#answerEarly();
    if (this.#waiting.size === 0) return;
    // as many as there are may be lost at once, by their jobs; those that follow have not been ready
    if (++this.#failedStarts < this.capacity + 3) return void this.#pool.run(null).catch(() => {});
    this.#failedStarts = 0;
    for (const run of this.#waiting.clear()) {
      this.#runs.delete(run.job.id);
      run.job.broke(new BrokenExecutorError('no thread can be started', 'exit', { cause: this.#startError }));
    }
  }
}

type LoadBalancer = NonNullable<NonNullable<ConstructorParameters<typeof Piscina>[0]>['loadBalancer']>;

/** piscina's load balancer. It is asked at the very moment at which a thread gets the job. */
function startInIdleThread(
  task: Parameters<LoadBalancer>[0],
  threads: Parameters<LoadBalancer>[1],
  dying: ReadonlyMap<number, unknown>,
): ReturnType<LoadBalancer> {
  for (const thread of threads) {
    if (thread.currentUsage > 0 || dying.has(thread.id)) continue;
    const run = runOf(task);
    if (run) {
      run.thread = thread.id;
      run.job.started();
    }
    return thread;
  }
  return null;
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
