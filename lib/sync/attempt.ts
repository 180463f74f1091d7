import { Coroutine, type Future, type Resume, START, Suspension, suspendedOn } from '../kernel/index.js';
import type { Waiter } from './waiters.js';

/**
 * A recipe of what a primitive does at once, if it can: its run is an {@link Attempt}, in the place of a generator with a
 * frame around it.
 *
 * @internal
 */
export abstract class Operation<T> extends Coroutine<T> {
  /** @internal */
  override frame(): Generator<void, T, Resume> {
    return this[START]();
  }

  override [START](): Generator<void, T, Resume> {
    return this.attempt() as unknown as Generator<void, T, Resume>;
  }

  /** A fresh run. */
  protected abstract attempt(): Attempt<T>;
}

/**
 * One run of an operation, written by hand what would be, as a generator,
 *
 *     let waiter = begin();
 *     while (waiter) {
 *       try { yield* waiter; } catch { left(waiter); throw }
 *       waiter = woken(waiter);
 *     }
 *
 * where `begin` and `woken` say that it is done by `end(result)`, or that it has to wait by `waitFor(waiter)`. What need not
 * wait takes two thirds of the time of that generator, and who waits takes half the memory.
 *
 * @internal
 */
export abstract class Attempt<T> extends Suspension<T> {
  constructor() {
    super(undefined as unknown as Future<T>);
  }

  /** Tries; or fails. */
  protected abstract begin(): void;

  /** What it has waited for is there. */
  protected abstract woken(waiter: Waiter): void;

  /** It does not go on: `waiter` was cancelled, or was woken for nothing. */
  protected abstract left(waiter: Waiter): void;

  protected end(result: T): void {
    this.value = result;
    this.done = true;
  }

  protected waitFor(waiter: Waiter): void {
    this.value = waiter;
    this.done = false;
    suspendedOn(waiter);
  }

  override next(sent?: Resume): IteratorResult<never, T> {
    if (this.done === undefined) {
      this.begin();
    } else {
      const waiter = this.future as Future<unknown> as Waiter;
      try {
        super.next(sent); // refuses whoever is not the loop
      } catch (error) {
        this.throw(error);
      }
      this.woken(waiter);
    }
    return this as unknown as IteratorResult<never, T>;
  }

  override throw(error: unknown): never {
    this.leave();
    throw error;
  }

  override return(value: T): IteratorResult<never, T> {
    this.leave();
    return super.return(value);
  }

  private leave(): void {
    if (this.done !== false) return;
    this.done = true;
    this.left(this.future as Future<unknown> as Waiter);
  }
}

/** An operation that need not wait, with its run and its result: an exemplar of each. @internal */
export function ran<T>(operation: Operation<T>): readonly unknown[] {
  const run = operation[START]() as unknown as Attempt<T>;
  return [operation, run, run.next().value];
}
