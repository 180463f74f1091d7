import { got } from '../kernel/index.js';

/** An option that is how many, if it is given. **Errors:** TypeError, RangeError. @internal */
export function assertCount(call: string, option: string, value: unknown, least: number): void {
  if (value === undefined) return;
  if (typeof value !== 'number') throw new TypeError(`${call}: expected ${option} to be a number, got ${got(value)}`);
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(`${call}: expected ${option} to be a whole number from ${least}, got ${value}`);
  }
}
