import { Coroutine } from './coroutine.js';
import { Immediate } from './immediate.js';
import { passAwait } from '../tasks/await-source.js';
import type { Resume } from '../ground/resume.js';

/**
 * The answer of an async iterator that need not wait for it: a promise of `step`, or of the cancel request that has come for the
 * code that awaits it.
 *
 * @internal
 */
export function atOnce<S extends IteratorResult<unknown, unknown>>(step: S): Promise<S> {
  if (passAwait()) return Promise.resolve(step);
  return Coroutine.from(() => new Immediate(step) as unknown as Generator<void, S, Resume>).then();
}
