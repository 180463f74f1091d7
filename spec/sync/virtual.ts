import { VirtualTimeScheduler } from 'rxjs';
import { EventLoop, type Resume } from 'rxtasks';

export { errorOf, turns } from '../support/virtual.js';

/** Runs a coroutine to its end on a loop in virtual time, synchronously. A deadlock is an InvalidStateError. */
export function virtually<T>(body: () => Generator<void, T, Resume>): T {
  const scheduler = new VirtualTimeScheduler();
  const main = new EventLoop({ scheduler }).createTask(body);
  scheduler.flush();
  return main.result();
}

/**
 * Fails if ten times as much takes far more than ten times as long (quadratic: a hundred times). Three attempts, since
 * other work on the machine may slow down one.
 */
export function expectLinear(work: (count: number) => Generator<void, void, Resume>): void {
  const time = (count: number): number => {
    const start = performance.now();
    virtually(() => work(count));
    return performance.now() - start;
  };
  const ratios: string[] = [];
  for (let attempt = 0; attempt < 3; attempt++) {
    time(10_000);
    const ratio = time(100_000) / time(10_000);
    if (ratio < 30) return;
    ratios.push(ratio.toFixed());
  }
  throw new Error(`ten times as much took ${ratios.join(', ')} times as long`);
}
