import { got } from '../kernel/index.js';

/** Refuses a concurrency with which nothing would ever run. @internal */
export function assertConcurrency(call: string, concurrency: unknown): asserts concurrency is number {
  if (typeof concurrency !== 'number' || !(concurrency >= 1)) {
    throw new RangeError(`${call}: expected a number of 1 or more, got ${got(concurrency)}`);
  }
}
