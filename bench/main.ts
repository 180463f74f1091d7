/**
 * `npm run bench`: all benchmarks of cases/, ours beside its peers, except for those that take minutes each; `npm run bench -- NAME…
 * [ROUNDS]`: some of them; `npm run bench -- scaling`: those whose names begin so. What they gave goes to results/, unless the rounds are fewer than nine.
 *
 * `npm run bench -- executors | queue | testing | collector | linear | interrupt [ROUNDS]`: suites of their own. Threads and processes beside what
 * they are built on; the queue beside BullMQ; an hour in virtual time; whether each of many takes no longer than each of few (if it does, the status
 * is 1); how soon Ctrl-C ends `npm start`.
 *
 * All of it uses the built package, as users get it.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import type { Benchmark, Contender } from './benchmark.js';
import { type Outcomes, printTable } from './report.js';
import { keepResults } from './results.js';
import { type Command, playAtOnce, playRounds } from './rounds.js';

const root = path.dirname(import.meta.dirname);
const leastRounds = 9;
/** Whoever waits for its turn must not be taken for idle, and collected. */
const nodeOptions = ['--expose-gc', '--no-memory-reducer'];

const suites: Record<string, () => Promise<(rounds: number) => Promise<void>>> = {
  executors: async () => (await import('./suites/executors.js')).benchExecutors,
  queue: async () => (await import('./suites/queue.js')).benchQueue,
  testing: async () => (await import('./suites/testing.js')).benchTesting,
  linear: async () => (await import('./suites/linear.js')).benchLinear,
  interrupt: async () => (await import('./suites/interrupt.js')).benchInterrupt,
  collector: async () => (await import('./suites/collector.js')).benchCollector,
};

process.chdir(root);
const cases = readdirSync('bench/cases')
  .map((file) => path.parse(file).name)
  .sort();
const args = process.argv.slice(2);
const isNumber = (arg: string) => /^[1-9]\d*$/.test(arg);
const rounds = Number(args.find(isNumber) ?? leastRounds);
const names = args.filter((arg) => !isNumber(arg));
for (const name of names) {
  if (matching(name).length > 0 || name in suites) continue;
  throw new Error(`no such benchmark: ${name}; there are ${[...cases, ...Object.keys(suites)].join(', ')}`);
}

buildPackage();
const python = pythonVersion();
if (python === undefined) console.log('no python3 here: asyncio is left out');
const compiled = await compileCases();
const start = performance.now();
for (const name of names.length > 0 ? names.flatMap((given) => (given in suites ? given : matching(given))) : cases) {
  const suite = suites[name];
  await (suite === undefined ? runCase(name) : (await suite())(rounds));
}
console.log(`\nall of it took ${Math.round((performance.now() - start) / 1000)} s`);
process.exit();

/** The case of that name; else those whose names begin so: `scaling`. */
function matching(name: string): string[] {
  return cases.includes(name) ? [name] : cases.filter((each) => each.startsWith(`${name}-`));
}

/** Builds dist/ anew if something of lib/ is younger. */
function buildPackage(): void {
  const youngest = Math.max(
    ...readdirSync('lib', { recursive: true }).map((file) => changed(path.join('lib', String(file)))),
  );
  if (changed('dist/cjs/package.json') > youngest) return;
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the package could not be built');
}

function changed(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function pythonVersion(): string | undefined {
  const { status, stdout } = spawnSync(
    'python3',
    ['-c', 'import asyncio, platform; print(platform.python_version())'],
    {
      encoding: 'utf8',
    },
  );
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * The cases as JavaScript, in a folder that goes when we do. Contenders are started from there, by Node alone: a loader of TypeScript
 * would take a thread and time to start, and tsx wraps each closure that has a name to keep it, where it is made.
 */
async function compileCases(): Promise<string> {
  const folder = path.join(root, 'bench', '.compiled', String(process.pid));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  await build({
    entryPoints: ['bench/participant.ts', 'bench/cases/*.ts'],
    outdir: folder,
    bundle: true,
    splitting: true,
    packages: 'external',
    tsconfig: 'tsconfig.bench.json',
    format: 'esm',
    platform: 'node',
    target: `node${process.versions.node}`,
  });
  return folder;
}

async function runCase(name: string): Promise<void> {
  const { default: benchmark } = (await import(`./cases/${name}.js`)) as { default: Benchmark };
  const { apart, onlyByName = false } = benchmark;
  if (onlyByName && names.length === 0) return;
  console.log(`\n${name}: ${benchmark.title}`);
  const start = performance.now();
  const bySize: Record<number, Outcomes> = {};
  for (const size of benchmark.sizes) {
    const contenders = Object.entries(benchmark.contenders).filter(([, contender]) => takesPart(contender, size));
    const commands = contenders.map(([each, contender]) => command(name, each, contender, size, benchmark.measures));
    const outcomes = await (apart === undefined ? playRounds(commands, rounds) : playAtOnce(commands, rounds, apart));
    if (outcomes.some((outcome) => 'failed' in outcome)) process.exitCode = 1;
    bySize[size] = Object.fromEntries(contenders.map(([each], index) => [each, outcomes[index]!]));
    printTable(benchmark, size, bySize[size]);
  }
  console.log(`\n  took ${((performance.now() - start) / 1000).toFixed(0)} s`);
  if (rounds >= leastRounds) keepResults(name, benchmark, rounds, bySize, python);
}

function takesPart(contender: Contender, size: number): boolean {
  return size <= (contender.upTo ?? Infinity) && !('python' in contender && python === undefined);
}

function command(name: string, each: string, contender: Contender, size: number, measures: string): Command {
  return 'python' in contender
    ? ['python3', `bench/asyncio/${contender.python}.py`, String(size), measures]
    : [process.execPath, ...nodeOptions, `${compiled}/participant.js`, `./cases/${name}.js`, each, String(size)];
}
