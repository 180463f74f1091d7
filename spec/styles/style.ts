import type { Body, Task, TaskFunction, TaskSource } from 'rxtasks';
import type { World } from './world.js';

/** A wait that is none of the library's: an async helper that is called, a step of `for await`. */
export interface Bare {
  readonly bare: () => PromiseLike<unknown>;
}

export type Wait = TaskSource<unknown> | TaskFunction<unknown> | Bare;

/** A body that does not know how it waits: it yields what to wait for, and is sent the result or thrown the error. */
export type Script<T = unknown> = Generator<Wait, T, any>;

/** By which an async function without ambient context waits: its task, or the scope that it is the body of. */
export interface Waiter {
  readonly signal: AbortSignal;
  resultOf<T>(source: TaskSource<T>): Promise<T>;
}

export type Start = (task: Task<unknown> | null, waiter: Waiter | null) => Script;

/** How bodies are written. */
export interface Style {
  readonly name: 'coroutine' | 'async' | 'explicit' | 'pipeline';
  /** A body can catch a cancellation and go on. */
  readonly catches: boolean;
  /** What `createTask`, `gather`, `waitFor` take; `waiter`: of the body that it is a part of. */
  source(start: Start, waiter?: Waiter | null): TaskFunction<unknown>;
  /** The body of a scope; `waiter`: of the body around it, if the scope has none. */
  scope(start: Start, waiter?: Waiter | null): Body<any, unknown>;
  /** The wait for a part of a body that is a function of its own; `waiter` is the one around it. */
  call(start: Start, task: Task<unknown> | null, waiter: Waiter | null): Wait;
  sleep(world: World, ms: number): Wait;
}

export type Sent = { readonly value: unknown } | { readonly error: unknown } | undefined;

/** Drives a script one wait further. */
export function advance(script: Script, sent: Sent): IteratorResult<Wait, unknown> {
  if (sent !== undefined && 'error' in sent) return script.throw(sent.error);
  return script.next(sent?.value);
}

export function isBare(wait: Wait): wait is Bare {
  return typeof wait === 'object' && 'bare' in wait;
}
