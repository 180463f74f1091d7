import type { BackendFactory, IQueueBackend } from 'bullmq';
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

/** Not what the server says about the job, but that it could not be asked. */
export function isConnectionError(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  // classes 08 (connection), 57P (the server stops or starts), 53 (no resources); E…: of the system
  if (typeof code === 'string' && /^(08|57P|53|E[A-Z]+$)/.test(code)) return true;
  return /connection (terminated|ended|closed|timeout)|timeout exceeded when trying to connect|not queryable/i.test(
    String(message),
  );
}
