import type { Benchmark } from '../benchmark.js';
import { beyondObservable, bundled } from '../bundle.js';

export default {
  title: 'A bundle with { sleep } alone, minified and gzipped',
  per: 'bundle',
  sizes: [1],
  measures: 'bytes',
  contenders: {
    "rxtasks, beyond RxJS's Observable": beyondObservable("export { sleep } from 'rxtasks'"),
    "rxtasks, with RxJS's Observable": bundled("export { sleep } from 'rxtasks'"),
    'Effect, by effect/Effect': bundled("export { sleep } from 'effect/Effect'"),
    effection: bundled("export { sleep } from 'effection'"),
    'RxJS { timer }, beyond Observable': {
      ...beyondObservable("export { timer } from 'rxjs'"),
      lacks: 'a result that can be awaited',
    },
  },
} satisfies Benchmark;
