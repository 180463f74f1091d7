/**
 * One contender, in a process of its own: `node --expose-gc participant.js CASE CONTENDER SIZE`. It says `ready`; then, for
 * each line on stdin, it does one round after a garbage collection, and answers with a line: milliseconds, or bytes. At the end of
 * stdin it ends.
 */
import { createInterface } from 'node:readline';
import type { Benchmark } from './benchmark.js';

const [file, name, size] = process.argv.slice(2) as [string, string, string];
const { default: benchmark } = (await import(file)) as { default: Benchmark };
const contender = benchmark.contenders[name];
if (contender === undefined || 'python' in contender) throw new Error(`no contender of JavaScript: ${name}`);
const round = await contender.prepare(Number(size));

/** Milliseconds. What takes less is done again and again, and its mean is the figure. */
const leastTime = 20;

async function mean(clock: () => number): Promise<number> {
  const start = clock();
  for (let count = 1; ; count++) {
    await round();
    const elapsed = clock() - start;
    if (elapsed >= leastTime) return elapsed / count;
  }
}

function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const given = async () => Number(await round());
const measure = {
  time: () => mean(() => performance.now()),
  cpu: () => mean(cpuTime),
  bytes: given,
  given,
}[benchmark.measures];

/**
 * A full collection throws away the hidden classes of which no object lives just then, and all compiled code that relies on them: the
 * next rounds of any library, though not of native promises, would measure the compiler. One of young objects does not.
 */
const { gc } = globalThis as unknown as { gc: (options: { type: 'major' | 'minor' }) => void };
const type = benchmark.measures === 'bytes' ? 'major' : 'minor';

console.log('ready');
for await (const _ of createInterface({ input: process.stdin })) {
  gc({ type });
  console.log(String(await measure()));
}
process.exit();
