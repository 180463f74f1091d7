import { KeyboardInterrupt } from '../errors/index.js';

interface Process {
  on(event: 'SIGINT', listener: () => void): void;
  off(event: 'SIGINT', listener: () => void): void;
  once(event: 'exit', listener: () => void): void;
  once(event: 'uncaughtExceptionMonitor', listener: (error: unknown) => void): void;
  listenerCount(event: string): number;
  exit(code: number): never;
  exitCode: number | undefined;
  getBuiltinModule?(name: 'node:worker_threads'): { isMainThread: boolean };
}

/** The exit status of a process that SIGINT ended. */
const INTERRUPTED = 130;

/** Those who listen: one listener of the process serves all runs. */
const listening = new Set<Interrupts>();

function onSignal(): void {
  for (const each of [...listening]) each.interrupt();
}

/**
 * SIGINT during a run: the first one cancels main, the second ends the process at once. It is listened to only on Node, in
 * the main thread, and only if nobody else does.
 *
 * @internal
 */
export class Interrupts {
  /** How many have come. */
  count = 0;
  #cancelMain: (() => void) | null = null;

  listen(cancelMain: (() => void) | null): void {
    this.#cancelMain = cancelMain;
    const host = nodeProcess();
    if (host === null || listening.has(this)) return;
    if (listening.size === 0) {
      if (host.listenerCount('SIGINT') > 0) return;
      host.on('SIGINT', onSignal);
    }
    listening.add(this);
  }

  stop(): void {
    this.#cancelMain = null;
    if (listening.delete(this) && listening.size === 0) nodeProcess()?.off('SIGINT', onSignal);
  }

  interrupt(): void {
    if (++this.count > 1) nodeProcess()?.exit(INTERRUPTED);
    this.#cancelMain?.();
  }

  /** The error of a run that ended because of SIGINT. If nobody handles it, the process ends with status 130, not 1. */
  error(): KeyboardInterrupt {
    const error = new KeyboardInterrupt('interrupted by SIGINT');
    error.stack = `${error.name}: ${error.message}`; // where it was made says nothing to the one who pressed the keys
    const host = nodeProcess();
    host?.once('uncaughtExceptionMonitor', (uncaught) => {
      if (uncaught !== error) return;
      host.once('exit', () => {
        host.exitCode = INTERRUPTED;
      });
    });
    return error;
  }
}

function nodeProcess(): Process | null {
  const host = (globalThis as unknown as { process?: Process }).process;
  if (typeof host?.listenerCount !== 'function' || typeof host.getBuiltinModule !== 'function') return null;
  return host.getBuiltinModule('node:worker_threads').isMainThread ? host : null;
}
