import { generate } from './generate.js';
import { judge } from './judge.js';
import { listing } from './listing.js';
import type { StyleSet } from './sets.js';
import { shrink } from './shrink.js';

/** How many programs each set is tried on; `npm run fuzz -- --styles` tries any number. */
export const programs = Number(process.env['STYLE_PROGRAMS'] ?? 150);

/** Runs the first programs in `set`; the first that tells another story than the model is made small, and shown. */
export async function expectSameStory(set: StyleSet): Promise<void> {
  let compared = 0;
  for (let seed = 1; seed <= programs; seed++) {
    const program = generate(seed);
    const { tied, differences } = await judge(program, set);
    if (!tied) compared++;
    if (differences.length === 0) continue;
    const small = await shrink(program, async (smaller) => (await judge(smaller, set)).differences.length > 0);
    const [first] = (await judge(small, set)).differences;
    throw new Error(`in the set ${set.name} this program differs:\n\n${listing(small)}\n\n${first?.text}`);
  }
  expect(compared).toBeGreaterThan(programs / 2);
}
