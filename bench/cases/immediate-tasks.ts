import { assertResult } from '../assert-result.js';
import type { Benchmark } from '../benchmark.js';

/**
 * Tasks whose body returns at once: what it costs to make a task, to start it in its turn, and to gather its result.
 *
 * A body begins in a later turn, as in asyncio; so does a fiber of Effect that is forked. Bare async functions schedule nothing, they run
 * as they are called: the nearest native code is what awaits once in front of its body.
 */

function* immediate(): Generator<never, number> {
  return 1;
}

async function nativeImmediate(): Promise<number> {
  return 1;
}

async function nativeDeferred(): Promise<number> {
  await undefined;
  return 1;
}

function check(results: readonly number[], size: number): void {
  let sum = 0;
  for (const result of results) sum += result;
  assertResult(sum, size);
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

async function prepareNative(size: number, work: () => Promise<number>) {
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
    'rxtasks, asyncContext: false': { upTo: 100_000, prepare: (size) => prepareOurs(size, false) },
    'async functions': {
      lacks: 'starts at once, schedules nothing; no cancellation',
      prepare: (size) => prepareNative(size, nativeImmediate),
    },
    'async functions, deferred': { lacks: 'no cancellation', prepare: (size) => prepareNative(size, nativeDeferred) },
    'RxJS forkJoin(defer(of))': {
      lacks: 'starts at once, schedules nothing; unsubscribing alone',
      upTo: 100_000,
      async prepare(size) {
        const { defer, forkJoin, lastValueFrom, of } = await import('rxjs');
        return async () => {
          const sources = [];
          for (let i = 0; i < size; i++) sources.push(defer(() => of(1)));
          check(await lastValueFrom(forkJoin(sources)), size);
        };
      },
    },
    'Effect, fork and join': {
      upTo: 100_000,
      async prepare(size) {
        const { Effect, Fiber } = await import('effect');
        const work = Effect.sync(() => 1);
        const main = Effect.gen(function* () {
          const fibers = [];
          for (let i = 0; i < size; i++) fibers.push(yield* Effect.forkChild(work));
          check(yield* Fiber.joinAll(fibers), size);
        });
        return () => Effect.runPromise(main);
      },
    },
    'Effect.all, unbounded': {
      lacks: 'starts at once',
      upTo: 100_000,
      async prepare(size) {
        const { Effect } = await import('effect');
        const work = Effect.sync(() => 1);
        return async () => {
          const effects = [];
          for (let i = 0; i < size; i++) effects.push(work);
          check(await Effect.runPromise(Effect.all(effects, { concurrency: 'unbounded' })), size);
        };
      },
    },
    'effection, all': {
      upTo: 10_000,
      async prepare(size) {
        const { all, run } = await import('effection');
        return () =>
          run(function* () {
            const operations = [];
            for (let i = 0; i < size; i++) operations.push(immediate());
            check(yield* all(operations), size);
          });
      },
    },
    asyncio: { python: 'immediate_tasks', upTo: 100_000 },
  },
} satisfies Benchmark;
