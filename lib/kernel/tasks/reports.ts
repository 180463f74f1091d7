import type { Subscriber, TeardownLogic } from 'rxjs';
import type { Future } from '../futures/future.js';
import { Progress } from './progress.js';

/** The reports of a task: the last one for who comes late, every one for who watches, and the end. @internal */
export class Reports {
  #last: { readonly value: unknown } | null = null;
  #watchers: Set<Subscriber<unknown>> | null = null;

  report(value: unknown): void {
    this.#last = { value };
    if (this.#watchers !== null) for (const watcher of [...this.#watchers]) watcher.next(value);
  }

  progress(task: Future<unknown>): Progress<unknown> {
    return new Progress((subscriber) => this.#watch(task, subscriber), task.loop);
  }

  complete(): void {
    const watchers = this.#watchers;
    this.#watchers = null;
    if (watchers !== null) for (const watcher of watchers) watcher.complete();
  }

  #watch(task: Future<unknown>, watcher: Subscriber<unknown>): TeardownLogic {
    if (this.#last !== null) watcher.next(this.#last.value);
    if (task.done()) return watcher.complete();
    (this.#watchers ??= new Set()).add(watcher);
    return () => this.#watchers?.delete(watcher);
  }
}
