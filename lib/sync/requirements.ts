import { got } from '../kernel/index.js';

/** Refuses what is not a number (`TypeError`), and `NaN` (`RangeError`). */
export function requireNumber(call: string, expected: string, value: unknown, cure: string): asserts value is number {
  if (typeof value !== 'number') throw new TypeError(wrong(call, expected, value, cure));
  if (Number.isNaN(value)) throw new RangeError(wrong(call, expected, value, cure));
}

/** The sentence of a refusal: the call, what it expects, what came, what to do. */
export function wrong(call: string, expected: string, value: unknown, cure: string): string {
  return `${call}: expected ${expected}, got ${got(value)}; ${cure}`;
}
