/** A round that did not do its work is no measurement. */
export function assertResult(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`expected the result ${String(expected)}, got ${String(actual)}`);
}
