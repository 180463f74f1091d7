// The public face of rxtasks/executors in browsers: the names of index.ts, on Web Workers.

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
export { ProcessPoolExecutor, type ProcessPoolOptions } from './web-process-pool-executor.js';
export type { ThreadPoolOptions } from './thread-pool-options.js';
export { ThreadPoolExecutor } from './web-thread-pool-executor.js';
export { toThread } from './web-to-thread.js';
