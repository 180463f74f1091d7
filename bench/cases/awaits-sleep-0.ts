import { assertResult } from '../assert-result.js';
import type { Benchmark } from '../benchmark.js';

/**
 * One task, alone on its loop, lets others run again and again: what a turn of the loop costs when there is nobody else.
 *
 * What is heard from outside meanwhile differs: asyncio, Effect's `yieldNow` and a native `setImmediate` ask the system in each turn;
 * ours does now and then; with `await undefined` nothing is heard before the end. effection has no way to yield but a timer, which
 * takes a millisecond each, so it awaits a promise.
 */

export default {
  title: 'sleep(0), one after the other',
  sizes: [100_000],
  per: 'sleep(0)',
  measures: 'time',
  contenders: {
    rxtasks: {
      async prepare(size) {
        const { run, sleep } = await import('rxtasks');
        return () =>
          run(function* () {
            let count = 0;
            for (let i = 0; i < size; i++) {
              yield* sleep(0);
              count++;
            }
            assertResult(count, size);
          });
      },
    },
    'rxtasks, yield': {
      async prepare(size) {
        const { run } = await import('rxtasks');
        return () =>
          run(function* () {
            let count = 0;
            for (let i = 0; i < size; i++) {
              yield;
              count++;
            }
            assertResult(count, size);
          });
      },
    },
    'await undefined': {
      lacks: 'nothing from outside gets its turn; no cancellation',
      async prepare(size) {
        return async () => {
          let count = 0;
          for (let i = 0; i < size; i++) {
            await undefined;
            count++;
          }
          assertResult(count, size);
        };
      },
    },
    'await setImmediate()': {
      async prepare(size) {
        const { setImmediate } = await import('node:timers/promises');
        return async () => {
          let count = 0;
          for (let i = 0; i < size; i++) {
            await setImmediate();
            count++;
          }
          assertResult(count, size);
        };
      },
    },
    'Effect, yieldNow': {
      async prepare(size) {
        const { Effect } = await import('effect');
        const main = Effect.gen(function* () {
          let count = 0;
          for (let i = 0; i < size; i++) {
            yield* Effect.yieldNow;
            count++;
          }
          assertResult(count, size);
        });
        return () => Effect.runPromise(main);
      },
    },
    'effection, a promise': {
      lacks: 'nothing from outside gets its turn',
      async prepare(size) {
        const { run, until } = await import('effection');
        return () =>
          run(function* () {
            let count = 0;
            for (let i = 0; i < size; i++) {
              yield* until(Promise.resolve());
              count++;
            }
            assertResult(count, size);
          });
      },
    },
    'asyncio, sleep(0)': { python: 'awaits_sleep_0' },
  },
} satisfies Benchmark;
