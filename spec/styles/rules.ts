import type { Difference } from './compare.js';
import type { Program } from './program.js';
import type { StyleSet } from './sets.js';

/** A difference between styles that is there on purpose, and stands in docs/deviations.md. */
export interface Rule {
  readonly id: string;
  /** Does it explain all of these? */
  readonly forgives: (program: Program, set: StyleSet, differences: readonly Difference[]) => boolean;
}

export const rules: readonly Rule[] = [];

/** The rule that explains the differences, if one does. */
export function forgivenBy(program: Program, set: StyleSet, differences: readonly Difference[]): Rule | undefined {
  return rules.find(({ forgives }) => forgives(program, set, differences));
}
