import type { Benchmark } from '../benchmark.js';
import { beyondObservable, bundled } from '../bundle.js';

/** Of Effect the modules that have the same things: there is much more. */
export default {
  title: "Bundle of everything, beyond RxJS's Observable",
  per: 'bundle',
  sizes: [1],
  measures: 'bytes',
  contenders: {
    rxtasks: beyondObservable("export * from 'rxtasks'"),
    'rxtasks and Observable': bundled("export * from 'rxtasks'"),
    'Effect, Fiber, Queue, Semaphore, …': bundled(
      "export { Deferred, Effect, Fiber, PubSub, Queue, Schedule, Semaphore } from 'effect'",
    ),
    'effection, everything': {
      ...bundled("export * from 'effection'"),
      lacks: 'no locks, semaphores, bounded queues, operators of RxJS',
    },
    'p-map, p-queue and async-mutex': {
      ...bundled(
        "export { default as pMap } from 'p-map'; export { default as PQueue } from 'p-queue'; export * from 'async-mutex'",
      ),
      lacks: 'no tasks: nothing that runs is named, listed, or waited for when cancelled',
    },
    'RxJS, everything': {
      ...beyondObservable("export * from 'rxjs'"),
      lacks: 'no tasks: nothing that runs is named, listed, or waited for when cancelled',
    },
  },
} satisfies Benchmark;
