import { assertResult } from './assert-result.js';
import type { Benchmark } from './benchmark.js';

const turns = 10;

/** One task for every ten acquisitions: each takes a permit ten times, and lets others run while it holds it. */
export function contendForPermits(title: string, permits: number, python: string): Benchmark {
  return {
    title,
    sizes: [10_000, 100_000],
    per: 'acquisition',
    measures: 'time',
    contenders: {
      rxtasks: {
        prepare: async (size) => {
          const { Lock, Semaphore, createTask, gather, run } = await import('rxtasks');
          return () =>
            run(function* () {
              const semaphore = permits === 1 ? new Lock() : new Semaphore(permits);
              const usage = new Usage();
              function* worker() {
                for (let turn = 0; turn < turns; turn++) {
                  yield* semaphore.acquire();
                  try {
                    usage.enter();
                    yield;
                    usage.leave();
                  } finally {
                    semaphore.release();
                  }
                }
              }
              yield* gather(Array.from({ length: size / turns }, () => createTask(worker)));
              usage.check(size, permits);
            });
        },
      },
      'async-mutex': {
        lacks: 'no cancellation of who waits',
        prepare: async (size) => {
          const { Mutex, Semaphore } = await import('async-mutex');
          return async () => {
            const semaphore = permits === 1 ? new Mutex() : new Semaphore(permits);
            const usage = new Usage();
            const worker = async () => {
              for (let turn = 0; turn < turns; turn++) {
                await semaphore.acquire();
                try {
                  usage.enter();
                  await null;
                  usage.leave();
                } finally {
                  semaphore.release();
                }
              }
            };
            await Promise.all(Array.from({ length: size / turns }, worker));
            usage.check(size, permits);
          };
        },
      },
      'p-queue': {
        prepare: async (size) => {
          const { default: PQueue } = await import('p-queue');
          return async () => {
            const queue = new PQueue({ concurrency: permits });
            const usage = new Usage();
            const use = async () => {
              usage.enter();
              await null;
              usage.leave();
            };
            const worker = async () => {
              for (let turn = 0; turn < turns; turn++) await queue.add(use);
            };
            await Promise.all(Array.from({ length: size / turns }, worker));
            usage.check(size, permits);
          };
        },
      },
      'Effect Semaphore': {
        upTo: 10_000, // who waits is looked up in a list of all
        prepare: async (size) => {
          const { Effect, Semaphore } = await import('effect');
          return () =>
            Effect.runPromise(
              Effect.gen(function* () {
                const semaphore = yield* Semaphore.make(permits);
                const usage = new Usage();
                const use = semaphore.withPermit(
                  Effect.gen(function* () {
                    usage.enter();
                    yield* Effect.yieldNow;
                    usage.leave();
                  }),
                );
                const worker = Effect.gen(function* () {
                  for (let turn = 0; turn < turns; turn++) yield* use;
                });
                const workers = Array.from({ length: size / turns }, () => worker);
                yield* Effect.all(workers, { concurrency: 'unbounded', discard: true });
                usage.check(size, permits);
              }),
            );
        },
      },
      asyncio: { python },
    },
  };
}

/** How many have been in, and whether there were ever too many. */
class Usage {
  #inside = 0;
  #most = 0;
  #entered = 0;

  enter(): void {
    this.#entered++;
    if (++this.#inside > this.#most) this.#most = this.#inside;
  }

  leave(): void {
    this.#inside--;
  }

  check(entered: number, most: number): void {
    assertResult(this.#entered, entered);
    assertResult(this.#most, most);
  }
}
