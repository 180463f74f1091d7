import { ambientOwner } from './ambient.js';
import { current } from './current.js';
import type { Owner } from './owner.js';

/**
 * Who runs now: what the loop knows while a handle runs (even if that is nobody), else what the ambient context knows.
 *
 * @internal
 */
export function currentOwner(): Owner | null {
  return current.loop !== null ? current.owner : (ambientOwner() ?? null);
}
