import { assertCount } from '../kernel/index.js';

/** **Errors:** TypeError, RangeError. @internal */
export function poolSize(call: string, maxWorkers: number | undefined, byDefault: number): number {
  assertCount(call, 'maxWorkers', 1, maxWorkers);
  return maxWorkers ?? byDefault;
}
