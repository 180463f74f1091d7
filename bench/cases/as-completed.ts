import { assertResult } from '../assert-result.js';
import type { Benchmark } from '../benchmark.js';

export default {
  title: 'Immediate tasks, taken as they complete',
  sizes: [10_000, 100_000, 1_000_000],
  per: 'task',
  measures: 'time',
  contenders: {
    rxtasks: {
      prepare: async (size) => {
        const { asCompleted, createTask, run } = await import('rxtasks');
        function* one(): Generator<void, number> {
          return 1;
        }
        return () =>
          run(function* () {
            const tasks = Array.from({ length: size }, () => createTask(one));
            let sum = 0;
            for (const next of asCompleted(tasks)) sum += yield* next;
            assertResult(sum, size);
          });
      },
    },
    'promises, each filling the next place': {
      lacks: 'nothing scheduled, no cancellation, no names',
      upTo: 100_000,
      prepare: async (size) => {
        /** Promises of the results, in the order in which these promises settle. */
        function inOrder<T>(promises: readonly Promise<T>[]): Promise<T>[] {
          const places: { resolve: (value: T) => void; reject: (error: unknown) => void }[] = [];
          const ordered = promises.map(
            () => new Promise<T>((resolve, reject) => void places.push({ resolve, reject })),
          );
          let filled = 0;
          for (const promise of promises) {
            promise.then(
              (value) => places[filled++]!.resolve(value),
              (error) => places[filled++]!.reject(error),
            );
          }
          return ordered;
        }
        const one = async () => 1;
        return async () => {
          const promises = Array.from({ length: size }, one);
          let sum = 0;
          for (const next of inOrder(promises)) sum += await next;
          assertResult(sum, size);
        };
      },
    },
    'RxJS mergeAll of deferred ofs': {
      lacks: 'nothing scheduled, no names',
      prepare: async (size) => {
        const { defer, from, lastValueFrom, mergeAll, of, reduce } = await import('rxjs');
        const add = (sum: number, value: number) => sum + value;
        return async () => {
          const sources = Array.from({ length: size }, () => defer(() => of(1)));
          assertResult(await lastValueFrom(from(sources).pipe(mergeAll(), reduce(add, 0))), size);
        };
      },
    },
    'RxJS mergeAll of promises': {
      lacks: 'no names',
      upTo: 10_000, // the subscriptions that are done are looked up in a list of all
      prepare: async (size) => {
        const { defer, from, lastValueFrom, mergeAll, reduce } = await import('rxjs');
        const add = (sum: number, value: number) => sum + value;
        const one = async () => 1;
        return async () => {
          const sources = Array.from({ length: size }, () => defer(one));
          assertResult(await lastValueFrom(from(sources).pipe(mergeAll(), reduce(add, 0))), size);
        };
      },
    },
    'Effect Queue': {
      prepare: async (size) => {
        const { Effect, Queue } = await import('effect');
        const one = Effect.sync(() => 1);
        return () =>
          Effect.runPromise(
            Effect.gen(function* () {
              const queue = yield* Queue.unbounded<number>();
              const task = Effect.flatMap(one, (value) => Queue.offer(queue, value));
              for (let i = 0; i < size; i++) yield* Effect.forkChild(task);
              let sum = 0;
              for (let i = 0; i < size; i++) sum += yield* Queue.take(queue);
              assertResult(sum, size);
            }),
          );
      },
    },
    'Effect Stream.mergeAll': {
      upTo: 10_000,
      prepare: async (size) => {
        const { Effect, Stream } = await import('effect');
        const one = Stream.fromEffect(Effect.sync(() => 1));
        return async () => {
          const streams = Array.from({ length: size }, () => one);
          assertResult(
            await Effect.runPromise(Stream.runSum(Stream.mergeAll(streams, { concurrency: 'unbounded' }))),
            size,
          );
        };
      },
    },
    asyncio: { upTo: 100_000, python: 'as_completed' },
  },
} satisfies Benchmark;
