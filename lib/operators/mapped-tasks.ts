import { Observable, type OperatorFunction, Subject, type Subscriber, takeUntil } from 'rxjs';
import {
  ADD,
  type AnySource,
  CONSUME,
  CancelRequest,
  Future,
  REMOVE,
  type ResultOf,
  type TaskOptions,
  assertFunction,
  assertSource,
} from '../kernel/index.js';
import { OwnedTask, OwnedTasks } from './owned-tasks.js';

/** An operator that runs a task for each value: what it is, apart from its documentation. @internal */
export interface Mapping<V> {
  /** The operator, as errors and cancellations name it. */
  readonly name: string;
  readonly project: (value: V, index: number) => AnySource<unknown>;
  readonly taskName: string | ((value: V, index: number) => string) | undefined;
  /** Makes what decides who runs when, for one subscription. */
  readonly admission: (tasks: MappedTasks<V>) => Admission<V>;
}

/** Decides which value runs when, and in which order the results are emitted. @internal */
export interface Admission<V> {
  /** A value has come. */
  take(value: V, index: number): void;
  /** One that ran has ended: its result is emitted, if there is one, and then its place is free. Not called after a failure. */
  ended(run: MappedTask<V>): void;
  /** Does anybody wait for a place? */
  readonly waiting: boolean;
  /** Nobody who waits will start. */
  clear(): void;
}

/** The operator. @internal */
export function mapTasks<V, S>(mapping: Mapping<V>): OperatorFunction<V, ResultOf<S>> {
  assertFunction(`${mapping.name}(project)`, 'a function that gives a source', mapping.project);
  return (source) =>
    new Observable<ResultOf<S>>((subscriber) => {
      new MappedTasks<V>(subscriber, mapping).subscribeTo(source);
    });
}

/**
 * One subscription of such an operator: calls the project for those that are admitted, and tells of their results, of the
 * first failure, and of the end.
 *
 * A value costs one task and one object: the MappedTask, which is the callback of the task and its place in the list of
 * those that run. Whom a value waits for is the admission's affair: where it is enough to count, nothing else is made.
 *
 *     value ──▶ admission ──▶ project ──▶ task ··ends··▶ MappedTask ──▶ result ──▶ admission: the next value
 *
 * @internal
 */
export class MappedTasks<V> {
  readonly #subscriber: Subscriber<unknown>;
  readonly mapping: Mapping<V>;
  readonly owned = new OwnedTasks();
  readonly #admission: Admission<V>;
  /** Those that watch a future which `project` has given: nobody's to cancel, and nobody to wait for after a failure. */
  readonly #watching = new Set<MappedTask<V>>();
  /** The call, for errors. */
  readonly #call: string;
  /** Of all tasks, if they do not have names of their own. */
  readonly #options: TaskOptions | null;
  /** Ends the subscription to the source, also while that one is still being subscribed to. */
  readonly #stop = new Subject<void>();
  #running = 0;
  #values = 0;
  #sourceEnded = false;
  #failure: { readonly error: unknown } | null = null;
  #told = false;

  constructor(subscriber: Subscriber<unknown>, mapping: Mapping<V>) {
    this.#subscriber = subscriber;
    this.mapping = mapping;
    this.#call = `${mapping.name}(project)`;
    this.#admission = mapping.admission(this);
    this.#options = typeof mapping.taskName === 'function' ? null : this.owned.options(mapping.taskName);
  }

  get closed(): boolean {
    return this.#subscriber.closed;
  }

  /** It may still fail: nothing has failed yet, and there is somebody to tell. */
  get open(): boolean {
    return this.#failure === null && !this.closed;
  }

