import { assertResult } from '../assert-result.js';
import type { Benchmark } from '../benchmark.js';
import { FlatHeap } from '../heap.js';

const concurrency = 16;

function* items(count: number): Generator<number, void> {
  for (let n = 0; n < count; n++) yield n;
}

function sumBelow(count: number): number {
  return (count * (count - 1)) / 2;
}

/**
 * Each item is mapped by what lets others run once. The items come from a generator, as they are asked for. Of `for await` it is
 * checked beforehand, at every 100,000 items, that the heap does not grow.
 */
export default {
  title: 'Map items, sixteen at a time',
  sizes: [100_000, 1_000_000],
  per: 'item',
  measures: 'time',
  contenders: {
    'rxtasks, the operator': {
      lacks: 'the items wait in a list',
      prepare: async (size) => {
        const { from, reduce } = await import('rxjs');
        const { mapTask, resultOf, run } = await import('rxtasks');
        function* same(n: number) {
          yield;
          return n;
        }
        return () =>
          run(function* () {
            const mapped = from(items(size)).pipe(
              mapTask(same, { concurrency }),
              reduce((sum, n) => sum + n, 0),
            );
            assertResult(yield* resultOf(mapped), sumBelow(size));
          });
      },
    },
    'rxtasks, for await': {
      lacks: 'holds sixteen results at most, however many items there are',
      prepare: async (size) => {
        const { mapTask, run } = await import('rxtasks');
        function* same(n: number) {
          yield;
          return n;
        }
        const round = async (each?: (n: number) => void) => {
          let sum = 0;
          await run(async () => {
            for await (const n of mapTask(items(size), same, { concurrency })) {
              sum += n;
              each?.(n);
            }
          });
          assertResult(sum, sumBelow(size));
        };
        const heap = new FlatHeap();
        await round((n) => {
          if (n % 100_000 === 99_999) heap.check();
        });
        return () => round();
      },
    },
    'p-map': {
      lacks: 'no cancellation of what runs',
      prepare: async (size) => {
        const { default: pMap } = await import('p-map');
        const same = async (n: number) => {
          await null;
          return n;
        };
        return async () => {
          let sum = 0;
          for (const n of await pMap(items(size), same, { concurrency })) sum += n;
          assertResult(sum, sumBelow(size));
        };
      },
    },
    pMapIterable: {
      lacks: 'no cancellation of what runs',
      prepare: async (size) => {
        const { pMapIterable } = await import('p-map');
        const same = async (n: number) => {
          await null;
          return n;
        };
        return async () => {
          let sum = 0;
          for await (const n of pMapIterable(items(size), same, { concurrency })) sum += n;
          assertResult(sum, sumBelow(size));
        };
      },
    },
    'RxJS mergeMap': {
      lacks: 'no cancellation of what runs; the items wait in a list',
      upTo: 100_000, // the list is moved by one place at every item
      prepare: async (size) => {
        const { from, lastValueFrom, mergeMap, reduce } = await import('rxjs');
        const same = async (n: number) => {
          await null;
          return n;
        };
        return async () => {
          const mapped = from(items(size)).pipe(
            mergeMap(same, concurrency),
            reduce((sum, n) => sum + n, 0),
          );
          assertResult(await lastValueFrom(mapped), sumBelow(size));
        };
      },
    },
    'Effect.forEach': {
      upTo: 100_000,
      prepare: async (size) => {
        const { Effect } = await import('effect');
        const same = (n: number) => Effect.as(Effect.yieldNow, n);
        return async () => {
          let sum = 0;
          for (const n of await Effect.runPromise(Effect.forEach(items(size), same, { concurrency }))) sum += n;
          assertResult(sum, sumBelow(size));
        };
      },
    },
    'Effect Stream.mapEffect': {
      upTo: 100_000,
      prepare: async (size) => {
        const { Effect, Stream } = await import('effect');
        const same = (n: number) => Effect.as(Effect.yieldNow, n);
        return async () => {
          const mapped = Stream.mapEffect(Stream.fromIterable(items(size)), same, { concurrency, unordered: true });
          assertResult(await Effect.runPromise(Stream.runSum(mapped)), sumBelow(size));
        };
      },
    },
  },
} satisfies Benchmark;
