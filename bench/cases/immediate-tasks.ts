import type { Benchmark } from '../benchmark.js';

/**
 * Tasks whose body returns at once: what it costs to make a task, to start it in its turn, and to gather its result.
 *
 * A body begins in a later turn, as in asyncio: so do those of Effect and asyncio. Bare async functions schedule nothing at all, they
 * run as they are called; the nearest native code is what awaits once in front of its body.
 */

function* immediate(): Generator<void, number> {
  return 1;
}

async function nativeImmediate(): Promise<number> {
  return 1;
}

async function nativeDeferred(): Promise<number> {
  await undefined;
  return 1;
}

/** All results have to be there. */
function check(results: readonly number[], size: number): void {
  let sum = 0;
  for (const result of results) sum += result;
  if (sum !== size) throw new Error(`${sum} of ${size} tasks have a result`);
}

async function prepareOurs(size: number, asyncContext: boolean) {
  const { createTask, gather, run } = await import('rxtasks');
  function* main() {
    const tasks = [];
    for (let i = 0; i < size; i++) tasks.push(createTask(immediate));
    check(yield* gather(tasks), size);
  }
  return () => run(main, { asyncContext });
}

function prepareNative(size: number, work: () => Promise<number>) {
  return async () => {
    const promises = [];
    for (let i = 0; i < size; i++) promises.push(work());
    check(await Promise.all(promises), size);
  };
}

export default {
  title: 'Immediate tasks, create and gather',
  sizes: [10_000, 100_000, 1_000_000],
  per: 'task',
  measures: 'time',
  contenders: {
    rxtasks: { prepare: (size) => prepareOurs(size, true) },
    'rxtasks, asyncContext: false': { prepare: (size) => prepareOurs(size, false) },
    'async functions': {
      lacks: 'nothing scheduled, no cancellation, no names',
      prepare: async (size) => prepareNative(size, nativeImmediate),
    },
    'async functions, each start deferred': {
      lacks: 'no cancellation, no names',
      prepare: async (size) => prepareNative(size, nativeDeferred),
    },
  },
} satisfies Benchmark;
