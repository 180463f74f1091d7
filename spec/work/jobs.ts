/** What the specs of the executors run in their workers. */
import { type Observable, map, range } from 'rxjs';
import type { RemoteTask } from '../../lib/executors/index.js';
import {
  CancelledError,
  ContextVar,
  type Resume,
  coroutine,
  currentTask,
  isCancelled,
  sleep,
} from '../../lib/index.js';

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

/** Says that it has started, and goes on to its value when it is asked to stop. */
export async function refuse(task: RemoteTask<string>): Promise<string> {
  task.report('started');
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
  for (;;) kept.push(new Array(100).fill(kept.length)); // little by little: one big piece too many ends the process of a thread
}

export const notAFunction = 42;

// ---- what travels -----------------------------------------------------------------------------------------------------

/** What the function has got, as its worker sees it. */
export function describeValue(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (kind === 'Error') return String(value);
  if (kind === 'Date') return `Date(${(value as Date).getTime()})`;
  return `${kind}(${[...(value as Iterable<unknown>)].join()})`;
}

/** Is what the value points to the value itself? */
export const isCircular = (value: { self?: unknown }): boolean => value.self === value;

export const lengthOf = (bytes: Uint8Array): number => bytes.length;

/** Gives its memory away with the result; tells how much it has left. */
export function giveAway(length: number, task: RemoteTask<string>): Uint8Array {
  const bytes = new Uint8Array(length).fill(7);
  return task.transfer(bytes, [bytes.buffer]);
}

/** Says through a port that was handed over to it. */
export function sayThrough(port: { postMessage(value: unknown): void; close(): void }, word: string): string {
  port.postMessage(word);
  port.close();
  return 'said';
}

/** How many arguments it got, the task not counted as one. */
export function optional(a: number, b?: number, c?: number): string {
  return [a, b, c].map((each) => typeof each).join();
}

export const nameOf = (task: RemoteTask): string => task.name;

export const traceOf = (task: RemoteTask): string | undefined => task.traceparent;

// ---- errors -----------------------------------------------------------------------------------------------------------

export function failTogether(): never {
  throw new AggregateError([new TypeError('one'), new HashError('b'), 3], 'both');
}

/** Two errors that are the cause of each other. */
export function failInCircle(): never {
  const one = new Error('one');
  const other = new Error('other', { cause: one });
  one.cause = other;
  throw one;
}

/** An error with much of its own, not all of which can be copied or even read. */
export function failWithProperties(): never {
  const error = Object.assign(new TypeError('with much'), {
    code: 'E_MUCH',
    details: { list: [1, 2] },
    retry: () => {},
    shared: new SharedArrayBuffer(1),
  });
  Object.defineProperty(error, 'broken', {
    enumerable: true,
    get() {
      throw new Error('not to be read');
    },
  });
  throw error;
}

export function throwUnreadable(): never {
  throw new Proxy(new Error('hidden'), {
    get() {
      throw new Error('nothing to see');
    },
  });
}

export const throwFunction = (): never => throwValue(() => {});

/** A cancellation of its own: nobody asked. */
export function cancelItself(): never {
  throw new CancelledError('by itself');
}

export const reportFunction = (task: RemoteTask): string => {
  try {
    task.report(() => {});
    return 'reported';
  } catch (error) {
    task.report('refused');
    return String(error);
  }
};

// ---- cancellation ---------------------------------------------------------------------------------------------------

/** Reports that it runs, then waits until it is asked to stop. */
export async function wait(task: RemoteTask<string>): Promise<never> {
  task.report('running');
  if (!task.signal.aborted) await new Promise((resolve) => task.signal.addEventListener('abort', resolve));
  throw task.signal.reason;
}

/** Reports that it runs, then waits, whatever it is asked. */
export async function hold(ms: number, task: RemoteTask<string>): Promise<string> {
  task.report('running');
  await new Promise((resolve) => setTimeout(resolve, ms));
  return 'held';
}

