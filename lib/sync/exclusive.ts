import { Coroutine, assertBody, runBody, type Body, type Resume } from '../kernel/index.js';
import type { Guard } from './guard.js';

/** `runExclusive(body)` of whatever can be acquired; `call` names it for the error that refuses what is no body. @internal */
export function exclusively<T>(call: string, holder: Acquirer, body: Body<void, T>): Coroutine<T> {
  assertBody(call, body);
  return new Coroutine<T>('runExclusive', runExclusive, [body], holder);
}

interface Acquirer {
  acquire(): Coroutine<Guard>;
}

function* runExclusive<T>(this: Acquirer, body: Body<void, T>): Generator<void, T, Resume> {
  const guard = yield* this.acquire();
  try {
    return yield* runBody(body, undefined);
  } finally {
    guard.release();
  }
}
