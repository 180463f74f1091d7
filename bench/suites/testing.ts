import { spawnSync } from 'node:child_process';

import { asyncBeats, coroutineBeats } from './beats.js';
import { median } from './measure.js';

/** The beats of async functions inside of Jest, which wraps and instruments what a test uses. */
function insideJest(): number {
  const args = ['--roots', 'bench', '--testMatch', '**/bench/suites/beats.jest.ts', '--runInBand'];
  const { stdout } = spawnSync(process.execPath, ['node_modules/jest/bin/jest.js', ...args], { encoding: 'utf8' });
  return Number(/median ([\d.]+)/.exec(stdout)?.[1]);
}

export async function benchTesting(rounds: number): Promise<void> {
  console.log('100 tasks, one beat a second each at its own phase, for an hour of virtual time, in ms:');
  const show = (name: string, ms: number) => console.log(`  ${name.padEnd(42)}${ms.toFixed(0).padStart(6)}`);
  show('coroutines, VirtualEventLoop', await median(rounds, async () => coroutineBeats()));
  show('async functions, runVirtual', await median(rounds, asyncBeats));
  show('async functions, runVirtual inside of Jest', insideJest());
}
