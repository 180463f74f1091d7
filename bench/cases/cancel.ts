import { assertResult } from '../assert-result.js';
import type { Benchmark } from '../benchmark.js';

/** Given is the time from the first call that cancels to the end of the last clean-up. */
export default {
  title: 'Cancel sleeping tasks that have clean-up',
  sizes: [10_000, 100_000],
  per: 'task',
  measures: 'given',
  contenders: {
    rxtasks: {
      prepare: async (size) => {
        const { createTask, gather, run, sleep } = await import('rxtasks');
        return () =>
          run(function* () {
            let cleaned = 0;
            function* sleeper() {
              try {
                yield* sleep(60_000);
              } finally {
                cleaned++;
              }
            }
            const tasks = Array.from({ length: size }, () => createTask(sleeper));
            yield* sleep(0);
            const start = performance.now();
            for (const task of tasks) task.cancel();
            yield* gather(tasks, { returnExceptions: true });
            const took = performance.now() - start;
            assertResult(cleaned, size);
            return took;
          });
      },
    },
    'AbortController + promises': {
      lacks: 'no names, every wait has to listen for itself',
      prepare: async (size) => {
        const sleep = (ms: number, signal: AbortSignal) =>
          new Promise<void>((resolve, reject) => {
            const aborted = () => {
              clearTimeout(timer);
              reject(signal.reason as Error);
            };
            const timer = setTimeout(() => {
              signal.removeEventListener('abort', aborted);
              resolve();
            }, ms);
            signal.addEventListener('abort', aborted, { once: true });
          });
        return async () => {
          let cleaned = 0;
          const sleeper = async (signal: AbortSignal) => {
            try {
              await sleep(60_000, signal);
            } finally {
              cleaned++;
            }
          };
          const controllers = Array.from({ length: size }, () => new AbortController());
          const promises = controllers.map((controller) => sleeper(controller.signal));
          const start = performance.now();
          for (const controller of controllers) controller.abort();
          await Promise.allSettled(promises);
          const took = performance.now() - start;
          assertResult(cleaned, size);
          return took;
        };
      },
    },
    'Effect Fiber.interruptAll': {
      prepare: async (size) => {
        const { Effect, Fiber } = await import('effect');
        return () => {
          let cleaned = 0;
          const sleeper = Effect.ensuring(
            Effect.sleep(60_000),
            Effect.sync(() => {
              cleaned++;
            }),
          );
          return Effect.runPromise(
            Effect.gen(function* () {
              const fibers = [];
              for (let i = 0; i < size; i++) {
                fibers.push(yield* Effect.forkChild(sleeper, { startImmediately: true }));
              }
              const start = performance.now();
              yield* Fiber.interruptAll(fibers);
              const took = performance.now() - start;
              assertResult(cleaned, size);
              return took;
            }),
          );
        };
      },
    },
    'effection halt': {
      upTo: 10_000,
      prepare: async (size) => {
        const { run, sleep, spawn, suspend } = await import('effection');
        return () =>
          run(function* () {
            let cleaned = 0;
            function* sleeper() {
              try {
                yield* sleep(60_000);
              } finally {
                cleaned++;
              }
            }
            const parent = yield* spawn(function* () {
              for (let i = 0; i < size; i++) void (yield* spawn(sleeper));
              yield* suspend();
            });
            yield* sleep(1);
            const start = performance.now();
            yield* parent.halt(); // quicker than to halt each
            const took = performance.now() - start;
            assertResult(cleaned, size);
            return took;
          });
      },
    },
    asyncio: { python: 'cancel' },
  },
} satisfies Benchmark;
