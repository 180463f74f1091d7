import type { Condition, Lock, Semaphore } from 'rxtasks';
import { guardOf } from '../../lib/sync/lock.js';

import type { Interpreter, Signal, Steps } from './interpreter.js';

/** The ways to write what is `async with` in Python. */
export const spellings = ['acquire', 'runExclusive', 'using'] as const;

export type Spelling = (typeof spellings)[number];

type Holder = Lock | Condition | Semaphore;

/** A block that holds `subject`, in the spelling of the interpreter. */
export function* withBlock(on: Interpreter, subject: Holder, body: () => Steps<Signal>): Steps<Signal> {
  switch (on.spelling) {
    case 'runExclusive':
      return yield* subject.runExclusive(() => entered(on, subject, body));
    case 'using':
      return yield* usingBlock(on, subject, body);
    case 'acquire':
      yield* subject.acquire();
      try {
        return yield* entered(on, subject, body);
      } finally {
        subject.release();
      }
  }
}

/** Where the block and its end fail, JavaScript throws both in one; in Python the second takes the place of the first. */
function* usingBlock(on: Interpreter, subject: Holder, body: () => Steps<Signal>): Steps<Signal> {
  try {
    using _held = yield* subject.acquire();
    return yield* entered(on, subject, body);
  } catch (error) {
    throw error instanceof Error && error.name === 'SuppressedError' ? (error as SuppressedError).error : error;
  }
}

/** The block itself. Notes if at its end another acquisition is in force than at its beginning: then the spellings differ. */
function* entered(on: Interpreter, subject: Holder, body: () => Steps<Signal>): Steps<Signal> {
  const lock = on.locks.get(subject);
  const acquisition = lock && guardOf(lock);
  on.record('with_enter');
  try {
    return yield* body();
  } finally {
    if (lock && guardOf(lock) !== acquisition) on.lostItsLock = true;
  }
}
