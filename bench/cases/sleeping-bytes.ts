import { setTimeout as later } from 'node:timers/promises';
import type { Benchmark } from '../benchmark.js';
import { heapUsed } from '../heap.js';

const hour = 3_600_000;

/** Bytes on the heap that everything takes which `hold` makes; its answer lets it all go again. */
async function bytesOf(hold: () => Promise<() => unknown>): Promise<number> {
  const before = heapUsed();
  const release = await hold();
  const bytes = heapUsed() - before;
  await release();
  return bytes;
}

/** Everybody keeps a list of what it takes to end the sleeps. */
export default {
  title: 'Memory of tasks that sleep',
  sizes: [20_000],
  per: 'task',
  measures: 'bytes',
  contenders: {
    rxtasks: {
      prepare: async (size) => {
        const { createTask, run, sleep } = await import('rxtasks');
        return () =>
          run(async () => {
            return bytesOf(async () => {
              const tasks = Array.from({ length: size }, () => createTask(sleep(hour)));
              await later(20); // now they sleep
              return async () => {
                for (const task of tasks) task.cancel();
                await Promise.allSettled(tasks);
              };
            });
          });
      },
    },
    'async function + setTimeout': {
      lacks: 'no cancellation, no names',
      prepare: async (size) => {
        return () =>
          bytesOf(async () => {
            const timers: NodeJS.Timeout[] = [];
            const nap = async () => {
              await new Promise<void>((resolve) => {
                timers.push(setTimeout(resolve, hour));
              });
            };
            for (let i = 0; i < size; i++) void nap();
            await later(20);
            return () => {
              for (const timer of timers) clearTimeout(timer);
            };
          });
      },
    },
    'RxJS timer': {
      lacks: 'no names, no result that is kept',
      prepare: async (size) => {
        const { timer } = await import('rxjs');
        return () =>
          bytesOf(async () => {
            const subscriptions = Array.from({ length: size }, () => timer(hour).subscribe());
            await later(20);
            return () => {
              for (const subscription of subscriptions) subscription.unsubscribe();
            };
          });
      },
    },
    'Effect.sleep': {
      prepare: async (size) => {
        const { Effect, Fiber } = await import('effect');
        return () =>
          bytesOf(async () => {
            const fibers = Array.from({ length: size }, () => Effect.runFork(Effect.sleep(hour)));
            await later(20);
            return () => Effect.runPromise(Fiber.interruptAll(fibers));
          });
      },
    },
    'effection sleep': {
      upTo: 20_000,
      prepare: async (size) => {
        const { createScope, sleep } = await import('effection');
        return () =>
          bytesOf(async () => {
            const [scope, destroy] = createScope();
            for (let i = 0; i < size; i++) void scope.run(() => sleep(hour));
            await later(20);
            return destroy;
          });
      },
    },
    asyncio: { python: 'sleeping_bytes' },
  },
} satisfies Benchmark;
