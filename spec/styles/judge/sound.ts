import type { Body, Program, Statement } from './program.js';

/**
 * Does the program ask for no two things at one moment, as the generator takes care of? How many turns things take within a
 * moment is nobody's affair; so what ends something comes at a moment of its own.
 */
export function isSound({ main }: Program): boolean {
  return endsWithTime(main) && isSoundBody(main, false, false);
}

/** What is around a statement. */
interface Around {
  readonly before: Statement | undefined;
  readonly next: Statement | undefined;
  /** It stands in the body of a loop, after which the loop waits for its next value. */
  readonly inLoop: boolean;
  readonly limited: boolean;
}

function isSoundBody(body: Body, inLoop: boolean, limited: boolean): boolean {
  return body.every((statement, index) => {
    const around = { before: body[index - 1], next: body[index + 1], inLoop, limited };
    const isLimit = statement.op === 'withTimeout' || statement.op === 'waitFor';
    return (
      isSoundItself(statement, around) &&
      bodiesOf(statement).every((inner) => isSoundBody(inner, loops(statement, inner), limited || isLimit))
    );
  });
}

function isSoundItself(statement: Statement, { before, next, inLoop, limited }: Around): boolean {
  switch (statement.op) {
    case 'cancel':
      // At once only what has just been made, and has not begun.
      return statement.after !== null || (before !== undefined && isMade(before, statement.task) && !isEager(before));
    case 'each':
      if (statement.items > 1 && !statement.project.body.some(takesTime)) return false;
      // The next item begins when this one is taken.
      if (!beginsWithTime(statement.body)) return false;
      return statement.items > 0 && (statement.leaveAt === null || endsWithTime(statement.body));
    case 'map':
      // RxJS's own does not wait for a clean-up.
      return (
        statement.operator !== 'switchMap' ||
        (statement.project.values === 1 && statement.project.body.every(takesTime))
      );
    case 'withTimeout':
    case 'waitFor':
      // A limit of nothing comes with the first steps of whatever the body starts.
      return statement.ms !== 0 || statement.body.every(({ op }) => startsNothing.has(op));
    case 'gather':
      return statement.parts.length > 0;
    case 'retry':
      return statement.attempts.length > 0;
    case 'deaf':
      // A loop that is left behind is left by itself only when its body goes on.
      if (inLoop && limited) return false;
      if (statement.hot === null) return next === undefined ? inLoop : takesTime(next);
      return (
        (next?.op === 'join' || next?.op === 'shield') &&
        next.task === statement.hot &&
        before !== undefined &&
        isMade(before, statement.hot)
      );
    case 'child':
      // What a child asks for in its first step is heard at the next wait: one that waits.
      return next === undefined || takesTime(next) || next.op === 'endGroup' || !asksAtOnce(statement);
    default:
      return true;
  }
}

function loops(statement: Statement, body: Body): boolean {
  return (statement.op === 'each' || statement.op === 'watch') && statement.body === body;
}

function isEager(statement: Statement): boolean {
  return 'eager' in statement && statement.eager;
}

/** A child ends its group, or is eager and may do anything. */
function asksAtOnce(statement: Statement): boolean {
  const ends = (body: Body): boolean =>
    body.some((one) => (one.op === 'endGroup' && one.after === null) || bodiesOf(one).some(ends));
  return isEager(statement) || bodiesOf(statement).some(ends);
}

function isMade(before: Statement, task: string): boolean {
  return (before.op === 'spawn' || before.op === 'child') && before.id === task;
}

function beginsWithTime(body: Body): boolean {
  const [first] = body;
  return first === undefined || takesTime(first) || first.op === 'deaf';
}

function endsWithTime(body: Body): boolean {
  const last = body.at(-1);
  return last !== undefined && takesTime(last);
}

function takesTime(statement: Statement): boolean {
  return statement.op === 'sleep' && statement.ms > 0;
}

const startsNothing = new Set<Statement['op']>(['sleep', 'native', 'count', 'get', 'put', 'waitSet', 'set', 'fail']);

/** The bodies inside of a statement. */
export function bodiesOf(statement: Statement): Body[] {
  const found: Body[] = [];
  const look = (value: unknown): void => {
    if (!Array.isArray(value)) {
      if (typeof value === 'object' && value !== null) Object.values(value).forEach(look);
    } else if (value.some((item) => typeof item === 'object' && item !== null && 'op' in item)) {
      found.push(value as Body);
    } else {
      value.forEach(look);
    }
  };
  Object.values(statement).forEach(look);
  return found;
}
