import { assertResult } from '../assert-result.js';
import type { Benchmark } from '../benchmark.js';

/**
 * Tasks that let the others run, ten times each: what it costs to suspend a task and to resume it in its turn.
 *
 * A bare `yield` and `sleep(0)` do the same: the task goes to the end of the line, and what comes from outside gets its turn now and
 * then, so it is with `yieldNow` and asyncio's `sleep(0)`. A native `await undefined` is a microtask: nothing from outside is heard
 * before all are done. effection has no way to yield but its `sleep(0)`, which takes a timer.
 */

const yields = 10;

async function prepareOurs(
  size: number,
  makeBody: (rxtasks: typeof import('rxtasks')) => () => Generator<any, number>,
) {
  const rxtasks = await import('rxtasks');
  const { createTask, gather, run } = rxtasks;
  const body = makeBody(rxtasks);
  function* main() {
    const tasks = [];
    for (let i = 0; i < size; i++) tasks.push(createTask(body));
    check(yield* gather(tasks), size);
  }
  return () => run(main);
}

async function nativeYields(): Promise<number> {
  let count = 0;
  for (let i = 0; i < yields; i++) {
    await undefined;
    count++;
  }
  return count;
}

async function nativeDeferredYields(): Promise<number> {
  await undefined;
  let count = 0;
  for (let i = 0; i < yields; i++) {
    await undefined;
    count++;
  }
  return count;
}

async function prepareNative(size: number, work: () => Promise<number>) {
  return async () => {
    const promises = [];
    for (let i = 0; i < size; i++) promises.push(work());
    check(await Promise.all(promises), size);
  };
}

function check(counts: readonly number[], size: number): void {
  let sum = 0;
  for (const count of counts) sum += count;
  assertResult(sum, yields * size);
}

export default {
  title: 'Tasks of ten yields',
  sizes: [10_000, 100_000],
  per: 'task',
  measures: 'time',
  contenders: {
    'rxtasks, yield': {
      prepare: (size) =>
        prepareOurs(
          size,
          () =>
            function* () {
              let count = 0;
              for (let i = 0; i < yields; i++) {
                yield;
                count++;
              }
              return count;
            },
        ),
    },
    'rxtasks, yield* sleep(0)': {
      prepare: (size) =>
        prepareOurs(
          size,
          ({ sleep }) =>
            function* () {
              let count = 0;
              for (let i = 0; i < yields; i++) {
                yield* sleep(0);
                count++;
              }
              return count;
            },
        ),
    },
    'async functions, await undefined': {
      lacks: 'nothing from outside gets its turn; starts at once; no cancellation',
      prepare: (size) => prepareNative(size, nativeYields),
    },
    'async functions, deferred': {
      lacks: 'nothing from outside gets its turn; no cancellation',
      prepare: (size) => prepareNative(size, nativeDeferredYields),
    },
    'Effect, yieldNow': {
      upTo: 10_000,
      async prepare(size) {
        const { Effect, Fiber } = await import('effect');
        const work = Effect.gen(function* () {
          let count = 0;
          for (let i = 0; i < yields; i++) {
            yield* Effect.yieldNow;
            count++;
          }
          return count;
        });
        const main = Effect.gen(function* () {
          const fibers = [];
          for (let i = 0; i < size; i++) fibers.push(yield* Effect.forkChild(work));
          check(yield* Fiber.joinAll(fibers), size);
        });
        return () => Effect.runPromise(main);
      },
    },
    'asyncio, sleep(0)': { python: 'ten_yields', upTo: 10_000 },
  },
} satisfies Benchmark;
