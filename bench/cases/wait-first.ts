import { assertResult } from '../assert-result.js';
import type { Benchmark } from '../benchmark.js';

/** Futures end one at a time, each while the next end is waited for; each wait costs the size of its list. */
export default {
  title: 'Wait for the first of a list, again and again, until none is left',
  sizes: [2_000],
  per: 'wait',
  measures: 'time',
  contenders: {
    'rxtasks wait FIRST_COMPLETED': {
      prepare: async (size) => {
        const { FIRST_COMPLETED, getRunningLoop, run, wait } = await import('rxtasks');
        return () =>
          run(function* () {
            const loop = getRunningLoop();
            const futures = Array.from({ length: size }, () => loop.createFuture<number>());
            let ended = 0;
            const endNext = () => futures[ended]!.setResult(ended++);
            let pending = new Set(futures);
            let sum = 0;
            while (pending.size > 0) {
              loop.callSoon(endNext);
              const waited = yield* wait(pending, { returnWhen: FIRST_COMPLETED });
              for (const future of waited.done) sum += future.result();
              pending = waited.pending;
            }
            assertResult(sum, (size * (size - 1)) / 2);
          });
      },
    },
    'Promise.race': {
      lacks: 'no cancellation; every race leaves its reactions on the promises that are not done',
      prepare: async (size) => {
        return async () => {
          const resolvers: ((value: number) => void)[] = [];
          const pending = new Map<number, Promise<number>>();
          for (let i = 0; i < size; i++) pending.set(i, new Promise((resolve) => void resolvers.push(resolve)));
          let ended = 0;
          const endNext = () => resolvers[ended]!(ended++);
          let sum = 0;
          while (pending.size > 0) {
            queueMicrotask(endNext);
            const first = await Promise.race(pending.values());
            sum += first;
            pending.delete(first);
          }
          assertResult(sum, (size * (size - 1)) / 2);
        };
      },
    },
    asyncio: { python: 'wait_first' },
  },
} satisfies Benchmark;
