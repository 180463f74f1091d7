import type { Benchmark } from '../benchmark.js';
import { longSleeps } from '../random-sleeps.js';

const { rxtasks, native, Effect } = longSleeps(60_000);

/**
 * A round lasts a minute, in which a process is busy for three seconds or so, of which less than one at the beginning. So all rounds
 * go on at once: 36 processes, begun within 40 seconds, less than two minutes altogether. They take two thirds of two processors, and 5 GB.
 * RxJS is left out, which looks up each timer that has fired in a list of all: so many processes, each busy for eight seconds, would
 * be too much. Everybody has had short sleeps before, to be compiled.
 */
export default {
  title: 'Random sleeps over 60 s, total cost',
  sizes: [100_000],
  per: 'task',
  measures: 'cpu',
  apart: 500,
  onlyByName: true,
  contenders: {
    rxtasks,
    'async function + setTimeout': { ...native, lacks: 'no cancellation, no names' },
    'Effect.sleep': Effect,
    asyncio: { python: 'sleeps_60s' },
  },
} satisfies Benchmark;
