import type { Benchmark } from '../benchmark.js';
import { beyondObservable, bundled } from '../bundle.js';

export default {
  title: 'A bundle with { createTask, gather, run }, minified and gzipped',
  per: 'bundle',
  sizes: [1],
  measures: 'bytes',
  contenders: {
    "rxtasks, beyond RxJS's Observable": beyondObservable("export { createTask, gather, run } from 'rxtasks'"),
    "rxtasks, with RxJS's Observable": bundled("export { createTask, gather, run } from 'rxtasks'"),
    'rxtasks { run } alone, beyond Observable': beyondObservable("export { run } from 'rxtasks'"),
    'rxtasks { createTask, gather } alone, beyond Observable': beyondObservable(
      "export { createTask, gather } from 'rxtasks'",
    ),
    'Effect { all, forkChild, gen, runPromise }': bundled(
      "export { all, forkChild, gen, runPromise } from 'effect/Effect'",
    ),
    'effection { all, run, spawn }': bundled("export { all, run, spawn } from 'effection'"),
    'RxJS { defer, forkJoin, lastValueFrom }, beyond Observable': {
      ...beyondObservable("export { defer, forkJoin, lastValueFrom } from 'rxjs'"),
      lacks: 'tasks: nothing that runs is named, listed, or cancelled and waited for',
    },
  },
} satisfies Benchmark;
