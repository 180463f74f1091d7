// The public face of rxtasks/executors.

export {
  BrokenExecutorError,
  JobExecutor,
  remote,
  transfer,
  type BrokenKind,
  type JobOptions,
  type MapOptions,
  type Remote,
  type ShutdownOptions,
} from '../jobs/index.js';
export type { RemoteFunction, RemoteResult, RemoteTask } from '../kernel/index.js';
export { InlineExecutor } from './inline-executor.js';
export { ProcessPoolExecutor, type ProcessPoolOptions } from './process-pool-executor.js';
export { ThreadPoolExecutor } from './thread-pool-executor.js';
export type { ThreadPoolOptions } from './thread-pool-options.js';
export { toThread } from './to-thread.js';
