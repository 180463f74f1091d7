import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

import { middle } from './measure.js';

/** How long `npm start` takes to end when Ctrl-C comes in the middle of its work. */
export async function benchInterrupt(rounds: number): Promise<void> {
  for (const executor of ['thread', 'process']) {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) times.push(await interrupted(executor));
    console.log(`Ctrl-C while npm start hashes, --executor ${executor}: over after ${middle(times).toFixed(0)} ms`);
  }
}

async function interrupted(executor: string): Promise<number> {
  const main = ['--import', 'tsx', 'samples/audit-packages/main.ts', '.', '--executor', executor];
  const child = spawn(process.execPath, main, { stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  while (!stdout.includes('Hashing')) await once(child.stdout, 'data');
  await pause(500); // the workers are at work
  const start = performance.now();
  child.kill('SIGINT');
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 130) throw new Error(`npm start ended with status ${status}`);
  return performance.now() - start;
}
