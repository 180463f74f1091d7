import { isCancelled } from '../errors/index.js';
import { type EventLoop, builtin } from '../kernel/index.js';

interface Process {
  on(event: 'unhandledRejection', listener: (reason: unknown) => void): void;
  off(event: 'unhandledRejection', listener: (reason: unknown) => void): void;
  listenerCount?(event: 'unhandledRejection'): number;
}

/** The loops of the runs that are active: one listener serves them all. */
const loops: EventLoop[] = [];
let host: Process | undefined;

/**
 * While a run is active: a promise that nobody holds any more, and that is rejected because its task was cancelled, is
 * reported to the exception handler instead of ending the process. Any other rejection is left as Node would treat it.
 * Gives back what stops the listening.
 *
 * @internal
 */
export function listenForRejections(loop: EventLoop): () => void {
  const found = (globalThis as unknown as { process?: Process }).process;
  if (typeof found?.listenerCount !== 'function') return () => {};
  loops.push(loop);
  if (host === undefined) {
    host = found;
    host.on('unhandledRejection', onRejection);
  }
  // Node tells of a rejection only after the microtasks; one of the last moment of the run must still find us.
  return () => macrotask(() => leave(loop));
}

/** A real one: the timers among the globals may be fake, and never fire. */
function macrotask(fn: () => void): void {
  const timers = builtin<{ setImmediate(fn: () => void): void }>('node:timers');
  if (timers) timers.setImmediate(fn);
  else setTimeout(fn, 0);
}

function leave(loop: EventLoop): void {
  loops.splice(loops.indexOf(loop), 1);
  if (loops.length > 0) return;
  host?.off('unhandledRejection', onRejection);
  host = undefined;
}

function onRejection(reason: unknown): void {
  if (isCancelled(reason)) {
    loops.at(-1)?.callExceptionHandler({
      kind: 'cancelled-unawaited',
      message: 'a promise that nobody awaits was rejected by a cancellation',
      exception: reason,
    });
  } else if (host?.listenerCount?.('unhandledRejection') === 1) {
    throw reason; // we are the only listener: without us Node would have ended the process
  }
}
