import type { Benchmark } from '../benchmark.js';
import { beyondObservable, bundled } from '../bundle.js';

/** The peers are asked for what they have of the same things; Effect and RxJS have much more. */
export default {
  title: 'A bundle with everything, minified and gzipped',
  per: 'bundle',
  sizes: [1],
  measures: 'bytes',
  contenders: {
    "rxtasks, beyond RxJS's Observable": beyondObservable("export * from 'rxtasks'"),
    "rxtasks, with RxJS's Observable": bundled("export * from 'rxtasks'"),
    'Effect, Fiber, Deferred, Queue, PubSub, Semaphore, Schedule': bundled(
      "export { Deferred, Effect, Fiber, PubSub, Queue, Schedule, Semaphore } from 'effect'",
    ),
    'effection, everything': {
      ...bundled("export * from 'effection'"),
      lacks: 'locks, semaphores, bounded queues, virtual time, operators for RxJS',
    },
    'p-map, p-queue and async-mutex': {
      ...bundled(
        "export { default as pMap } from 'p-map'; export { default as PQueue } from 'p-queue'; export * from 'async-mutex'",
      ),
      lacks: 'tasks: nothing that runs is named, listed, or cancelled and waited for',
    },
    'RxJS, everything, beyond Observable': {
      ...beyondObservable("export * from 'rxjs'"),
      lacks: 'tasks: nothing that runs is named, listed, or cancelled and waited for',
    },
  },
} satisfies Benchmark;
