import type { Difference } from './compare.js';
import type { Program } from './program.js';
import type { StyleSet } from './sets.js';

/** A difference between styles that is there on purpose, and stands in docs/deviations.md. */
export interface Rule {
  /** The beginning of its line on that page. */
  readonly id: string;
  /** Does it explain all of these? */
  readonly forgives: (program: Program, set: StyleSet, differences: readonly Difference[]) => boolean;
}

/**
 * The other lines of that page never come up: the generator asks nobody who then only returns, or who next awaits something cold,
 * and lets no value arrive together with a request; a pipeline that would have to catch a cancellation is a coroutine; and the
 * model itself leaves an async function that cannot hear its limit.
 */
export const rules: readonly Rule[] = [
  {
    id: '`cancelling()` in an async body whose time limit has expired, or whose group is ending',
    forgives: (_, __, differences) => differences.every(({ expected, actual }) => isOnlyCount(expected, actual)),
  },
];

/** The same events, but for how many requests stand open in the body of a limit or a group. */
function isOnlyCount(expected: unknown, actual: unknown): boolean {
  if (!Array.isArray(expected) || !Array.isArray(actual) || expected.length !== actual.length) return false;
  return expected.every(
    (event: string, at) => event === actual[at] || (isCount(event) && isCount(actual[at] as string)),
  );
}

function isCount(event: string): boolean {
  return / cancelling \d+$/.test(event);
}

/** The rule that explains the differences, if one does. */
export function forgivenBy(program: Program, set: StyleSet, differences: readonly Difference[]): Rule | undefined {
  return rules.find(({ forgives }) => forgives(program, set, differences));
}
