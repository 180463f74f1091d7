import { assertCount } from '../jobs/index.js';

/** **Errors:** TypeError, RangeError. @internal */
export function poolSize(call: string, maxWorkers: number | undefined, byDefault: number): number {
  assertCount(call, 'maxWorkers', maxWorkers, 1);
  return maxWorkers ?? byDefault;
}
