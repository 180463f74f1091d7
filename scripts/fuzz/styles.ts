import { classOf } from '../../spec/styles/classes.js';
import { judge } from '../../spec/styles/judge.js';
import { generate } from '../../spec/styles/generate.js';
import { listing } from '../../spec/styles/listing.js';
import type { Program } from '../../spec/styles/program.js';
import { type StyleSet, sets } from '../../spec/styles/sets.js';
import { shrink } from '../../spec/styles/shrink.js';

interface Found {
  readonly seed: number;
  readonly program: Program;
  readonly text: string;
}

/** What has come of one set. */
class Tally {
  programs = 0;
  /** Thrown away: two things at one moment. */
  tied = 0;
  readonly forgiven = new Map<string, number>();
  readonly found = new Map<string, Found[]>();
}

/** Runs the programs of the seeds in every set and prints what differs, by class; true if nothing does. */
export async function fuzzStyles(from: number, to: number, names: readonly string[] | undefined): Promise<boolean> {
  let clean = true;
  for (const set of sets) {
    if (names !== undefined && !names.includes(set.name)) continue;
    const start = performance.now();
    const tally = await fuzzSet(set, from, to);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    print(set, tally, seconds);
    clean &&= tally.found.size === 0;
  }
  return clean;
}

async function fuzzSet(set: StyleSet, from: number, to: number): Promise<Tally> {
  const tally = new Tally();
  for (let seed = from; seed <= to; seed++) {
    const program = generate(seed);
    const verdict = await judge(program, set);
    if (verdict.tied) {
      tally.tied++;
      continue;
    }
    tally.programs++;
    for (const { id } of verdict.forgiven) tally.forgiven.set(id, (tally.forgiven.get(id) ?? 0) + 1);
    if (verdict.differences.length === 0) continue;
    const small = await shrink(program, async (smaller) => (await judge(smaller, set)).differences.length > 0);
    const { differences } = await judge(small, set);
    const name = classOf(small, differences);
    const text = differences.map((one) => `- ${one.text}`).join('\n');
    tally.found.set(name, [...(tally.found.get(name) ?? []), { seed, program: small, text }]);
  }
  return tally;
}

function print({ name }: StyleSet, { programs, tied, forgiven, found }: Tally, seconds: string): void {
  const different = [...found.values()].reduce((sum, list) => sum + list.length, 0);
  console.log(`${name.padEnd(12)} ${programs} programs, ${different} different (${tied} tied; ${seconds} s)`);
  for (const [rule, count] of forgiven) console.log(`  by the rule ${rule}: ${count}`);
  for (const [kind, list] of [...found].sort(([, a], [, b]) => b.length - a.length)) {
    console.log(`\n##### ${list.length} x ${kind}: seeds ${list.map(({ seed }) => seed).join(' ')}`);
    const [smallest] = list.sort((a, b) => listing(a.program).length - listing(b.program).length);
    console.log(`${listing(smallest!.program)}\n${smallest!.text}`);
  }
}