  subscribeTo(source: Observable<V>): void {
    this.#subscriber.add(() => {
      if (this.#failure !== null && !this.#told) this.owned.reportUntold(this.#failure.error);
      this.#endAll();
      this.owned.cancel();
    });
    const values = source.pipe(takeUntil(this.#stop)).subscribe({
      next: (value) => this.#admission.take(value, this.#values++),
      error: (error: unknown) => this.fail(error),
      complete: () => {
        this.#sourceEnded = true;
        this.#settle();
      },
    });
    this.#subscriber.add(values);
  }

  /** It is the turn of a value. */
  start(run: MappedTask<V>, value: V, index: number): void {
    this.#running++;
    try {
      if (this.#begin(run, value, index)) return;
    } catch (error) {
      this.#running--;
      this.fail(error);
      return;
    }
    this.#running--;
    this.#settle();
  }

  /** False: meanwhile nothing is to start any more. */
  #begin(run: MappedTask<V>, value: V, index: number): boolean {
    const { project, taskName } = this.mapping;
    const source = project(value, index);
    assertSource(this.#call, source);
    if (!this.open) return false;
    const options =
      this.#options ?? this.owned.options((taskName as (value: V, index: number) => string)(value, index));
    if (Future.is(source)) {
      run.future = source;
      run.watches = true;
      this.#watching.add(run);
      source[ADD](run);
    } else {
      this.owned.start(source, options, run);
    }
    if (run.replaced) this.replace(run);
    return true;
  }

  /** Another takes the place of `run`, whose result is nobody's. */
  replace(run: MappedTask<V>): void {
    run.replaced = true;
    const { future } = run;
    if (future === null) return;
    if (run.watches) {
      future[REMOVE](run);
      this.#watching.delete(run);
      this.#ended(run);
    } else {
      const { name } = this.mapping;
      this.owned.cancelOne(run, new CancelRequest(`${name}: a newer value takes its place`, name));
    }
  }

  /** The future of `run` has ended. */
  futureEnded(run: MappedTask<V>): void {
    if (run.watches && !this.#watching.delete(run)) return;
    const future = run.future as Future<unknown>;
    const failed = future.failed || (future.cancelled() && !run.replaced);
    // A failure that is not the first stays with its task: it is reported as one that nobody retrieved.
    if (failed && this.open) this.fail(future[CONSUME]());
    run.hasResult = !failed && !run.replaced;
    this.#ended(run);
  }

  /** Tells the subscriber of a result. */
  emit(run: MappedTask<V>): void {
    this.#subscriber.next((run.future as Future<unknown>).result());
  }

  #ended(run: MappedTask<V>): void {
    this.#running--;
    if (this.closed) return;
    if (this.#failure === null) this.#admission.ended(run);
    this.#settle();
  }

  /** The first failure: nothing new starts, the others are cancelled; it is told when they have ended. */
  fail(error: unknown): void {
    if (!this.open) return;
    this.#failure = { error };
    this.#endAll();
    this.owned.cancel(this.mapping.name);
    this.#settle();
  }

  /** Nothing new starts, and what others own is no longer watched. */
  #endAll(): void {
    this.#admission.clear();
    for (const run of this.#watching) {
      run.future?.[REMOVE](run);
      this.#running--;
    }
    this.#watching.clear();
    this.#stop.next();
  }

  #settle(): void {
    if (this.#running > 0 || this.closed) return;
    if (this.#failure !== null) {
      this.#told = true;
      this.#subscriber.error(this.#failure.error);
    } else if (this.#sourceEnded && !this.#admission.waiting) {
      this.#subscriber.complete();
    }
  }
}

/** The task of one value, or the future that it watches; and what is told when that has ended. @internal */
export class MappedTask<V> extends OwnedTask {
  protected readonly tasks: MappedTasks<V>;
  watches = false;
  /** Another takes its place. */
  replaced = false;
  /** It has ended, with a result that matters. */
  hasResult = false;

  constructor(tasks: MappedTasks<V>) {
    super();
    this.tasks = tasks;
  }

  protected override ended(): void {
    this.tasks.owned.origin.run<Told>(tell, this);
  }

  /** @internal */
  tell(): void {
    this.tasks.futureEnded(this);
  }
}

interface Told {
  tell(): void;
}

function tell(run: Told): void {
  run.tell();
}
