import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import type { Benchmark } from './benchmark.js';
import type { Outcomes } from './report.js';

/** What a run of a benchmark gave, in results/, by its name: one file for each version of Node. */
export interface Result extends Pick<Benchmark, 'title' | 'measures' | 'per'> {
  readonly date: string;
  readonly machine: string;
  readonly rounds: number;
  /** Of ours and of the peers, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** What a contender lacks, by its name. */
  readonly lacks: Readonly<Record<string, string>>;
  /** By size: milliseconds or bytes of a whole round. */
  readonly sizes: Readonly<Record<number, Outcomes>>;
}

const peers = ['rxjs', 'effect', 'effection', 'p-map', 'p-queue', 'async-mutex'];

/** Writes the result of one benchmark to the file of this version of Node; the others stay as they are there. */
export function keepResults(
  name: string,
  { title, measures, per, contenders }: Benchmark,
  rounds: number,
  sizes: Readonly<Record<number, Outcomes>>,
  python: string | undefined,
): void {
  const lacks = Object.entries(contenders).flatMap(([each, { lacks }]) => (lacks === undefined ? [] : [[each, lacks]]));
  const result: Result = {
    title,
    measures,
    per,
    date: new Date().toISOString().slice(0, 10),
    machine: `${os.cpus()[0]?.model ?? 'unknown'}, ${os.availableParallelism()} processors, ${os.platform()}`,
    rounds,
    versions: {
      rxtasks: manifestVersion('package.json'),
      ...Object.fromEntries(peers.map((peer) => [peer, manifestVersion(`node_modules/${peer}/package.json`)])),
      ...(python === undefined ? {} : { python }),
    },
    lacks: Object.fromEntries(lacks) as Record<string, string>,
    sizes,
  };
  const file = `bench/results/${process.version}.json`;
  const results = { ...readResults(file), [name]: result };
  const sorted = Object.fromEntries(Object.entries(results).sort(([a], [b]) => (a < b ? -1 : 1)));
  mkdirSync('bench/results', { recursive: true });
  writeFileSync(file, `${JSON.stringify(sorted, rounded, 2)}\n`);
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(5)) : value;
}

function readResults(file: string): Record<string, Result> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Result>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

function manifestVersion(file: string): string {
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
