import { createRequire } from 'node:module';
import type { QueueOptions } from 'rxtasks/queue';

const { Queue, createPostgresBackend } = createRequire(__filename)('bullmq') as typeof import('bullmq');

/** How many jobs BullMQ has in a queue, in whatever state. */
export async function countJobs({ queue: name, redis, postgres }: QueueOptions): Promise<number> {
  const connection =
    redis === undefined
      ? { connectionString: postgres as string, migrate: true }
      : { host: '127.0.0.1', port: Number(new URL(redis as string).port) };
  const queue = new Queue(name, { connection }, (redis === undefined ? createPostgresBackend : undefined) as never);
  try {
    const counts = await queue.getJobCounts();
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  } finally {
    await queue.close();
  }
}
