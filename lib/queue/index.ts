// The public face of rxtasks/queue.

export { BrokenExecutorError, type BrokenKind, type JobOptions, remote } from '../jobs/index.js';
export type { PostgresOptions, QueueOptions, RedisOptions } from './options.js';
export { QueueExecutor, type QueueExecutorOptions } from './queue-executor.js';
export { type CloseOptions, QueueWorker, type QueueWorkerOptions } from './queue-worker.js';
