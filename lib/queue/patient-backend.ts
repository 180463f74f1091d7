import type { BackendFactory, IQueueBackend } from 'bullmq';
import { isConnectionError } from './is-connection-error.js';
import { pause } from './within.js';

/**
 * BullMQ takes most of what PostgreSQL says while it stops or starts for a failure of the job at hand. Here a job's end is said
 * again until the server has heard it, and a worker that is refused a job asks again after a moment.
 *
 * @param isOver nobody waits for the server any more
 * @internal
 */
export function patient(factory: BackendFactory, isOver: () => boolean): BackendFactory {
  return (name, options, extra) => {
    const backend = factory(name, options, extra);
    again(backend, 'moveToCompleted', isOver);
    again(backend, 'moveToFailed', isOver);
    const moveToActive = backend.moveToActive.bind(backend);
    backend.moveToActive = (...args) =>
      moveToActive(...args).catch(async (error: unknown) => {
        await pause(RETRY);
        throw error;
      });
    return backend;
  };
}

function again<M extends 'moveToCompleted' | 'moveToFailed'>(
  backend: IQueueBackend,
  method: M,
  isOver: () => boolean,
): void {
  const once = backend[method] as (...args: unknown[]) => Promise<unknown>;
  backend[method] = (async (...args: unknown[]) => {
    for (;;) {
      try {
        return await once.apply(backend, args);
      } catch (error) {
        if (!isConnectionError(error) || backend.closing || isOver()) throw error;
        await pause(RETRY);
      }
    }
  }) as IQueueBackend[M];
}

const RETRY = 250;
