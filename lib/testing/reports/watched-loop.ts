import { EventLoop, type Future, type InternalOptions, type Task } from '../../kernel/index.js';
import { rememberPlace } from './places.js';

/** What completes a future that was made for a waiter: a lock, an event, …, or the futures of a set. */
const completedBy = new WeakMap<Future<unknown>, object>();

/** The primitive, or the set of futures, that `future` waits for; undefined if that is not known. @internal */
export function completerOf(future: Future<unknown>): object | undefined {
  return completedBy.get(future);
}

/**
 * A loop of tests: it remembers where its tasks were made and what they wait for, so that a report can tell.
 *
 * @internal
 */
export class WatchedLoop extends EventLoop {
  #completer: object | null = null;

  constructor(options: InternalOptions) {
    super(options);
    this.observer = {
      created: (task) => this.created(task),
      waiting: (on, future) => {
        if (future === undefined) this.#completer = on;
        else completedBy.set(future, on);
      },
    };
  }

  override createFuture<T>(): Future<T> {
    const future = super.createFuture<T>();
    if (this.#completer !== null) {
      completedBy.set(future, this.#completer);
      this.#completer = null;
    }
    return future;
  }

  protected created(task: Task<unknown>): void {
    rememberPlace(task);
  }
}
