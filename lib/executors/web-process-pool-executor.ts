import { RuntimeError } from '../errors/index.js';
import { JobExecutor, type JobOptions } from '../jobs/index.js';
import { InlineEngine } from './inline-engine.js';

/** Options of a ProcessPoolExecutor. */
export interface ProcessPoolOptions extends JobOptions {
  readonly maxWorkers?: number | undefined;
  readonly execArgv?: readonly string[] | undefined;
}

/**
 * There are no processes in a browser.
 *
 * **Errors:** RuntimeError, always.
 *
 * asyncio: `concurrent.futures.ProcessPoolExecutor`.
 */
export class ProcessPoolExecutor extends JobExecutor {
  constructor(options: ProcessPoolOptions = {}) {
    super(new InlineEngine(), options);
    throw new RuntimeError(
      'new ProcessPoolExecutor(options): there are no processes in a browser: use ThreadPoolExecutor',
    );
  }
}
