/**
 * Runs the modules that it is given, one after the other, in this one process, and writes what each printed as JSON.
 *
 *     node --import tsx runner.ts <<< '{ "served": [], "jobs": [{ "url": "file:///…", "lines": 2 }] }'
 */
import { readFileSync, writeSync } from 'node:fs';
import { formatWithOptions } from 'node:util';

import type { QueueWorker } from 'rxtasks/queue';

/** What happened while a module ran; the last entry is what happened after all of them, until the process ended. */
export interface Outcome {
  readonly printed: string[];
  /** What it threw, and what nobody caught meanwhile. */
  readonly thrown: string[];
}

export interface Job {
  readonly url: string;
  /** How many lines it is expected to print: so many are waited for when it has ended. */
  readonly lines: number;
}

/** A queue that workers are to serve meanwhile. */
export interface Served {
  readonly queue: string;
  readonly redis?: string;
  readonly postgres?: string;
}

export interface Work {
  readonly served: readonly Served[];
  readonly jobs: readonly Job[];
}

/** Nobody waits for so long, unless something is wrong: what is expected is waited for, and no more. */
const PATIENCE = 30_000;

const outcomes: Outcome[] = [];

function begin(): Outcome {
  const outcome = { printed: [], thrown: [] };
  outcomes.push(outcome);
  return outcome;
}

function print(...args: unknown[]): void {
  outcomes.at(-1)?.printed.push(...formatWithOptions({ colors: false }, ...args).split('\n'));
}

function threw(error: unknown): void {
  outcomes.at(-1)?.thrown.push(error instanceof Error ? (error.stack ?? String(error)) : String(error));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function runOne({ url, lines }: Job): Promise<void> {
  const { printed } = begin();
  const stuck = pause(PATIENCE).then(() => {
    throw new Error(`it has not ended after ${PATIENCE} ms`);
  });
  try {
    await Promise.race([import(url), stuck]);
  } catch (error) {
    threw(error);
  }
  stuck.catch(() => {});
  const end = performance.now() + PATIENCE;
  do await pause(5);
  while (printed.length < lines && performance.now() < end);
}

process.on('uncaughtException', threw);
process.on('unhandledRejection', threw);
console.log = console.error = print;

const { served, jobs } = JSON.parse(readFileSync(0, 'utf8')) as Work;
const workers: QueueWorker[] = [];
if (served.length > 0) {
  const { QueueWorker } = await import('rxtasks/queue');
  workers.push(...served.map((each) => new QueueWorker({ ...each, concurrency: 1, onError: threw })));
}
const serving = Promise.all(workers.map((worker) => worker.run()));

for (const job of jobs) await runOne(job);

begin();
await Promise.all(workers.map((worker) => worker.close()));
await serving.catch(threw);
// Added last, so that it is called after what the modules have left to be done at the end.
process.on('exit', () => {
  const text = Buffer.from(JSON.stringify(outcomes));
  for (let written = 0; written < text.length;) written += writeSync(1, text, written);
});
process.exit(0);
