import type { Body, Program, Statement } from './program.js';

/**
 * Does the program ask for no two things at one moment, as the generator takes care of? How many turns things take within a
 * moment is nobody's affair; so what ends something comes at a moment of its own.
 */
export function isSound({ main }: Program): boolean {
  return endsWithTime(main) && isSoundBody(main);
}

function isSoundBody(body: Body): boolean {
  return body.every((statement, index) => isSoundStatement(statement, body[index - 1], body[index + 1]));
}

function isSoundStatement(statement: Statement, before: Statement | undefined, next: Statement | undefined): boolean {
  return isSoundItself(statement, before, next) && bodiesOf(statement).every(isSoundBody);
}

function isSoundItself(statement: Statement, before: Statement | undefined, next: Statement | undefined): boolean {
  switch (statement.op) {
    case 'cancel':
      // At once only what has just been made, and has not begun.
      return statement.after !== null || (before !== undefined && 'id' in before && before.id === statement.task);
    case 'each':
      if (statement.items > 1 && !statement.project.body.some(takesTime)) return false;
      return statement.items > 0 && (statement.leaveAt === null || endsWithTime(statement.body));
    case 'map':
      // RxJS's own does not wait for a clean-up.
      return (
        statement.operator !== 'switchMap' ||
        (statement.project.values === 1 && statement.project.body.every(takesTime))
      );
    case 'gather':
      return statement.parts.length > 0;
    case 'retry':
      return statement.attempts.length > 0;
    case 'deaf':
      return statement.hot ? next?.op === 'gather' : next === undefined || takesTime(next);
    case 'child':
      // What an eager child asks for in its first step is heard at the next wait: one that waits.
      return !statement.eager || next === undefined || takesTime(next) || next.op === 'endGroup';
    default:
      return true;
  }
}

function endsWithTime(body: Body): boolean {
  const last = body.at(-1);
  return last !== undefined && takesTime(last);
}

function takesTime(statement: Statement): boolean {
  return statement.op === 'sleep' && statement.ms > 0;
}

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
