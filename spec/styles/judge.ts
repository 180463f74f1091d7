import { type Difference, compare } from './compare.js';
import type { Program } from './program.js';
import { type Rule, forgivenBy } from './rules.js';
import { tell } from './tell.js';
import { type StyleSet, reference } from './sets.js';

export interface Verdict {
  /** Two things happen at one moment in it: it says nothing. */
  readonly tied: boolean;
  readonly differences: readonly Difference[];
  /** Differences that are there on purpose: by which rules. */
  readonly forgiven: readonly Rule[];
}

/** Compares what a program does in `set` with what the model does. */
export async function judge(program: Program, set: StyleSet): Promise<Verdict> {
  const expected = await tell(program, reference, set);
  if (expected.tied) return { tied: true, differences: [], forgiven: [] };
  const actual = await tell(program, set);
  const differences = compare(expected.story, actual.story);
  if (differences.length === 0) return { tied: false, differences, forgiven: [] };
  const rule = forgivenBy(program, set, differences);
  return rule === undefined
    ? { tied: false, differences, forgiven: [] }
    : { tied: false, differences: [], forgiven: [rule] };
}
