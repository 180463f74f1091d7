/** Refuses a value that is not a number (`TypeError`) or not a number at all (`NaN`, `RangeError`). */
export function requireNumber(call: string, expected: string, value: unknown, cure: string): asserts value is number {
  if (typeof value !== 'number') throw new TypeError(wrong(call, expected, value, cure));
  if (Number.isNaN(value)) throw new RangeError(wrong(call, expected, value, cure));
}

/** The sentence of a refusal: the call, what it expects, what came, what to do. */
export function wrong(call: string, expected: string, value: unknown, cure: string): string {
  return `${call} expects ${expected}, got ${show(value)}; ${cure}`;
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return value.name ? `the function ${value.name}` : 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return 'an array';
  const name: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === 'string' && name !== '' && name !== 'Object' ? `an instance of ${name}` : 'an object';
}
