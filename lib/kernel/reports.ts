import { ReplaySubject } from 'rxjs';
import type { Future } from './future.js';
import { Progress } from './progress.js';

/** The reports of a task; the subject is made only when somebody watches. @internal */
export class Reports {
  #subject: ReplaySubject<unknown> | null = null;
  #last: { readonly value: unknown } | null = null;

  report(value: unknown): void {
    if (this.#subject !== null) this.#subject.next(value);
    else this.#last = { value };
  }

  progress(task: Future<unknown>): Progress<unknown> {
    if (this.#subject === null) {
      this.#subject = new ReplaySubject<unknown>(1);
      if (this.#last !== null) this.#subject.next(this.#last.value);
      if (task.done()) this.#subject.complete();
    }
    return new Progress(this.#subject, task.loop);
  }

  complete(): void {
    this.#subject?.complete();
  }
}
