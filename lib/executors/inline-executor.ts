import { JobExecutor, type JobOptions, assertOptions } from '../jobs/index.js';
import { InlineEngine } from './inline-engine.js';

/**
 * Runs functions in this very thread, one at a time: the contract of all executors without their workers, for tests and for
 * where there are none. While a function computes nothing else runs.
 *
 * **Cancellation:** as for all executors, but nothing can be killed here: after the grace the function is left to itself, and the next
 * one begins.
 *
 * **Errors:** TypeError, RangeError for wrong options; those of `submit`.
 *
 * ```ts
 * import { InlineExecutor } from 'rxtasks/executors';
 *
 * await using executor = new InlineExecutor();
 * console.log(await executor.submit((a: number, b: number) => a + b, 1, 2)); // 3
 * ```
 */
export class InlineExecutor extends JobExecutor {
  constructor(options: JobOptions = {}) {
    assertOptions('new InlineExecutor(options)', options);
    super(new InlineEngine(), options);
  }
}
