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
export function* errorOf(source: { [Symbol.iterator](): Generator<never, unknown, Resume> }): Generator<never, unknown, Resume> {
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
