import { assertResult } from '../assert-result.js';
import type { Benchmark } from '../benchmark.js';

/**
 * Async functions that await `sleep(0)` ten times each: the way from an async function into the loop and back, where a cancellation can
 * reach it. The nearest native code awaits `setImmediate`.
 */

const sleeps = 10;

function check(counts: readonly number[], size: number): void {
  let sum = 0;
  for (const count of counts) sum += count;
  assertResult(sum, sleeps * size);
}

export default {
  title: 'Async functions of ten sleep(0)',
  sizes: [10_000],
  per: 'function',
  measures: 'time',
  contenders: {
    rxtasks: {
      async prepare(size) {
        const { createTask, gather, run, sleep } = await import('rxtasks');
        async function work() {
          let count = 0;
          for (let i = 0; i < sleeps; i++) {
            await sleep(0);
            count++;
          }
          return count;
        }
        return () =>
          run(function* () {
            const tasks = [];
            for (let i = 0; i < size; i++) tasks.push(createTask(work));
            check(yield* gather(tasks), size);
          });
      },
    },
    'rxtasks, asyncContext: false': {
      lacks: 'its task is known by parameter alone',
      async prepare(size) {
        const { createTask, gather, run, sleep } = await import('rxtasks');
        async function work(task: import('rxtasks').Task<unknown>) {
          let count = 0;
          for (let i = 0; i < sleeps; i++) {
            await task.resultOf(sleep(0));
            count++;
          }
          return count;
        }
        return () =>
          run(
            function* () {
              const tasks = [];
              for (let i = 0; i < size; i++) tasks.push(createTask(work));
              check(yield* gather(tasks), size);
            },
            { asyncContext: false },
          );
      },
    },
    'bare, await setImmediate()': {
      lacks: 'no cancellation',
      async prepare(size) {
        const { setImmediate } = await import('node:timers/promises');
        async function work() {
          let count = 0;
          for (let i = 0; i < sleeps; i++) {
            await setImmediate();
            count++;
          }
          return count;
        }
        return async () => {
          const promises = [];
          for (let i = 0; i < size; i++) promises.push(work());
          check(await Promise.all(promises), size);
        };
      },
    },
    'asyncio, sleep(0)': { python: 'ten_yields' },
  },
} satisfies Benchmark;
