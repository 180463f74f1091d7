import type { CancelRequest } from '../futures/cancel.js';
import type { EventLoop } from '../loop/event-loop.js';
import { LEFTOVER, REQUEST, RESOLVE, TAKE_BACK } from '../ground/protocol.js';
import type { AnySource } from '../sources/source.js';
import { Strand } from './strand.js';
import type { Owner } from '../now/owner.js';
import type { Task } from './task.js';

/**
 * A source that an async function awaits: it runs beside the function's own code, but on behalf of its task, which is the
 * one that users see.
 *
 * @internal
 */
export class InternalRun<T> extends Strand<T> {
  readonly #task: Task<T>;

  constructor(loop: EventLoop, source: AnySource<T>, owner: Owner) {
    super(loop, source, {});
    this.#task = owner.task as Task<T>;
    this.inherit(owner.cancelling());
    loop.runs.add(this);
  }

  override get task(): Task<T> {
    return this.#task;
  }

  override get internal(): boolean {
    return true;
  }

  override [TAKE_BACK](): void {
    this.uncancel();
  }

  /** Its value is delivered, and the request handed to whoever awaits it. */
  protected override returnedArmed(value: T): void {
    this[RESOLVE](value);
  }

  override [LEFTOVER](): CancelRequest | null {
    return this.armed ? this[REQUEST] : null;
  }

  protected override ended(): void {
    this.loop.runs.delete(this);
  }
}
