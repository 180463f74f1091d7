import { got } from '../../kernel/index.js';
import { functionSource } from './function-source.js';
import { referenceOf } from './remote.js';
import type { FunctionReference } from '../wire/wire.js';

/**
 * How a worker finds `fn`: by module and name, or from its source.
 *
 * **Errors:** TypeError for what is no function, or one that cannot be sent.
 *
 * @internal
 */
export function functionReference(call: string, fn: unknown): FunctionReference {
  if (typeof fn !== 'function') throw new TypeError(`${call}: expected a function, got ${got(fn)}`);
  return referenceOf(fn) ?? functionSource(call, fn);
}
