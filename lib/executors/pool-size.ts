import { got } from '../kernel/index.js';

/** **Errors:** TypeError, RangeError. @internal */
export function poolSize(call: string, maxWorkers: unknown, byDefault: number): number {
  if (maxWorkers === undefined) return byDefault;
  if (typeof maxWorkers !== 'number') {
    throw new TypeError(`${call}: expected maxWorkers to be a number, got ${got(maxWorkers)}`);
  }
  if (!Number.isInteger(maxWorkers) || maxWorkers < 1) {
    throw new RangeError(`${call}: expected maxWorkers to be a whole number from 1, got ${maxWorkers}`);
  }
  return maxWorkers;
}
