import { points } from '../../support/sweep.js';
import { generate } from './generate.js';
import { judge } from './judge.js';
import { listing } from './listing.js';
import type { StyleSet } from './sets.js';
import { shrink } from './shrink.js';

/** How many programs each set is tried on; `npm run fuzz -- --styles` tries any number. */
const programs = points(150, 3000);

/** Runs the first programs in `set`; the first that tells another story than the model is made small, and shown. */
export async function expectSameStory(set: StyleSet): Promise<void> {
  let compared = 0;
  for (let seed = 1; seed <= programs; seed++) {
    const program = generate(seed);
    const { tied, differences } = await judge(program, set);
    if (!tied) compared++;
    if (differences.length === 0) continue;
    const small = await shrink(program, async (smaller) => (await judge(smaller, set)).differences.length > 0);
    const found = (await judge(small, set)).differences.map(({ text }) => text);
    throw new Error(`in the set ${set.name} this program differs:\n\n${listing(small)}\n\n${found.join('\n')}`);
  }
  expect(compared).toBeGreaterThan(programs * 0.9);
}
