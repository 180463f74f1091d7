import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { workUrl } from '../support/work.js';

/** A worker of a queue in a process of its own, which waits to be sent its options. */
export function forkWorker(): ChildProcess {
  return fork(workUrl('queue-worker').pathname, { execArgv: ['--no-warnings'] });
}

/** It closes itself, and has to end by itself then. */
export async function closeWorker(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.disconnect();
  const [code, signal] = (await exit) as [number | null, string | null];
  if (code !== 0) throw new Error(`a worker ended with ${code ?? signal}`);
}
