/** Where files are hashed: in this loop, in threads, in processes, or by the workers of a queue. */
import { availableParallelism } from 'node:os';
import { type Coroutine, FIRST_COMPLETED, coroutine, createTask, resultOf, wait } from 'rxtasks';
import { InlineExecutor, type JobExecutor, ProcessPoolExecutor, ThreadPoolExecutor, remote } from 'rxtasks/executors';
import type { Kind } from './arguments.js';

const workFile = new URL('./work.ts', import.meta.url);
export const work = remote<typeof import('./work.js')>(workFile);

/** The queue cannot be used; the message says why. */
export class QueueError extends Error {
  override readonly name = 'QueueError';
}

type Body<T> = (executor: JobExecutor) => Coroutine<T>;

/** As many workers as the machine has processors. */
const maxWorkers = availableParallelism();
/** For how long a file may go on when nobody wants to know any more, in ms. */
const grace = 50;

const pools = {
  inline: () => new InlineExecutor({ grace }),
  thread: () => new ThreadPoolExecutor({ maxWorkers, grace }),
  process: () => new ProcessPoolExecutor({ maxWorkers, grace }),
};

/** Runs the body with an executor; when it has ended, or was stopped, nothing is left of that. */
export const withExecutor = coroutine(function* <T>(kind: Kind, redis: string | undefined, body: Body<T>) {
  if (kind === 'queue') return yield* withQueue(redis, body);
  const executor = pools[kind]();
  try {
    return yield* body(executor);
  } finally {
    yield* executor.shutdown();
  }
});

/**
 * A queue, with a worker of its own in this process. More of them, on machines that have the same files, join in by
 *
 *     npx rxtasks worker --queue audit-packages --redis URL --module …/work.js
 */
const withQueue = coroutine(function* <T>(redis: string | undefined, body: Body<T>) {
  const { QueueExecutor, QueueWorker } = yield* resultOf(import('rxtasks/queue')); // no BullMQ for who needs no queue
  const where = { queue: 'audit-packages', redis };
  const worker = new QueueWorker({ ...where, modules: [workFile], concurrency: maxWorkers });
  const serving = createTask(() => worker.run(), { name: 'worker' });
  const executor = new QueueExecutor({ ...where, grace, connectTimeout: 3000 });
  try {
    // Does the server answer, and does the worker serve? It does not end before it is closed, unless it cannot.
    const { done } = yield* wait([serving, executor.submit(work.nothing)], { returnWhen: FIRST_COMPLETED });
    const failed = [...done].find((each) => each.exception() !== null);
    if (failed !== undefined) throw new QueueError(`The queue cannot be used: ${String(failed.exception())}`);
    return yield* body(executor);
  } finally {
    yield* executor.shutdown({ cancelPending: true });
    yield* resultOf(worker.close());
  }
});
