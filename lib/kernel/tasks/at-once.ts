import { cancelledError } from '../futures/cancel.js';
import { passAwait } from './await-source.js';

/**
 * The answer of an async iterator that need not wait for it: a promise of `step`, or of the cancel request that has come for the
 * code that awaits it.
 *
 * @internal
 */
export function atOnce<S extends IteratorResult<unknown, unknown>>(step: S): Promise<S> {
  const request = passAwait();
  return request === null ? Promise.resolve(step) : Promise.reject(cancelledError(request));
}
