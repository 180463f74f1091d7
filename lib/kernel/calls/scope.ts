import type { Observable } from 'rxjs';
import { RuntimeError } from '../../errors/index.js';
import { awaitFor } from '../tasks/await-source.js';
import type { AsyncCall } from '../sources/async-call.js';
import { type CancelRequest, cancelFuture } from '../futures/cancel.js';
import { current } from '../now/current.js';
import { type InvokeOptions, invoke } from '../sources/drive.js';
import type { Owner } from '../now/owner.js';
import type { Resume } from '../ground/resume.js';
import type { TaskSource } from '../sources/source.js';
import { Strand } from '../tasks/strand.js';

/** What runs in a scope: a generator function, an async function, or a function that returns an Observable. */
export type Body<A, T> = (argument: A) => Generator<void, T, Resume> | PromiseLike<T> | Observable<T>;

/** The strand whose step runs this code. @internal */
export function currentStrand(call: string): Strand<unknown> {
  const { owner } = current;
  if (owner instanceof Strand) return owner as Strand<unknown>;
  throw new RuntimeError(`${call}: this needs a task to run in; start it with run(…) or createTask(…)`);
}

/**
 * Runs `body` inside of the waiting task: a generator inline, an async function as an internal run that this one waits
 * for, an Observable as the task's own subscription.
 *
 * @internal
 */
export function runBody<A, T>(
  body: Body<A, T>,
  argument: A,
  onCall: NonNullable<InvokeOptions['onCall']> = () => {},
): Generator<void, T, Resume> {
  return invoke<T, A>(body, argument, currentStrand('runBody'), { onCall });
}

/**
 * What a time-out and a task group have in common: a body, whose waits they can interrupt.
 *
 *     enter         the task has swallowed n requests before: `cancelling()` is n
 *     interrupt     n + 1
 *     takeBack      n: the CancelledError was the scope's own; more: somebody else has asked too, and it goes on
 *
 * @internal
 */
export abstract class Scope {
  #strand: Strand<unknown> | null = null;
  #call: AsyncCall<unknown> | null = null;
  /** How many requests the task had swallowed before. */
  #swallowed = 0;

  /**
   * Aborted when the scope is cancelled, by itself or from outside: for work that this library does not run. Inside of a
   * scope use the scope's, not the task's.
   *
   * **Errors:** RuntimeError before the scope has been entered.
   */
  get signal(): AbortSignal {
    return this.#call?.signal ?? this.#entered('signal').signal;
  }

  /**
   * Waits for any source in an async body, so that the scope can interrupt it, also where there is no ambient context
   * (outside of Node).
   */
  resultOf<T>(source: TaskSource<T>): Promise<T> {
    return awaitFor(
      'scope.resultOf(source)',
      source,
      (this.#call as Owner | null) ?? this.#entered('resultOf(source)'),
    );
  }

  /** The run that the scope interrupts: the task, or an internal run of it. Only after `enter`. @internal */
  protected get strand(): Strand<unknown> {
    return this.#strand as Strand<unknown>;
  }

  /** @internal */
  protected enter(call: string): void {
    this.#strand = currentStrand(call);
    this.#swallowed = this.#strand.cancelling();
  }

  /** Asks the body to cancel. @internal */
  protected interrupt(request: CancelRequest): void {
    cancelFuture(this.strand, request);
  }

  /** Takes the scope's own request back. True if it was the only one. @internal */
  protected takeBack(): boolean {
    if (this.strand.uncancel() > this.#swallowed) return false;
    this.strand.disarm(this);
    return true;
  }

  /** @internal */
  protected runBody<T>(body: Body<this, T>): Generator<void, T, Resume> {
    return runBody<this, T>(body, this, (call) => {
      this.#call = call;
    });
  }

  #entered(member: string): Strand<unknown> {
    if (this.#strand !== null) return this.#strand;
    throw new RuntimeError(`${member}: the scope has not been entered yet; use it inside of its body`);
  }
}
