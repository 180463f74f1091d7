import { CancelledError, isCancelled, ExceptionGroup, RuntimeError, TimeoutError } from 'rxtasks';

import type { Json } from './program.js';

/** An error of the program itself; its message may be missing. */
class UserError extends Error {
  readonly msg: string | null;

  constructor(msg: string | null) {
    super(msg ?? '');
    this.msg = msg;
  }
}

class ErrA extends UserError {}
class ErrB extends UserError {}
class ErrC extends UserError {}

const userErrors: Record<string, typeof UserError> = { ErrA, ErrB, ErrC };

/** The error that `raise` and `set_exception` make. */
export function makeError(name: string, msg: string | null): Error {
  const UserClass = userErrors[name];
  if (UserClass) return new UserClass(msg);
  switch (name) {
    case 'CancelledError':
      return new CancelledError(msg ?? undefined);
    case 'TimeoutError':
      return new TimeoutError();
    case 'RuntimeError':
      return new RuntimeError();
    case 'ValueError':
      return new RangeError();
    default:
      throw new TypeError(`no error is called ${name}`);
  }
}

/** Does an `except` clause for `match` catch `error`? */
export function matches(error: unknown, match: string): boolean {
  switch (match) {
    case 'BaseException':
      return true;
    case 'Exception':
      return !isCancelled(error);
    case 'CancelledError':
      return isCancelled(error);
    case 'TimeoutError':
      return error instanceof TimeoutError;
    case 'ExceptionGroup':
      return error instanceof ExceptionGroup;
    default: {
      const UserClass = userErrors[match];
      if (!UserClass) throw new TypeError(`no error is called ${match}`);
      return error instanceof UserClass;
    }
  }
}

/** What the library and the language name differently from the traces. */
const renamed: Record<string, string> = { RangeError: 'ValueError' };

/** Errors that traces show by their class alone. */
const plain = new Set([
  'TimeoutError',
  'RuntimeError',
  'InvalidStateError',
  'ValueError',
  'QueueEmpty',
  'QueueFull',
  'QueueShutDown',
  'BrokenBarrierError',
]);

/** An error as traces show it. An error that no program should see shows its message too. */
export function errorToJson(error: unknown): Json {
  if (isCancelled(error)) return { $exc: 'CancelledError', msg: error.message || null };
  if (error instanceof UserError) return { $exc: error.constructor.name, msg: error.msg };
  if (error instanceof ExceptionGroup) return { $exc: 'ExceptionGroup', errors: error.errors.map(errorToJson) };
  if (!(error instanceof Error)) return { $exc: `thrown: ${String(error)}` };
  const name = renamed[error.name] ?? error.name;
  return { $exc: plain.has(name) ? name : `${name}: ${error.message}` };
}
