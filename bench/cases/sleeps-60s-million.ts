import type { Benchmark } from '../benchmark.js';
import { longSleeps } from '../random-sleeps.js';

const { rxtasks, native } = longSleeps(60_000);

/** As sleeps-60s. Each process is busy for the first seven seconds: 18 of them take four minutes altogether, and 10 GB. */
export default {
  title: 'Random sleeps over 60 s, a million, total cost',
  sizes: [1_000_000],
  per: 'task',
  measures: 'cpu',
  apart: 8_000,
  onlyByName: true,
  contenders: {
    rxtasks,
    'async function + setTimeout': { ...native, lacks: 'no cancellation, no names' },
  },
} satisfies Benchmark;
