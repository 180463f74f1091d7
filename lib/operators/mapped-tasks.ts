import { Observable, type OperatorFunction, Subject, type Subscriber, takeUntil } from 'rxjs';
import {
  type AnySource,
  CONSUME,
  CancelRequest,
  type Deferred,
  type Future,
  MAKE,
  type ResultOf,
  type TaskOptions,
  assertFunction,
  assertSource,
  isCoroutineFunction,
  isGeneratorFunction,
  reportLate,
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
  /** A task that is still wanted has given a value; its source may have many of them. */
  gave(run: MappedTask<V>, value: unknown): void;
  /** One that ran has ended, and its place is free. Not called after a failure. */
  ended(run: MappedTask<V>): void;
  /** Does anybody wait for a place? */
  readonly waiting: boolean;
  /** Nobody who waits will start. */
  clear(): void;
}

/** Whoever is told what an operator emits, and which task that comes from. @internal */
export interface Receiver<V> {
  emitted(value: unknown, run: MappedTask<V>): void;
  /** The task is over, and all that it gave has been emitted. */
  over?(run: MappedTask<V>): void;
}

/** The operator. @internal */
export function mapTasks<V, S>(mapping: Mapping<V>): OperatorFunction<V, ResultOf<S>> {
  assertFunction(`${mapping.name}(project)`, 'a function that gives a source', mapping.project);
  return (source) =>
    new Observable<ResultOf<S>>((subscriber) => {
      const receiver = { emitted: (value: unknown) => subscriber.next(value as ResultOf<S>) };
      new MappedTasks<V>(subscriber, mapping, receiver).subscribeTo(source);
    });
}

/**
 * One subscription to such an operator: it makes a task for each value that is admitted, tells what these give, and when all is
 * over. Who runs when is the business of its admission.
 *
 *     value ──▶ admission ──▶ task made (name and context are those of now) ──▶ first step: project(value), driven inside of it
 *                   ▲                                                             │
 *                   └──────────────── its place is free ◀── it has ended ◀────────┤
 *     subscriber ◀────────────── in the order that the admission decides ◀────────┘ values, or the result
 *
 * The first failure ends everything: the source is unsubscribed, the other tasks are cancelled, and when they have ended the error
 * is told. Unsubscribing cancels likewise, and tells nobody.
 *
 * @internal
 */
export class MappedTasks<V> {
  readonly #subscriber: Subscriber<unknown>;
  readonly mapping: Mapping<V>;
  readonly #receiver: Receiver<V>;
  readonly owned = new OwnedTasks();
  readonly #admission: Admission<V>;
  /** `coroutine(function* …)`: it runs nothing when it is called, and is called at once. */
  readonly #isRecipe: boolean;
  /** What can be known of the project before it is called. */
  readonly gives: Deferred['gives'];
  /** Of all tasks, if they do not have names of their own. */
  readonly #options: TaskOptions | null;
  /** Ends the subscription to the source, also while that one is still being subscribed to. */
  readonly #stop = new Subject<void>();
  #running = 0;
  #values = 0;
  #sourceEnded = false;
  #failure: { readonly error: unknown } | null = null;
  #told = false;

  constructor(subscriber: Subscriber<unknown>, mapping: Mapping<V>, receiver: Receiver<V>) {
    this.#subscriber = subscriber;
    this.mapping = mapping;
    this.#receiver = receiver;
    this.#isRecipe = isCoroutineFunction(mapping.project);
    this.gives = isGeneratorFunction(mapping.project) ? 'a generator' : 'anything';
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
  start(run: MappedTask<V>): void {
    this.#running++;
    try {
      if (this.#begin(run)) return;
    } catch (error) {
      this.#running--;
      this.fail(error);
      return;
    }
    this.#running--;
    this.#settle();
  }

  /** False: meanwhile nothing is to start any more. */
  #begin(run: MappedTask<V>): boolean {
    const { value, index } = run;
    const { project, taskName } = this.mapping;
    const options =
      this.#options ?? this.owned.options((taskName as (value: V, index: number) => string)(value, index));
    const source = this.#isRecipe ? project(value, index) : run;
    if (!this.open) return false;
    this.owned.start(source, options, run);
    if (run.replaced) this.replace(run);
    return true;
  }

  /** Another takes the place of `run`, whose values are nobody's. */
  replace(run: MappedTask<V>): void {
    run.replaced = true;
    const { name } = this.mapping;
    if (run.future !== null) {
      this.owned.cancelOne(run, new CancelRequest(`${name}: a newer value takes its place`, name));
    }
  }

  /** The source of `run` has given a value; there may be more. */
  gave(run: MappedTask<V>, value: unknown): void {
    if (!run.replaced && this.open) this.#admission.gave(run, value);
  }

  /** The future of `run` has ended. */
  futureEnded(run: MappedTask<V>): void {
    const future = run.future as Future<unknown>;
    if (future.failed || (future.cancelled() && !run.replaced)) {
      if (this.open) this.fail(future[CONSUME]());
      else reportLate(future, `a task of ${this.mapping.name} failed, and could not say so: another had failed before`);
    } else if (!run.replaced && !run.streams && this.open) {
      this.#admission.gave(run, future.result());
    }
    this.#running--;
    if (this.closed) return;
    if (this.#failure === null) this.#admission.ended(run);
    this.#settle();
  }

  /** Tells of a value. */
  emit(run: MappedTask<V>, value: unknown): void {
    this.#receiver.emitted(value, run);
  }

  /** Tells that nothing more comes of `run`. */
  over(run: MappedTask<V>): void {
    this.#receiver.over?.(run);
  }

  /** The first failure: nothing new starts, the others are cancelled; it is told when they have ended. */
  fail(error: unknown): void {
    if (!this.open) return;
    this.#failure = { error };
    this.#endAll();
    this.owned.cancel(new CancelRequest(undefined, this.mapping.name, undefined, error));
    this.#settle();
  }

  /** Nothing new starts. */
  #endAll(): void {
    this.#admission.clear();
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

/** The task of one value, which is at the same time what the task runs: the call of the project. @internal */
export class MappedTask<V> extends OwnedTask implements Deferred {
  protected readonly tasks: MappedTasks<V>;
  readonly value: V;
  readonly index: number;
  /** Another takes its place. */
  replaced = false;
  /** The project has given a source of many values: those are emitted as they come, and not the result. */
  streams = false;
  // Of an iteration, where each task takes a place until these say that it is free:
  /** How many of the values that it gave nobody has taken yet. */
  untaken = 0;
  /** It gives no more. */
  isOver = false;
  /** What the project has given; undefined before, and of an async function. */
  #made: unknown;

  constructor(tasks: MappedTasks<V>, value: V, index: number) {
    super();
    this.tasks = tasks;
    this.value = value;
    this.index = index;
  }

  get gives(): Deferred['gives'] {
    return this.tasks.gives;
  }

  get recipe(): unknown {
    return this.#made ?? this.tasks.mapping.project;
  }

  [MAKE](): unknown {
    const { name, project } = this.tasks.mapping;
    const made = project(this.value, this.index);
    assertSource(`${name}(project)`, made);
    if (!(made instanceof Promise)) this.#made = made;
    return made;
  }

  gave(value: unknown): void {
    this.tasks.owned.origin.run<() => void>(call, () => this.tasks.gave(this, value));
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

function call(fn: () => void): void {
  fn();
}
