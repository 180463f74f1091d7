import type { Future, Lock, Task, Timeout } from 'rxtasks';

import type { Interpreter } from './interpreter.js';
import type { Condition } from './program.js';

/** Evaluates the condition of an `if`. */
export function holds({ names, variables }: Interpreter, condition: Condition): boolean {
  if ('done' in condition) return names.get<Future<unknown>>(condition.done).done();
  if ('cancelled' in condition) return names.get<Future<unknown>>(condition.cancelled).cancelled();
  if ('cancelling' in condition) return names.get<Task<unknown>>(condition.cancelling).cancelling() > 0;
  if ('locked' in condition) return names.get<Lock>(condition.locked).locked();
  if ('expired' in condition) return names.get<Timeout>(condition.expired).expired();
  return variables.get(condition.var) >= condition.ge;
}
