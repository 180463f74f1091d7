import type { Benchmark } from '../benchmark.js';
import { randomSleeps } from '../random-sleeps.js';

const { rxtasks, native, RxJS, Effect, effection } = randomSleeps(50);

export default {
  title: 'Random sleeps over 50 ms, total cost',
  sizes: [10_000, 100_000],
  per: 'task',
  measures: 'cpu',
  contenders: {
    rxtasks,
    'async function + setTimeout': { ...native, lacks: 'no cancellation, no names' },
    'RxJS forkJoin of timers': {
      ...RxJS,
      lacks: 'no names, no waiting for clean-up',
      upTo: 10_000, // timers that have fired are looked up in a list of all
    },
    'Effect.sleep': Effect,
    'effection sleep': { ...effection, upTo: 10_000 },
    asyncio: { python: 'sleeps' },
  },
} satisfies Benchmark;
