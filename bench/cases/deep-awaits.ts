import { assertResult } from '../assert-result.js';
import type { Coroutine } from 'rxtasks';
import type { Benchmark } from '../benchmark.js';

/**
 * A coroutine awaits one that awaits one, a thousand deep, and the innermost is suspended so many times. The figure is the time of one such
 * chain, from its first call to its result, divided by the suspensions.
 *
 * `yield*` resumes the innermost coroutine through all those around it, in effection and asyncio as here; an async function and an
 * effect are resumed where they stand.
 */

const depth = 1000;
/** Chains in a round, one after the other. */
const chains = (suspensions: number) => (suspensions > 10 ? 2 : 50);

/** What a round gives: the milliseconds of one chain. */
async function each(suspensions: number, round: (count: number) => PromiseLike<number>): Promise<number> {
  const count = chains(suspensions);
  const start = performance.now();
  assertResult(await round(count), count * depth);
  return (performance.now() - start) / count;
}

export default {
  title: 'Coroutines that await coroutines, 1,000 deep',
  sizes: [1, 10, 100],
  per: 'suspension of the innermost',
  measures: 'given',
  contenders: {
    'rxtasks, yield': {
      async prepare(size) {
        const { coroutine, run } = await import('rxtasks');
        const descend: (left: number) => Coroutine<number> = coroutine(function* (left: number) {
          if (left === 0) {
            for (let i = 0; i < size; i++) yield;
            return 0;
          }
          return 1 + (yield* descend(left - 1));
        });
        return () =>
          each(size, (count) =>
            run(function* () {
              let sum = 0;
              for (let i = 0; i < count; i++) sum += yield* descend(depth);
              return sum;
            }),
          );
      },
    },
    'async functions': {
      lacks: 'no cancellation',
      async prepare(size) {
        async function descend(left: number): Promise<number> {
          if (left === 0) {
            for (let i = 0; i < size; i++) await undefined;
            return 0;
          }
          return 1 + (await descend(left - 1));
        }
        return () =>
          each(size, async (count) => {
            let sum = 0;
            for (let i = 0; i < count; i++) sum += await descend(depth);
            return sum;
          });
      },
    },
    'Effect, yieldNow': {
      async prepare(size) {
        const { Effect } = await import('effect');
        const descend = Effect.fnUntraced(function* (left: number): Generator<any, number> {
          if (left === 0) {
            for (let i = 0; i < size; i++) yield* Effect.yieldNow;
            return 0;
          }
          return 1 + (yield* descend(left - 1));
        }) as (left: number) => import('effect').Effect.Effect<number>;
        return () =>
          each(size, (count) =>
            Effect.runPromise(
              Effect.gen(function* () {
                let sum = 0;
                for (let i = 0; i < count; i++) sum += yield* descend(depth);
                return sum;
              }),
            ),
          );
      },
    },
    'effection, a promise': {
      async prepare(size) {
        const { run, until } = await import('effection');
        function* descend(left: number): Generator<any, number> {
          if (left === 0) {
            for (let i = 0; i < size; i++) yield* until(Promise.resolve());
            return 0;
          }
          return 1 + (yield* descend(left - 1));
        }
        return () =>
          each(size, (count) =>
            run(function* () {
              let sum = 0;
              for (let i = 0; i < count; i++) sum += yield* descend(depth);
              return sum;
            }),
          );
      },
    },
    'asyncio, sleep(0)': { python: 'deep_awaits' },
  },
} satisfies Benchmark;
