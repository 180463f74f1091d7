import { type Observable, catchError, concatMap, defer, finalize, isObservable, map, of, timer } from 'rxjs';
import { Future, type Task, currentTask, resultOf } from 'rxtasks';
import { awaitable } from './coroutines.js';
import { type Script, type Sent, type Style, type Wait, type Waiter, advance } from './style.js';

/** A script on its way through operators: each wait is the next inner source. */
class Walk {
  readonly #script: Script;
  #advancing = false;
  #left = false;

  constructor(script: Script) {
    this.#script = script;
  }

  next(sent: Sent): Observable<unknown> {
    return defer(() => {
      const step = this.#advance(sent);
      if (step.done) return of(step.value);
      return inner(step.value).pipe(
        map((value): Sent => ({ value })),
        catchError((error: unknown) => of<Sent>({ error })),
        concatMap((next) => this.next(next)),
      );
    });
  }

  /** The subscriber has left, or the script has ended. A step that unsubscribes goes on to its next wait. */
  leave(): void {
    this.#left = true;
    if (!this.#advancing) this.#script.return(undefined);
  }

  #advance(sent: Sent): IteratorResult<Wait, unknown> {
    this.#advancing = true;
    try {
      return advance(this.#script, sent);
    } finally {
      this.#advancing = false;
      if (this.#left) this.#script.return(undefined);
    }
  }
}

/** Coroutines and what operators give are Observables themselves; a future is waited for, and not only watched. */
function inner(wait: Wait): Observable<unknown> {
  if (Future.is(wait)) return resultOf(wait);
  return isObservable(wait) ? wait : awaitable(wait);
}

export function pipelineOf(start: () => Script): Observable<unknown> {
  return defer(() => {
    const walk = new Walk(start());
    return walk.next(undefined).pipe(finalize(() => walk.leave()));
  });
}

/** Everything is an Observable, every wait an inner one of `concatMap`. */
export const pipelines: Style = {
  name: 'pipeline',
  catches: false,
  source: (start) => (task: Task<unknown>) => pipelineOf(() => start(task, task)),
  scope: (start) => (scope: Waiter | undefined) => {
    const task = currentTask();
    return pipelineOf(() => start(task, scope ?? task));
  },
  call: (start, task, waiter) => pipelineOf(() => start(task, waiter)),
  sleep: (world, ms) => timer(ms, world.loop.scheduler),
};
