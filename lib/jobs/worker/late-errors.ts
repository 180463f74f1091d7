import { builtin } from '../wire/node-builtins.js';
import { packThrown } from '../wire/thrown.js';
import type { LostMessage } from './messages.js';
import type { RemoteJob } from './remote-job.js';
import type { JobRunner } from './run-job.js';

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

  /** Tells of the first error that nobody caught: the worker is not to be used any more. */
  listen(process: Process, runner: JobRunner, tell: (message: LostMessage) => void): void {
    let told = false;
    process.on('uncaughtException', (error) => {
      if (told) return;
      told = true;
      const job = this.#storage?.getStore();
      const by = job && { id: job.id, name: job.name };
      tell({ lost: { thrown: packThrown(error), by, running: runner.current?.id } });
    });
  }
}
