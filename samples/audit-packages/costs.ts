/** What an executor costs: the time of its calls, and how much of this loop it takes. */
import { type EventLoopUtilization, type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { coroutine } from 'rxtasks';
import type { JobExecutor } from 'rxtasks/executors';
import { work } from './executors.js';
import { count, seconds } from './format.js';

/** How many empty calls are made, to see what one costs. */
const CALLS = 100;
/** How often the loop is looked at, in ms. */
const RESOLUTION = 10;

/** Measures from when it is made until it is read. */
export class Costs {
  readonly #started = performance.now();
  readonly #before: EventLoopUtilization = performance.eventLoopUtilization();
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION });

  constructor() {
    this.#delay.enable();
  }

  of(files: number): string {
    this.#delay.disable();
    const took = performance.now() - this.#started;
    const { utilization } = performance.eventLoopUtilization(this.#before);
    const late = Math.max(0, this.#delay.max / 1e6 - RESOLUTION);
    return [
      `${count(files, 'file')} in ${seconds(took)}`,
      `${short(took / Math.max(files, 1))} per file`,
      `the loop was busy for ${(100 * utilization).toFixed()} % of it and late by ${short(late)} at most`,
    ].join(', ');
  }
}

/** What calls cost in which nothing is done, one after the other. */
export const costOfCalls = coroutine(function* (executor: JobExecutor) {
  const started = performance.now();
  for (let i = 0; i < CALLS; i++) yield* executor.submit(work.nothing);
  return `an empty call takes ${short((performance.now() - started) / CALLS)}`;
});

function short(ms: number): string {
  return ms < 1 ? `${(1000 * ms).toFixed()} µs` : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}
