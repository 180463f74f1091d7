import type { Resume } from '../ground/resume.js';

/**
 * One `yield*` of a coroutine: the iterator around its body. Where coroutines await each other many levels deep it cuts the
 * chain into pieces, and gives each piece to the strand to run by itself:
 *
 *     strand ──▶ main ── … ── the 15th    strand ──▶ the 16th ── … ── the 31st    strand ──▶ the 32nd
 *                waits for the next piece            waits for the next piece                waits for a future
 *
 * A step resumes the last piece only, however long the chain is, and the stack does not grow with it. In what is less
 * deep everything stays as the language does it: errors show the whole chain in their stack.
 *
 * @internal
 */
export class Frame<T> implements IterableIterator<never, T, Resume> {
  readonly body: Generator<void, T, Resume>;
  /** The strand is asked to run the body, and then runs it. Somebody else, who iterates by hand, is not able to. */
  #apart: 'no' | 'asked' | 'yes' = 'no';

  constructor(body: Generator<void, T, Resume>) {
    this.body = body;
  }

  // The frame itself is what it gives back to ask the strand to run its body, and the value by which the strand knows it: an
  // engine may hand on a copy of what is given back.

  get done(): boolean {
    return false;
  }

  get value(): this {
    return this;
  }

  /** The strand runs the body from now on; what it sends here afterwards is the result. */
  runApart(): Generator<void, unknown, Resume> {
    this.#apart = 'yes';
    return this.body;
  }

  next(sent: Resume): IteratorResult<never, T> {
    if (this.#apart === 'yes') return { done: true, value: sent as T };
    if (depth >= DEEPEST && this.#apart === 'no') {
      this.#apart = 'asked';
      return this as unknown as IteratorResult<never, T>;
    }
    depth++;
    try {
      return this.body.next(sent) as IteratorResult<never, T>;
    } finally {
      depth--;
    }
  }

  throw(error: unknown): IteratorResult<never, T> {
    if (this.#apart === 'yes') throw error;
    depth++;
    try {
      return this.body.throw(error) as IteratorResult<never, T>;
    } finally {
      depth--;
    }
  }

  return(value: T): IteratorResult<never, T> {
    return this.body.return(value) as IteratorResult<never, T>;
  }

  [Symbol.iterator](): this {
    return this;
  }
}

/** As many levels as a step resumes by nesting, and as a stack shows. @internal */
export const DEEPEST = 16;

/** How many frames are on the stack at this moment. */
let depth = 0;
