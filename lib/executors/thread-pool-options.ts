import type { JobOptions } from '../jobs/index.js';

/** Options of a ThreadPoolExecutor. */
export interface ThreadPoolOptions extends JobOptions {
  /**
   * How many threads at most. They are started when there is work for them. Default: four more than the machine has processors, at
   * most 32; in a browser `navigator.hardwareConcurrency`.
   */
  readonly maxWorkers?: number | undefined;
  /** The memory of each thread: see `resourceLimits` of Node's `Worker`. A browser gives its workers what it sees fit. */
  readonly resourceLimits?:
    | {
        readonly maxOldGenerationSizeMb?: number;
        readonly maxYoungGenerationSizeMb?: number;
        readonly codeRangeSizeMb?: number;
        readonly stackSizeMb?: number;
      }
    | undefined;
  /**
   * In a browser: makes a Web Worker, a new one each time that it is called. For bundlers that do not know what
   * `new Worker(new URL('…', import.meta.url))` means, for policies, and for workers that bring modules along. The file of the
   * worker is `rxtasks/executors/worker`, or a module that imports it.
   */
  readonly worker?: (() => Worker) | undefined;
}
