/** A worker of bench/suites/queue.ts, in a process of its own. */
import { Worker, createPostgresBackend } from 'bullmq';
import { QueueWorker } from 'rxtasks/queue';
import type { WorkerSetup } from './queue.js';

const { kind, server, url, work } = JSON.parse(process.argv[2]!) as WorkerSetup;

if (kind === 'rxtasks') {
  const where = server === 'Redis' ? { redis: url } : { postgres: url };
  const worker = new QueueWorker({ queue: 'ours', ...where, modules: [work!], concurrency: 1 });
  void worker.run();
} else {
  const connection =
    server === 'Redis' ? { url, maxRetriesPerRequest: null } : ({ connectionString: url, migrate: true } as never);
  const worker = new Worker(
    'direct',
    async () => 1,
    { connection },
    server === 'Redis' ? undefined : (createPostgresBackend as never),
  );
  await worker.waitUntilReady();
}
process.send!('ready');
