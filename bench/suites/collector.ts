import { PerformanceObserver, performance } from 'node:perf_hooks';
import { type Resume, createTask, gather, run } from 'rxtasks';
import { collectGarbage, middle } from './measure.js';

/** Milliseconds that the collector took in a round, and the round altogether. */
interface Shared {
  readonly collector: number;
  readonly all: number;
}

function* immediate(): Generator<void, number> {
  return 1;
}

const nativeImmediate = async () => 1;

function tasks(size: number, source: () => Generator<void, unknown, Resume>): () => Promise<unknown> {
  return () => run(() => gather(Array.from({ length: size }, () => createTask(source))));
}

const contenders: Record<string, (size: number) => () => Promise<unknown>> = {
  'immediate tasks': (size) => tasks(size, immediate),
  'async functions': (size) => () => Promise.all(Array.from({ length: size }, nativeImmediate)),
};

async function measure(round: () => Promise<unknown>): Promise<Shared> {
  let collector = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) collector += entry.duration;
  });
  collectGarbage();
  observer.observe({ entryTypes: ['gc'] });
  const start = performance.now();
  await round();
  const all = performance.now() - start;
  await new Promise((resolve) => setTimeout(resolve, 20)); // what was observed is told later
  observer.disconnect();
  return { collector: Math.min(collector, all), all };
}

const MILLION = 1_000_000;

/** Why lines of scaling rise: how much of the time of each task is the collector's, from a thousand tasks to a million. */
export async function benchCollector(rounds: number): Promise<void> {
  for (const [name, prepare] of Object.entries(contenders)) {
    console.log(`${name}, ns each: altogether, of which the collector`);
    for (const size of [1_000, 10_000, 100_000, 1_000_000]) {
      const once = prepare(size);
      // What is small is done more often, so that each round is of a million.
      const round = async () => {
        for (let done = 0; done < MILLION; done += size) await once();
      };
      await round();
      const shares: Shared[] = [];
      for (let i = 0; i < rounds; i++) shares.push(await measure(round));
      const each = (ms: number) => ((ms * 1e6) / MILLION).toFixed(0).padStart(7);
      const all = middle(shares.map((share) => share.all));
      const collector = middle(shares.map((share) => share.collector));
      console.log(`  ${size.toLocaleString('en').padStart(9)}${each(all)}${each(collector)}`);
    }
  }
}
