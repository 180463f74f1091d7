import { AsyncLocalStorage } from 'node:async_hooks';
import { assertResult } from '../assert-result.js';
import type { Benchmark } from '../benchmark.js';

/**
 * Async functions of ten native awaits each: bare, and as tasks. As tasks they are known behind every `await`, by an ambient context, which
 * before Node 24 makes every `await` of the process dearer, those of no task too, as any AsyncLocalStorage does; two contenders show
 * that alone. `asyncContext: false` does without.
 */

const awaits = 10;

async function work(): Promise<number> {
  let count = 0;
  for (let i = 0; i < awaits; i++) {
    await undefined;
    count++;
  }
  return count;
}

function check(counts: readonly number[], size: number): void {
  let sum = 0;
  for (const count of counts) sum += count;
  assertResult(sum, awaits * size);
}

async function prepareOurs(size: number, asyncContext: boolean) {
  const { createTask, gather, run } = await import('rxtasks');
  function* main() {
    const tasks = [];
    for (let i = 0; i < size; i++) tasks.push(createTask(work));
    check(yield* gather(tasks), size);
  }
  return () => run(main, { asyncContext });
}

function prepareNative(size: number) {
  return async () => {
    const promises = [];
    for (let i = 0; i < size; i++) promises.push(work());
    check(await Promise.all(promises), size);
  };
}

export default {
  title: 'Async functions of ten awaits, as tasks and bare',
  sizes: [10_000],
  per: 'function',
  measures: 'time',
  contenders: {
    rxtasks: { prepare: (size) => prepareOurs(size, true) },
    'rxtasks, asyncContext: false': {
      lacks: 'its task is known by parameter alone',
      prepare: (size) => prepareOurs(size, false),
    },
    bare: { lacks: 'starts at once; no cancellation', prepare: async (size) => prepareNative(size) },
    'bare, after a task was an async function': {
      lacks: 'starts at once; no cancellation',
      async prepare(size) {
        const { run } = await import('rxtasks');
        await run(work);
        return prepareNative(size);
      },
    },
    'bare, inside of an AsyncLocalStorage': {
      lacks: 'starts at once; no cancellation',
      async prepare(size) {
        const storage = new AsyncLocalStorage<number>();
        const round = prepareNative(size);
        return () => storage.run(1, round);
      },
    },
    'asyncio, sleep(0)': { python: 'ten_yields' },
  },
} satisfies Benchmark;
