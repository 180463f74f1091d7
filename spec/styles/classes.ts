import type { Difference } from './compare.js';
import type { Body, Operation, Program, Statement } from './program.js';
import { bodiesOf } from './sound.js';

/**
 * Which kind of mistake a program shows, once it is as small as it can be: what it still needs tells. For counting and for
 * reading only; a difference that no word fits is `other`.
 */
export function classOf({ main }: Program, differences: readonly Difference[]): string {
  const all = [...statementsOf(main)];
  const has = (...ops: Operation[]) => all.some(({ op }) => ops.includes(op));
  const deaf = all.find(({ op }) => op === 'deaf');
  if (has('hot')) return 'hot source';
  if (all.some((one) => (one.op === 'map' || one.op === 'each') && one.project.values !== 1))
    return 'values of a source';
  if (all.some((one) => one.op === 'map' && one.detached)) return 'end of the run';
  if (deaf !== undefined) return has('withTimeout', 'waitFor') ? 'limit' : 'armed request';
  if (all.some((one) => (one.op === 'withTimeout' || one.op === 'waitFor') && one.ms === 0)) return 'limit of nothing';
  if (all.some((one) => one.op === 'each' && one.pace !== null)) return 'clean-up of an iterable';
  if (has('map', 'each')) return 'project';
  if (has('cancelSelf', 'abortSelf', 'endGroup') || all.some((one) => 'eager' in one && one.eager)) return 'first step';
  if (has('count') || differences.some(({ kind }) => kind === 'reports')) return 'counters and reports';
  return 'other';
}

function* statementsOf(body: Body): Generator<Statement> {
  for (const statement of body) {
    yield statement;
    for (const inner of bodiesOf(statement)) yield* statementsOf(inner);
  }
}
