import type { Benchmark } from '../benchmark.js';
import { randomSleeps } from '../random-sleeps.js';

const { rxtasks, native } = randomSleeps(50);

/** As sleeps. A round takes five seconds or so, most of which the collector is busy. */
export default {
  title: 'Random sleeps over 50 ms, a million, total cost',
  sizes: [1_000_000],
  per: 'task',
  measures: 'cpu',
  onlyByName: true,
  contenders: {
    rxtasks,
    'async function + setTimeout': { ...native, lacks: 'no cancellation, no names' },
  },
} satisfies Benchmark;
