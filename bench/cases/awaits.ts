import { assertResult } from '../assert-result.js';
import type { Benchmark } from '../benchmark.js';

/**
 * One coroutine awaits another that returns at once, again and again: what a call costs because it might wait.
 *
 * Here, in Effect, in effection and in asyncio the caller goes on in the same turn, since nothing had to be waited for. A native `await`
 * suspends its function for a microtask whatever it is given.
 */

/** What all calls give together: the numbers below `size`. */
function check(sum: number, size: number): void {
  assertResult(sum, (size * (size - 1)) / 2);
}

export default {
  title: 'Awaits of a coroutine, one after the other',
  sizes: [100_000],
  per: 'await',
  measures: 'time',
  contenders: {
    rxtasks: {
      async prepare(size) {
        const { coroutine, run } = await import('rxtasks');
        const same = coroutine(function* same(n: number) {
          return n;
        });
        return () =>
          run(function* () {
            let sum = 0;
            for (let i = 0; i < size; i++) sum += yield* same(i);
            check(sum, size);
          });
      },
    },
    'rxtasks, a generator as it is': {
      lacks: 'cannot be subscribed to, nor be a task',
      async prepare(size) {
        const { run } = await import('rxtasks');
        function* same(n: number): Generator<never, number> {
          return n;
        }
        return () =>
          run(function* () {
            let sum = 0;
            for (let i = 0; i < size; i++) sum += yield* same(i);
            check(sum, size);
          });
      },
    },
    'async functions': {
      lacks: 'no cancellation',
      async prepare(size) {
        const same = async (n: number) => n;
        return async () => {
          let sum = 0;
          for (let i = 0; i < size; i++) sum += await same(i);
          check(sum, size);
        };
      },
    },
    Effect: {
      async prepare(size) {
        const { Effect } = await import('effect');
        const same = Effect.fnUntraced(function* (n: number) {
          return n;
        });
        const main = Effect.gen(function* () {
          let sum = 0;
          for (let i = 0; i < size; i++) sum += yield* same(i);
          check(sum, size);
        });
        return () => Effect.runPromise(main);
      },
    },
    effection: {
      lacks: 'its operations are bare generators',
      async prepare(size) {
        const { run } = await import('effection');
        function* same(n: number): Generator<never, number> {
          return n;
        }
        return () =>
          run(function* () {
            let sum = 0;
            for (let i = 0; i < size; i++) sum += yield* same(i);
            check(sum, size);
          });
      },
    },
    asyncio: { python: 'awaits' },
  },
} satisfies Benchmark;
