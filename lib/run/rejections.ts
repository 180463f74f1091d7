import { isCancelled } from '../errors/index.js';
import type { EventLoop } from '../kernel/index.js';

interface Process {
  on(event: 'unhandledRejection', listener: (reason: unknown) => void): void;
  off(event: 'unhandledRejection', listener: (reason: unknown) => void): void;
  listenerCount?(event: 'unhandledRejection'): number;
}

/**
 * While a run is active: a promise that nobody holds any more, and that is rejected because its task was cancelled, is
 * reported to the exception handler instead of ending the process. Any other rejection is left as Node would treat it.
 * Gives back what stops the listening.
 *
 * @internal
 */
export function listenForRejections(loop: EventLoop): () => void {
  const host = (globalThis as unknown as { process?: Process }).process;
  if (typeof host?.listenerCount !== 'function') return () => {};
  const listener = (reason: unknown) => {
    if (isCancelled(reason)) {
      loop.callExceptionHandler({
        kind: 'cancelled-unawaited',
        message: 'a promise that nobody awaits was rejected by a cancellation',
        exception: reason,
      });
    } else if (host.listenerCount?.('unhandledRejection') === 1) {
      throw reason; // we are the only listener: without us Node would have ended the process
    }
  };
  host.on('unhandledRejection', listener);
  // Node tells of a rejection only after the microtasks; one of the last moment of the run must still find us.
  return () => setTimeout(() => host.off('unhandledRejection', listener), 0);
}
