import { builtin } from '../host.js';
import type { RemoteJob } from './remote-job.js';

interface Storage {
  run<R>(store: RemoteJob, fn: () => R): R;
  getStore(): RemoteJob | undefined;
}

interface Process {
  on(event: 'uncaughtException', listener: (error: unknown) => void): void;
}

/**
 * Knows which job an error comes from that nobody caught, even long after that job has ended.
 *
 * @internal
 */
export class LateErrors {
  readonly #storage: Storage | null;

  constructor() {
    const hooks = builtin<{ AsyncLocalStorage: new () => Storage }>('node:async_hooks');
    this.#storage = hooks ? new hooks.AsyncLocalStorage() : null;
  }

  /** Calls `fn`; whatever it starts is known to be of `job`. */
  within = <R>(job: RemoteJob, fn: () => R): R => (this.#storage === null ? fn() : this.#storage.run(job, fn));

  /** Calls `lost` for the first error that nobody caught: the worker is not to be used any more. */
  listen(process: Process, lost: (error: unknown, job: RemoteJob | undefined) => void): void {
    let told = false;
    process.on('uncaughtException', (error) => {
      if (told) return;
      told = true;
      lost(error, this.#storage?.getStore());
    });
  }
}
