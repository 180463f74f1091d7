import { Coroutine, assertBody, runBody, type Body, type Resume } from '../kernel/index.js';
import type { Guard } from './guard.js';

/** `() => void`: what was acquired is that of a block from now on. */
export const ENTER_BLOCK: unique symbol = Symbol('rxtasks.enterBlock');
/** `(call, failure) => void`: the block has ended, with `failure` as the cause of what goes wrong now; it gives back. */
export const EXIT_BLOCK: unique symbol = Symbol('rxtasks.exitBlock');

/** A guard, as the block of `runExclusive` sees it. @internal */
export interface BlockGuard extends Guard {
  [ENTER_BLOCK](): void;
  [EXIT_BLOCK](call: string, failure: ErrorOptions | undefined): void;
}

/** `runExclusive(body)` of whatever can be acquired; `call` names it for its errors. @internal */
export function exclusively<T>(call: string, holder: Acquirer, body: Body<void, T>): Coroutine<T> {
  assertBody(call, body);
  return new Coroutine<T>('runExclusive', runExclusive, [call, body], holder);
}

interface Acquirer {
  acquire(): Coroutine<Guard>;
}

function* runExclusive<T>(this: Acquirer, call: string, body: Body<void, T>): Generator<void, T, Resume> {
  const guard = (yield* this.acquire()) as BlockGuard;
  guard[ENTER_BLOCK]();
  let failure: ErrorOptions | undefined;
  try {
    return yield* runBody(body, undefined);
  } catch (error) {
    failure = { cause: error };
    throw error;
  } finally {
    guard[EXIT_BLOCK](call, failure);
  }
}
