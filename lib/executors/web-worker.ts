import {
  BrokenExecutorError,
  type FromWebWorker,
  type Job,
  type LostMessage,
  type ToWebWorker,
  type WebMessage,
} from '../jobs/index.js';

/** How long a worker may take to load its file, in ms. */
const MOST_TO_START = 30_000;

/** Who has a Web Worker. @internal */
export interface WebWorkerOwner {
  /** It has done its job and takes another. */
  free(): void;
  /** It can do nothing any more. */
  broken(error: BrokenExecutorError): void;
  /** An error in it reached nobody. */
  lost(lost: LostMessage['lost']): void;
}

/** A Web Worker, and the job that runs in it. @internal */
export class WebWorker {
  job: Job<unknown> | null = null;
  readonly #worker: Worker;
  readonly #owner: WebWorkerOwner;
  #ready = false;
  readonly #startTimer: ReturnType<typeof setTimeout>;

  constructor(worker: Worker, owner: WebWorkerOwner) {
    this.#worker = worker;
    this.#owner = owner;
    worker.onmessage = ({ data }: MessageEvent<WebMessage<FromWebWorker> | null>) => {
      const message = data?.rxtasks;
      if (message !== undefined) this.#hear(message);
    };
    worker.onmessageerror = () => this.#break('said something that cannot be read here', 'lost');
    worker.onerror = (event) => {
      event.preventDefault();
      this.#failed(event);
    };
    // A file that is not the right one may load and run without any error.
    this.#startTimer = setTimeout(() => this.#failed({}), MOST_TO_START);
  }

  run(job: Job<unknown>): void {
    this.job = job;
    job.started();
    try {
      this.send({ id: job.id, call: job.call }, job.transfer);
    } catch (error) {
      this.job = null;
      job.failedBy(error);
      this.#owner.free();
    }
  }

  send(message: ToWebWorker, transfer: readonly unknown[] = []): void {
    this.#worker.postMessage({ rxtasks: message } satisfies WebMessage<ToWebWorker>, transfer as Transferable[]);
  }

  /** Whatever it does. Nothing is heard of it any more. */
  end(): void {
    this.job = null;
    clearTimeout(this.#startTimer);
    this.#worker.onmessage = this.#worker.onmessageerror = this.#worker.onerror = null;
    this.#worker.terminate();
  }

  #hear(message: FromWebWorker): void {
    const { job } = this;
    if (message === 'ready') {
      this.#ready = true;
      clearTimeout(this.#startTimer);
    } else if (message === 'closing') {
      this.#break('closed itself', 'exit');
    } else if ('report' in message) {
      if (message.report === job?.id) job.reported(message.value);
    } else if ('answer' in message) {
      if (message.id !== job?.id) return;
      this.job = null;
      this.#owner.free();
      job.answered(message.answer);
    } else {
      this.#owner.lost(message.lost);
    }
  }

  /** What its own side (jobs/worker/web.ts) did not hear of. */
  #failed({ message }: Partial<ErrorEvent>): void {
    if (this.#ready) return this.#break('failed', 'uncaught', new Error(message));
    const cause = message ? new Error(message) : undefined;
    this.#break(
      'could not be started: its file cannot be loaded, fails, or is not the one of rxtasks/executors; ' +
        'new ThreadPoolExecutor({ worker }) takes a function that makes the right one',
      'exit',
      cause,
    );
  }

  #break(how: string, kind: 'exit' | 'lost' | 'uncaught', cause?: Error): void {
    const message = this.job === null ? `the worker ${how}` : `the worker of '${this.job.call.name}' ${how}`;
    this.#owner.broken(new BrokenExecutorError(message, kind, cause === undefined ? {} : { cause }));
  }
}