/** Reports that it runs, then computes, and hears nothing. */
export function spinOn(ms: number, task: RemoteTask<string>): number {
  task.report('running');
  return spin(ms);
}

/** Says what it was asked with, and how it was asked. */
export async function reasonOf(task: RemoteTask<string>): Promise<string> {
  task.report('running');
  const { signal } = task;
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
  const reason = signal.reason as CancelledError;
  return [reason.name, reason.message, isCancelled(reason), reason.requester].join();
}

/** Fails when it is asked to stop, in a way of its own. */
export async function failWhenAsked(task: RemoteTask<string>): Promise<never> {
  task.report('running');
  if (!task.signal.aborted) await new Promise((resolve) => task.signal.addEventListener('abort', resolve));
  throw new RangeError('could not clean up');
}

/** What is aborted with the signal rejects with an AbortError, as fetch does. */
export async function abortedWork(task: RemoteTask<string>): Promise<void> {
  task.report('running');
  const { setTimeout: pause } = await import('node:timers/promises');
  await pause(60_000, undefined, { signal: task.signal });
}

/** Computes with looks at the signal, until it is asked to stop. */
export function pollOn(task: RemoteTask<string>): string {
  task.report('running');
  return poll(task);
}

/** Leaves the loop of its worker spinning when it has returned. */
export function leaveSpinning(ms: number): string {
  setTimeout(spin, 0, ms);
  return 'returned';
}

// ---- recipes --------------------------------------------------------------------------------------------------------

/** Counts to n: each value is progress, the last one the result. */
export const numbers = (n: number): Observable<number> => range(1, n);

export function* generate(ms: number): Generator<void, string, Resume> {
  yield* sleep(ms);
  return 'generated';
}

export const cooperate = coroutine(function* cooperate(ms: number) {
  yield* sleep(ms);
  return 'cooperated';
});

/** A coroutine that cleans up when it is cancelled. */
export const cleanCoroutine = coroutine(function* cleanCoroutine() {
  const task = currentTask()!;
  task.report('running');
  try {
    yield* sleep(60_000);
  } finally {
    yield* sleep(5);
    task.report('clean');
  }
});

// ---- context --------------------------------------------------------------------------------------------------------

const user = new ContextVar<string>('user', { defaultValue: 'nobody' });

export const whoseJob = (): string => user.get();

export async function whoseJobLater(ms: number): Promise<string> {
  const before = user.get();
  await new Promise((resolve) => setTimeout(resolve, ms));
  return `${before}, ${user.get()}`;
}

export const numbersOfUser = (n: number): Observable<string> =>
  range(1, n).pipe(map((each) => `${user.get()} ${each}`));

/** What OpenTelemetry has at hand in the worker, once a fake of it is registered there. */
export function traceHere(): string | undefined {
  const key = Symbol.for('opentelemetry.js.api.1');
  return (globalThis as { [key]?: { active?: string } })[key]?.active;
}

// ---- where ----------------------------------------------------------------------------------------------------------

export const processId = (): number => process.pid;

/** Tells a thread or process from others. */
export async function workerId(): Promise<string> {
  const { threadId } = await import('node:worker_threads');
  return `${process.pid} ${threadId}`;
}

/** A positive number comes back; zero fails; a negative one waits, and cleans up when it is asked to stop. */
export async function cleanOrEcho(n: number, task: RemoteTask): Promise<number> {
  if (n > 0) return n;
  if (n === 0) throw new RangeError('zero');
  if (!task.signal.aborted) await new Promise((resolve) => task.signal.addEventListener('abort', resolve));
  await new Promise((resolve) => setTimeout(resolve, 10));
  throw task.signal.reason;
}

/** Rejects outside of its own course. */
export async function rejectAside(): Promise<void> {
  void Promise.reject(new Error('aside, by promise'));
  await new Promise((resolve) => setTimeout(resolve, 10_000));
}

/** A recipe that returns and fails later, when nobody listens any more. */
export const recipeThatFailsLater = coroutine(function* recipeThatFailsLater(ms: number) {
  yield* sleep(1);
  return failLater(ms);
});
