import { loadPackage } from '../jobs/index.js';
import { type QueueOptions, assertQueueOptions } from './options.js';
import { PostgresServer } from './postgres-server.js';
import { RedisServer } from './redis-server.js';
import type { Server } from './server.js';

/** BullMQ itself. @internal */
export type BullMQ = typeof import('bullmq');

/**
 * Begins to connect to the server that the options name.
 *
 * **Errors:** TypeError for wrong options; RuntimeError for a package that is not installed.
 *
 * @internal
 */
export function openServer(call: string, options: QueueOptions): { server: Server; bullmq: BullMQ } {
  assertQueueOptions(call, options);
  const { queue, redis, postgres, prefix } = options;
  const bullmq = loadPackage<BullMQ>(call, 'bullmq', redis === undefined ? 'bullmq pg' : 'bullmq ioredis');
  const server =
    redis === undefined
      ? new PostgresServer(call, postgres!, queue, bullmq.createPostgresBackend as never)
      : new RedisServer(call, redis, queue, prefix);
  return { server, bullmq };
}
