import type { Benchmark } from '../benchmark.js';
import { beyondObservable, bundled } from '../bundle.js';

export default {
  title: "Bundle of { createTask, gather, run }, beyond RxJS's Observable",
  per: 'bundle',
  sizes: [1],
  measures: 'bytes',
  contenders: {
    rxtasks: beyondObservable("export { createTask, gather, run } from 'rxtasks'"),
    'rxtasks and Observable': bundled("export { createTask, gather, run } from 'rxtasks'"),
    'rxtasks { run } alone': beyondObservable("export { run } from 'rxtasks'"),
    'rxtasks { createTask, gather } alone': beyondObservable("export { createTask, gather } from 'rxtasks'"),
    'Effect { all, forkChild, gen, runPromise }': bundled(
      "export { all, forkChild, gen, runPromise } from 'effect/Effect'",
    ),
    'effection { all, run, spawn }': bundled("export { all, run, spawn } from 'effection'"),
    'RxJS { defer, forkJoin, lastValueFrom }': {
      ...beyondObservable("export { defer, forkJoin, lastValueFrom } from 'rxjs'"),
      lacks: 'no tasks: nothing that runs is named, listed, or waited for when cancelled',
    },
  },
} satisfies Benchmark;
