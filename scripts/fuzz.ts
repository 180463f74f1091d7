/**
 * Runs random programs on asyncio and on this library and compares the results; with --styles, the same program in every
 * style: as coroutines, as async functions, as pipelines, mixed.
 *
 *     npm run fuzz -- --seeds 1-500 [--family gather] [--keep-going 20] [--shrink]
 *     npm run fuzz -- --file programs.jsonl
 *     npm run fuzz -- --styles --seeds 1-5000 [--set async]
 *
 * --seeds FROM-TO    the seeds, both ends included, of every family
 * --family NAME      only this family (may be repeated)
 * --file PATH        the programs of this file, one JSON object a line, instead of generated ones
 * --keep-going N     stop after N differences instead of after the first, and show them grouped
 * --styles           compare the styles with each other; all differences are made small and shown by class
 * --set NAME         only this set of styles (may be repeated)
 * --with SPELLING    how `async with` is written: acquire (and release, the default), runExclusive, using
 * --shrink           make the first program of each group as small as it can be before showing it
 *
 * Exit status: 0 no difference, 1 a difference, 2 the programs could not be run.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { Interpreter } from '../spec/conformance/interpreter.js';
import type { Program, Result } from '../spec/conformance/program.js';
import { type Spelling, spellings } from '../spec/conformance/with-block.js';
import { sets } from '../spec/styles/sets.js';
import type { Difference } from './fuzz/difference.js';
import { agree, kindOf, show } from './fuzz/difference.js';
import type { Answer } from './fuzz/oracle.js';
import { findPython, Oracle } from './fuzz/oracle.js';
import { shrink } from './fuzz/shrink.js';
import { fuzzStyles } from './fuzz/styles.js';

const families = [
  'core',
  'gather',
  'wait',
  'as_completed',
  'timeouts',
  'shield',
  'taskgroup',
  'sync-primitives',
  'queues',
  'futures',
  'callbacks',
  'cancellation-storm',
  'mixed',
  'eager',
];

async function main(): Promise<number> {
  const { values: options } = parseArgs({
    options: {
      seeds: { type: 'string', default: '1-200' },
      family: { type: 'string', multiple: true },
      file: { type: 'string' },
      'keep-going': { type: 'string', default: '1' },
      shrink: { type: 'boolean', default: false },
      styles: { type: 'boolean', default: false },
      set: { type: 'string', multiple: true },
      with: { type: 'string', default: 'acquire' },
    },
  });
  const chosen = options.family ?? families;
  const unknown = chosen.find((family) => !families.includes(family));
  if (unknown !== undefined) return refuse(`There is no family ${unknown}; there are ${families.join(', ')}.`);
  const seeds = /^(\d+)(?:-(\d+))?$/.exec(options.seeds);
  if (!seeds) return refuse(`--seeds wants FROM-TO, for example 1-500; it got ${options.seeds}.`);
  const from = Number(seeds[1]);
  const to = Number(seeds[2] ?? seeds[1]);
  if (options.styles) {
    const stranger = options.set?.find((name) => !sets.some((set) => set.name === name));
    if (stranger !== undefined) {
      return refuse(`There is no set ${stranger}; there are ${sets.map(({ name }) => name).join(', ')}.`);
    }
    return (await fuzzStyles(from, to, options.set)) ? 0 : 1;
  }
  const spelling = spellings.find((one) => one === options.with);
  if (spelling === undefined) return refuse(`There is no spelling ${options.with}; there are ${spellings.join(', ')}.`);
  const python = findPython();
  if (python === undefined) {
    return refuse('No CPython 3.13 was found: set ORACLE_PYTHON to one, or put python3.13 on the path.');
  }

  const oracle = new Oracle(python);
  try {
    const answers =
      options.file === undefined
        ? oracle.generate(chosen.map((family) => ({ family, from, to })))
        : runAll(oracle, readPrograms(options.file));
    const differences = await compare(answers, spelling, Number(options['keep-going']));
    await report(differences, spelling, options.shrink ? new Oracle(python) : undefined);
    return differences.length === 0 ? 0 : 1;
  } finally {
    oracle.close();
  }
}

/** Runs every program here too, counts, and collects up to `limit` differences. */
async function compare(answers: AsyncIterable<Answer>, spelling: Spelling, limit: number): Promise<Difference[]> {
  const differences: Difference[] = [];
  let byTheRule = 0;
  const counts = new Map<string, { programs: number; different: number }>();
  const start = performance.now();
  for await (const { program, expected } of answers) {
    if ('abort' in expected.outcome) continue;
    const { actual, verdict } = await judge(program, expected, spelling);
    const count = counts.get(program.family) ?? { programs: 0, different: 0 };
    counts.set(program.family, count);
    count.programs += 1;
    if (verdict === 'by the rule on locks') byTheRule += 1;
    if (verdict !== 'different') continue;
    count.different += 1;
    if (differences.push({ program, expected, actual }) >= limit) break;
  }
  for (const [family, { programs, different }] of counts) {
    console.log(
      `${family.padEnd(20)}${String(programs).padStart(8)} programs${String(different).padStart(8)} different`,
    );
  }
  if (byTheRule > 0) console.log(`by the rule on locks, which are never somebody else's: ${byTheRule} more`);
  console.log(`${((performance.now() - start) / 1000).toFixed(1)} s`);
  return differences;
}

/** Runs a program here. A block whose lock is not its own any more at its end ends otherwise than in Python, on purpose. */
async function judge(program: Program, expected: Result, spelling: Spelling) {
  const interpreter = new Interpreter(program, undefined, spelling);
  const actual = await interpreter.run();
  const same = agree(program, expected, actual);
  const verdict = same
    ? 'same'
    : interpreter.lostItsLock && spelling !== 'acquire'
      ? 'by the rule on locks'
      : 'different';
  return { actual, verdict } as const;
}

/** Shows one difference of each kind, the commonest kind first. */
async function report(
  differences: readonly Difference[],
  spelling: Spelling,
  oracle: Oracle | undefined,
): Promise<void> {
  const kinds = new Map<string, Difference[]>();
  for (const difference of differences) {
    const kind = kindOf(difference);
    kinds.set(kind, [...(kinds.get(kind) ?? []), difference]);
  }
  try {
    for (const [kind, alike] of [...kinds].sort(([, a], [, b]) => b.length - a.length)) {
      const ids = alike.map(({ program }) => program.id).join(' ');
      console.log(`\n##### ${alike.length} x ${kind}: ${ids}`);
      for (const difference of alike.slice(0, 1)) {
        console.log(show(oracle ? await shrinkDifference(difference, spelling, oracle) : difference));
      }
    }
  } finally {
    oracle?.close();
  }
}

async function shrinkDifference(difference: Difference, spelling: Spelling, oracle: Oracle): Promise<Difference> {
  let smallest = difference;
  await shrink(difference.program, async (program) => {
    const { expected } = await oracle.run(program);
    if ('abort' in expected.outcome) return false;
    const { actual, verdict } = await judge(program, expected, spelling);
    if (verdict !== 'different') return false;
    smallest = { program, expected, actual };
    return true;
  });
  return smallest;
}

async function* runAll(oracle: Oracle, programs: readonly Program[]): AsyncGenerator<Answer> {
  for (const program of programs) yield await oracle.run(program);
}

/** The programs of a file of programs or of fixtures. */
function readPrograms(file: string): Program[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Program | Answer)
    .map((entry) => ('program' in entry ? entry.program : entry));
}

function refuse(reason: string): number {
  console.error(reason);
  return 2;
}

process.exitCode = await main();
