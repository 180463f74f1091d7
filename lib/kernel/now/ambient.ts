import { builtin } from '../ground/builtin.js';
import type { Owner } from './owner.js';

/**
 * Which task does the running code belong to, after an `await` of an async function? Only an async context can tell.
 * On Node that is one shared AsyncLocalStorage, whose value is the Owner. Node 20 and 22 slow every `await` of the process
 * once it is in use, so nothing but the first async function that runs as a task switches it on.
 *
 * Whatever the user keeps in an AsyncLocalStorage of his own where a task is created holds inside the task: an
 * AsyncResource per task remembers it and is entered for every step.
 *
 * Elsewhere than on Node there is neither, and everything here answers "unknown".
 */

/** @internal */
export interface Resource {
  runInAsyncScope<T>(fn: () => T, thisArg: unknown): T;
}

interface Storage {
  run<T>(store: Owner | undefined, fn: () => T): T;
  getStore(): Owner | undefined;
  disable(): void;
}

interface AsyncHooks {
  AsyncLocalStorage: new () => Storage;
  AsyncResource: new (type: string, options?: { requireManualDestroy: boolean }) => Resource;
}

let hooks: AsyncHooks | null | undefined;
let storage: Storage | undefined;
let active = false;
/** Somebody has needed it: it stays on. */
let kept = false;
/** Nobody has needed it yet: it goes off when the microtasks at hand are over. */
let goingOff = false;

function asyncHooks(): AsyncHooks | null {
  if (hooks === undefined) hooks = builtin<AsyncHooks>('node:async_hooks') ?? null;
  return hooks;
}

/** The async context in which this library was loaded: that of no task, and of no request. */
const nobody: Resource | null = /* @__PURE__ */ newResource('rxtasks.EventLoop');

/** Remembers the async context of the caller; null where there is none. @internal */
export function newResource(type: string): Resource | null {
  const available = asyncHooks();
  return available && new available.AsyncResource(type, { requireManualDestroy: true });
}

/**
 * `fn`, called in the context of nobody: callbacks must not inherit that of whoever happens to have woken the loop.
 *
 * @internal
 */
export function asNobody(fn: () => void): () => void {
  return nobody === null ? fn : () => nobody.runInAsyncScope(fn, undefined);
}

/** The owner that the ambient context knows, if it is in use. @internal */
export function ambientOwner(): Owner | undefined {
  return active ? storage?.getStore() : undefined;
}

/** Is the ambient context in use? @internal */
export function ambientActive(): boolean {
  return active;
}

/**
 * Calls `fn` so that what it starts belongs to `owner`. Switches the ambient context on; if it was off and the call
 * turns out not to be `needed`, it goes off again: after the microtasks at hand and not at once, since to switch costs more than a
 * hundred calls, and calls come in bursts.
 *
 * @internal
 */
export function runAmbient<T>(owner: Owner, fn: () => T, needed: (result: T) => boolean): T {
  const available = asyncHooks();
  if (available === null) return fn();
  storage ??= new available.AsyncLocalStorage();
  active = true;
  try {
    const result = storage.run(owner, fn);
    kept ||= needed(result);
    return result;
  } finally {
    if (!kept && !goingOff) {
      goingOff = true;
      void Promise.resolve().then(goOff);
    }
  }
}

function goOff(): void {
  goingOff = false;
  if (kept) return;
  active = false;
  storage?.disable();
}

/** Calls `fn` as `runAmbient` does if the ambient context is in use already; never switches it on. @internal */
export function runIfAmbient<T>(owner: Owner, fn: () => T): T {
  return active && storage ? storage.run(owner, fn) : fn();
}

/** Remembers the async context of the caller, with `owner` in the place of the caller's, for every step. @internal */
export function captureResource(owner: Owner): Resource | null {
  return runIfAmbient(owner, () => newResource('rxtasks.Task'));
}
