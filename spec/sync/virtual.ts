import { VirtualTimeScheduler } from 'rxjs';
import { EventLoop, type Resume } from 'rxtasks';

/** Runs a coroutine to its end on a loop in virtual time, synchronously. A deadlock is an InvalidStateError. */
export function virtually<T>(body: () => Generator<void, T, Resume>): T {
  const scheduler = new VirtualTimeScheduler();
  const main = new EventLoop({ scheduler }).createTask(body);
  scheduler.flush();
  return main.result();
}

/** Waits for the end of a source and gives the error that it ended with. */
export function* errorOf(source: {
  [Symbol.iterator](): Generator<never, unknown, Resume>;
}): Generator<never, unknown, Resume> {
  let value: unknown;
  try {
    value = yield* source;
  } catch (error) {
    return error;
  }
  throw new Error(`expected an error, got the value ${String(value)}`);
}

/** Lets the loop turn n times. */
export function* turns(n: number): Generator<void, void, Resume> {
  for (let i = 0; i < n; i++) yield;
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
