import { isDeepStrictEqual } from 'node:util';
import type { Story } from './story.js';

/** One thing that two stories tell differently. */
export interface Difference {
  /** What kind of thing: for counting. */
  readonly kind: string;
  readonly text: string;
  /** Whose, and what the two say. */
  readonly label: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** What `actual` tells otherwise than `expected`. */
export function compare(expected: Story, actual: Story): Difference[] {
  const found: Difference[] = [];
  for (const part of Object.keys(expected) as (keyof Story)[]) {
    if (part === 'abandoned') continue;
    const told = (story: Story) =>
      part === 'leftByMain' || part === 'leftByRun'
        ? story[part].filter((one) => !actual.abandoned.includes(one))
        : story[part];
    const [left, right] = [told(expected), told(actual)];
    if (isDeepStrictEqual(left, right)) continue;
    if (typeof left === 'string' || Array.isArray(left)) {
      found.push({
        kind: part,
        text: `${part}: ${show(left)}  |  ${show(right)}`,
        label: '',
        expected: left,
        actual: right,
      });
      continue;
    }
    const [of, other] = [left as Record<string, unknown>, right as Record<string, unknown>];
    for (const key of new Set([...Object.keys(of), ...Object.keys(other)])) {
      if (isDeepStrictEqual(of[key], other[key])) continue;
      found.push({
        kind: part,
        text: `${part} ${key}:\n    ${show(of[key])}\n    ${show(other[key])}`,
        label: key,
        expected: of[key],
        actual: other[key],
      });
    }
  }
  return found;
}

function show(value: unknown): string {
  if (value === undefined) return '-';
  return Array.isArray(value) ? `[${value.join('; ')}]` : String(value);
}
