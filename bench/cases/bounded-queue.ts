import { assertResult } from '../assert-result.js';
import type { Benchmark } from '../benchmark.js';

const parties = 10;
const places = 100;

/** Ten producers put equally many items into a queue of a hundred places, ten consumers take equally many out. */
export default {
  title: 'A bounded queue, ten producers and ten consumers',
  sizes: [10_000, 100_000],
  per: 'item',
  measures: 'time',
  contenders: {
    rxtasks: {
      prepare: async (size) => {
        const { Queue, createTask, gather, run } = await import('rxtasks');
        return () =>
          run(function* () {
            const queue = new Queue<number>(places);
            function* produce() {
              for (let i = 0; i < size / parties; i++) yield* queue.put(1);
            }
            function* consume() {
              let sum = 0;
              for (let i = 0; i < size / parties; i++) sum += yield* queue.get();
              return sum;
            }
            const producers = Array.from({ length: parties }, () => createTask(produce));
            const consumers = Array.from({ length: parties }, () => createTask(consume));
            yield* gather(producers);
            const sums = yield* gather(consumers);
            assertResult(
              sums.reduce((a, b) => a + b),
              size,
            );
          });
      },
    },
    'web streams': {
      lacks: 'no cancellation of who waits',
      prepare: async (size) => {
        return async () => {
          const { readable, writable } = new TransformStream<number, number>(
            {},
            new CountQueuingStrategy({ highWaterMark: places }),
          );
          const writer = writable.getWriter();
          const reader = readable.getReader();
          const produce = async () => {
            for (let i = 0; i < size / parties; i++) {
              await writer.ready;
              void writer.write(1);
            }
          };
          const consume = async () => {
            let sum = 0;
            for (let i = 0; i < size / parties; i++) sum += (await reader.read()).value!;
            return sum;
          };
          const producers = Array.from({ length: parties }, produce);
          const consumers = Array.from({ length: parties }, consume);
          await Promise.all(producers);
          const sums = await Promise.all(consumers);
          assertResult(
            sums.reduce((a, b) => a + b),
            size,
          );
        };
      },
    },
    'Effect Queue': {
      prepare: async (size) => {
        const { Effect, Fiber, Queue } = await import('effect');
        return () =>
          Effect.runPromise(
            Effect.gen(function* () {
              const queue = yield* Queue.bounded<number>(places);
              const produce = Effect.gen(function* () {
                for (let i = 0; i < size / parties; i++) yield* Queue.offer(queue, 1);
              });
              const consume = Effect.gen(function* () {
                let sum = 0;
                for (let i = 0; i < size / parties; i++) sum += yield* Queue.take(queue);
                return sum;
              });
              const producers = [];
              for (let i = 0; i < parties; i++) producers.push(yield* Effect.forkChild(produce));
              const consumers = [];
              for (let i = 0; i < parties; i++) consumers.push(yield* Effect.forkChild(consume));
              yield* Fiber.joinAll(producers);
              const sums = yield* Fiber.joinAll(consumers);
              assertResult(
                sums.reduce((a, b) => a + b),
                size,
              );
            }),
          );
      },
    },
    asyncio: { python: 'bounded_queue' },
  },
} satisfies Benchmark;
