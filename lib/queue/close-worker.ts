import type { Worker } from 'bullmq';
import type { Server } from './server.js';
import { pause, within } from './within.js';

/**
 * BullMQ waits for the server when it closes. Here nobody waits for one that is away, unless there are jobs that run, or whose ends
 * are to be said.
 *
 * @param isNeeded there are such jobs
 * @internal
 */
export async function closeWorker(worker: Worker, server: Server, isNeeded: () => boolean): Promise<void> {
  let closed: Promise<void> | null = null;
  let isClosed = false;
  const done = () => {
    isClosed = true;
  };
  if (!server.isUp) await worker.pause(true);
  while (!isClosed && (server.isUp || isNeeded())) {
    if (server.isUp) closed ??= worker.close().then(done, done);
    await (closed === null ? pause(50) : within(50, closed));
  }
  if (!isClosed) await abandon(worker);
}

async function abandon(worker: Worker): Promise<void> {
  const backend = worker.getBackend();
  backend.disconnectBlocking(false).catch(() => {});
  await within(500, worker.pause(true));
  // has no effect if it is closing already, and waits for the server: then its timer is still there
  await within(500, worker.close(true));
  await (worker as unknown as { lockManager: { close(): Promise<void> } }).lockManager.close();
}
