import type { Benchmark } from '../benchmark.js';
import { beyondObservable, bundled } from '../bundle.js';

export default {
  title: "Bundle of { sleep } alone, beyond RxJS's Observable",
  per: 'bundle',
  sizes: [1],
  measures: 'bytes',
  contenders: {
    rxtasks: beyondObservable("export { sleep } from 'rxtasks'"),
    'rxtasks and Observable': bundled("export { sleep } from 'rxtasks'"),
    'Effect, of effect/Effect': bundled("export { sleep } from 'effect/Effect'"),
    effection: bundled("export { sleep } from 'effection'"),
    'RxJS { timer }': {
      ...beyondObservable("export { timer } from 'rxjs'"),
      lacks: 'nothing to await',
    },
  },
} satisfies Benchmark;
