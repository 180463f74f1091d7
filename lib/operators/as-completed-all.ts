import { Observable, type OperatorFunction, type Subscriber, tap } from 'rxjs';
import type { WaitedFuture } from '../combinators/index.js';
import { ADD, Deque, type Future, REMOVE, assertAtLeast, assertSource } from '../kernel/index.js';
import { OwnedTask, OwnedTasks } from './owned-tasks.js';

/**
 * Starts every source that comes and emits its task when that has ended.
 *
 * ```
 * sources             -a-b|
 *   a                  -----1|
 *   b                    -x
 * asCompletedAll()    -----b-a|       the tasks: a failed one is a value, look at its result()
 * ```
 *
 * @param concurrency how many run at the same time; default: all
 *
 * **Cancellation:** unsubscribing cancels the tasks that it started and no future that was given to it.
 *
 * **Errors:** only those of the outer source; a failed task is emitted like any other. At the call: RangeError for a
 * concurrency below 1.
 *
 * ```ts
 * import { of } from 'rxjs';
 * import { asCompletedAll, run, sleep } from 'rxtasks';
 *
 * await run(
 *   of(sleep(60, 'slow'), sleep(10, 'fast')).pipe(asCompletedAll(), (tasks$) => {
 *     tasks$.subscribe((task) => console.log(task.result())); // fast, then slow
 *     return sleep(200);
 *   }),
 * );
 * ```
 *
 * @see {@link asCompleted}
 *
 * asyncio: `asyncio.as_completed()`. RxJS: `mergeAll`, were it to tell which one ended.
 */
export function asCompletedAll<S>(concurrency = Infinity): OperatorFunction<S, WaitedFuture<S>> {
  assertAtLeast('asCompletedAll(concurrency)', 1, concurrency);
  return (sources) =>
    new Observable<WaitedFuture<S>>((subscriber) => {
      new Completing(subscriber, concurrency).subscribeTo(sources);
    });
}

/** One subscription: RxJS's `mergeAll` would look through all that run whenever one of them ends. */
class Completing {
  readonly #subscriber: Subscriber<Future<unknown>>;
  readonly #concurrency: number;
  readonly owned = new OwnedTasks();
  readonly #options = this.owned.options();
  /** Futures that were given: they are watched. */
  readonly #watched = new Set<CompletingTask>();
  /** Sources without a place. */
  readonly #waiting = new Deque<unknown>();
  #running = 0;
  #allHaveCome = false;

  constructor(subscriber: Subscriber<Future<unknown>>, concurrency: number) {
    this.#subscriber = subscriber;
    this.#concurrency = concurrency;
  }

  subscribeTo(sources: Observable<unknown>): void {
    const subscriber = this.#subscriber;
    subscriber.add(() => this.#leave());
    const asserted = tap((source: unknown) => assertSource('asCompletedAll()', source));
    const coming = sources.pipe(asserted).subscribe({
      next: (source) => this.#take(source),
      error: (error: unknown) => subscriber.error(error),
      complete: () => {
        this.#allHaveCome = true;
        this.#settle();
      },
    });
    subscriber.add(coming);
  }

  ended(run: CompletingTask): void {
    this.#watched.delete(run);
    this.#running--;
    if (this.#subscriber.closed) return;
    this.#subscriber.next(run.future as Future<unknown>);
    if (this.#waiting.size > 0) this.#start(this.#waiting.take());
    this.#settle();
  }

  #take(source: unknown): void {
    if (this.#subscriber.closed) return;
    if (this.#running < this.#concurrency) this.#start(source);
    else this.#waiting.push(source);
  }

  #start(source: unknown): void {
    this.#running++;
    const run = new CompletingTask(this);
    try {
      const future = this.owned.start(source, this.#options, run);
      if (run.future !== null) return;
      run.future = future;
      this.#watched.add(run);
      future[ADD](run);
    } catch (error) {
      this.#subscriber.error(error);
    }
  }

  #settle(): void {
    if (this.#allHaveCome && this.#running === 0) this.#subscriber.complete();
  }

  #leave(): void {
    this.#waiting.clear();
    for (const run of this.#watched) run.future?.[REMOVE](run);
    this.owned.cancel();
  }
}

/** One that runs, or a future that is watched; and what is told when it has ended. */
class CompletingTask extends OwnedTask {
  readonly #completing: Completing;

  constructor(completing: Completing) {
    super();
    this.#completing = completing;
  }

  protected override ended(): void {
    this.#completing.owned.origin.run<CompletingTask>(tell, this);
  }

  tell(): void {
    this.#completing.ended(this);
  }
}

function tell(run: CompletingTask): void {
  run.tell();
}
