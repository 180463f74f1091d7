/**
 * `npm run bench`: the kernel beside native promises. `npm run bench -- executors`: threads and processes beside what they are
 * built on. `npm run bench -- queue`: the queue beside BullMQ. `npm run bench -- testing`: an hour in virtual time. A number after that: how many rounds. Figures are medians, all of
 * one run; on a busy machine trust the ratios.
 */
import { benchExecutors } from './executors.js';
import { benchKernel } from './kernel.js';
import { benchQueue } from './queue.js';
import { benchTesting } from './testing.js';

const suites: Record<string, (rounds: number) => Promise<void>> = {
  kernel: benchKernel,
  executors: benchExecutors,
  queue: benchQueue,
  testing: benchTesting,
};

const args = process.argv.slice(2);
const rounds = Number(args.find((arg) => /^\d+$/.test(arg)) ?? 9);
const name = args.find((arg) => !/^\d+$/.test(arg)) ?? 'kernel';
const suite = suites[name];
if (suite === undefined) throw new Error(`no such benchmark: ${name}; there are ${Object.keys(suites).join(', ')}`);
await suite(rounds);
