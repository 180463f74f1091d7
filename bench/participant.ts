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

const given = async () => Number(await round());
const measures: Record<Benchmark['measures'], () => Promise<number>> = {
  async time() {
    const start = performance.now();
    await round();
    return performance.now() - start;
  },
  async cpu() {
    const start = process.cpuUsage();
    await round();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  },
  bytes: given,
  given,
};
const measure = measures[benchmark.measures];

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
