/** What the specs of the executors run in their workers. */
import type { RemoteTask } from '../../lib/executors/index.js';

export const add = (a: number, b: number): number => a + b;

/** A value comes back as a copy. */
export const echo = <T>(value: T): T => value;

export const nothing = (): void => {};

/** Waits, and stops when it is asked to. */
export function nap(ms: number, task: RemoteTask): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms, 'slept');
    task.signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(task.signal.reason as Error);
    });
  });
}

/** Waits, whatever it is asked. */
export const stubborn = (ms: number): Promise<string> => new Promise((resolve) => setTimeout(resolve, ms, 'done'));

/** Computes for about `ms` and never lets go of its thread. */
export function spin(ms: number): number {
  const end = performance.now() + ms;
  let turns = 0;
  while (performance.now() < end) turns++;
  return turns;
}

/** When it is asked to stop, cleans up for `ms`, and says so through its reports. */
export async function cleanUp(ms: number, task: RemoteTask<string>): Promise<never> {
  task.report('started');
  await new Promise((resolve) => task.signal.addEventListener('abort', resolve));
  task.report('cleaning');
  await new Promise((resolve) => setTimeout(resolve, ms));
  task.report('clean');
  throw task.signal.reason;
}

/** Goes on to its value when it is asked to stop. */
export async function refuse(task: RemoteTask): Promise<string> {
  if (!task.signal.aborted) await new Promise((resolve) => task.signal.addEventListener('abort', resolve));
  return `refused: ${(task.signal.reason as Error).message}`;
}

/** Looks at the signal in a loop that never lets go, for at most ten seconds. */
export function poll(task: RemoteTask): string {
  const end = performance.now() + 10_000;
  while (performance.now() < end) if (task.signal.aborted) return 'heard';
  return 'heard nothing';
}

/** Reports 0 to `n - 1`. */
export function count(n: number, task: RemoteTask<number>): number {
  for (let i = 0; i < n; i++) task.report(i);
  return n;
}

/** Reports with a pause between. */
export async function countSlowly(n: number, ms: number, task: RemoteTask<number>): Promise<number> {
  for (let i = 0; i < n; i++) {
    task.report(i);
    await new Promise((resolve) => setTimeout(resolve, ms));
  }
  return n;
}

class HashError extends Error {
  override readonly name = 'HashError';
  readonly file: string;

  constructor(file: string) {
    super(`cannot hash ${file}`, { cause: new RangeError('too long') });
    this.file = file;
  }
}

export function fail(file: string): never {
  throw new HashError(file);
}

export function throwValue(value: unknown): never {
  throw value;
}

export const giveFunction = (): unknown => () => {};

/** Returns at once and fails later, when nobody listens any more. */
export function failLater(ms: number): string {
  setTimeout(() => {
    throw new Error('too late');
  }, ms);
  return 'returned';
}

export function rejectLater(ms: number): string {
  setTimeout(() => void Promise.reject(new Error('too late, by promise')), ms);
  return 'returned';
}

/** Fails outside of its own course. */
export async function failAside(): Promise<void> {
  setTimeout(() => {
    throw new Error('aside');
  });
  await new Promise((resolve) => setTimeout(resolve, 10_000));
}

export function exit(code: number): Promise<never> {
  process.exit(code);
}

export function fillMemory(): number {
  const kept: unknown[] = [];
  for (;;) kept.push(new Array(1e6).fill(kept.length));
}

export const notAFunction = 42;
