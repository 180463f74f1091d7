import { Observable, type OperatorFunction, Subject, type Subscriber, takeUntil } from 'rxjs';
import { QueueFull } from '../errors/index.js';
import {
  ADD,
  type AnySource,
  CONSUME,
  CancelRequest,
  Future,
  REMOVE,
  type ResultOf,
  RUN,
  type Runnable,
  type TaskSource,
  assertSource,
} from '../kernel/index.js';
import { type Limits, type Policy, type SlotRun, Slots, assertFunction } from '../modifiers/index.js';
import { Line } from '../sync/index.js';
import { OwnedTasks } from './owned-tasks.js';

/** An operator that runs a task for each value: what it is, apart from its documentation. @internal */
export interface Mapping<V> {
  /** The operator, as errors and cancellations name it. */
  readonly name: string;
  readonly project: (value: V, index: number) => AnySource<unknown>;
  readonly policy: Policy;
  readonly limits: Limits;
  readonly options: {
    readonly key?: ((value: V, index: number) => unknown) | undefined;
    readonly name?: string | ((value: V, index: number) => string) | undefined;
    readonly ordered?: boolean | undefined;
  };
}

/** The operator. @internal */
export function mapTasks<V, S>(mapping: Mapping<V>): OperatorFunction<V, ResultOf<S>> {
  const { name, project, options } = mapping;
  assertFunction(`${name}(project)`, 'a function that gives a source', project);
  if (options.key !== undefined) assertFunction(`${name}(project, { key })`, 'a function', options.key);
  return (source) =>
    new Observable<ResultOf<S>>((subscriber) => {
      new MappedTasks<V, ResultOf<S>>(subscriber, mapping).subscribeTo(source);
    });
}

/**
 * One subscription of such an operator. Each value goes to the slot of its key; when it is its turn the project is called,
 * and who has ended makes room for the next.
 *
 *     enqueue, two places      running {a b}  waiting [c d]     a ends ──▶ running {b c}  waiting [d]
 */
class MappedTasks<V, T> {
  readonly #subscriber: Subscriber<T>;
  readonly mapping: Mapping<V>;
  readonly owned = new OwnedTasks();
  readonly #slots: Slots;
  /** Those that watch a future which `project` has given: nobody's to cancel, and nobody to wait for after a failure. */
  readonly watching = new Set<MappedValue<V, T>>();
  /** In the order of the values: those whose results have not been emitted. Null: results are emitted as they come. */
  readonly #line: Line<MappedValue<V, T>> | null;
  /** Ends the subscription to the source, also while that one is still being subscribed to. */
  readonly #stop = new Subject<void>();
  /** How many run, or wait for their turn. */
  #present = 0;
  #running = 0;
  #values = 0;
  #sourceEnded = false;
  #failure: { readonly error: unknown } | null = null;
  #told = false;

  constructor(subscriber: Subscriber<T>, mapping: Mapping<V>) {
    this.#subscriber = subscriber;
    this.mapping = mapping;
    this.#slots = new Slots(mapping.policy, mapping.limits);
    this.#line = mapping.options.ordered ? new Line() : null;
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
      next: (value) => this.#take(value),
      error: (error: unknown) => this.fail(error),
      complete: () => {
        this.#sourceEnded = true;
        this.#settle();
      },
    });
    this.#subscriber.add(values);
  }

  #take(value: V): void {
    const { name, options } = this.mapping;
    const index = this.#values++;
    let key: unknown;
    try {
      key = options.key?.(value, index);
    } catch (error) {
      this.fail(error);
      return;
    }
    const run = new MappedValue<V, T>(this, value, index, key);
    this.#present++;
    this.#line?.push(run);
    const verdict = this.#slots.admit(run, key);
    if (verdict === 'admitted') return;
    this.#present--;
    if (verdict === 'refused') this.fail(new QueueFull(`${name}: as many values wait as may wait (maxQueue)`));
  }

  /** One that runs from now on. */
  started(): void {
    this.#running++;
  }

  /** One that waited was given up. */
  discarded(): void {
    this.#present--;
  }

  /** One that ran has ended; with a result, or with nothing that would matter to anybody. */
  ended(run: MappedValue<V, T>): void {
    this.#running--;
    this.#present--;
    if (this.closed) return;
    if (this.#failure === null) {
      if (this.#line === null) {
        if (run.outcome !== null) this.#subscriber.next(run.outcome.value);
      } else {
        this.#emitInOrder(this.#line);
      }
      this.#slots.leave(run, run.key);
    }
    this.#settle();
  }

  #emitInOrder(line: Line<MappedValue<V, T>>): void {
    for (let { first } = line; first !== undefined && first.outcome !== null && !this.closed; { first } = line) {
      line.shift();
      this.#subscriber.next(first.outcome.value);
    }
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
    this.#slots.clear();
    this.#present = this.#running;
    for (const run of this.watching) {
      run.unwatch();
      this.#running--;
      this.#present--;
    }
    this.watching.clear();
    this.#stop.next();
  }

  #settle(): void {
    if (this.#running > 0 || this.closed) return;
    if (this.#failure !== null) {
      this.#told = true;
      this.#subscriber.error(this.#failure.error);
    } else if (this.#sourceEnded && this.#present === 0) {
      this.#subscriber.complete();
    }
  }
}

/** A value, from its coming to the end of its task; and what is told when that has ended. */
class MappedValue<V, T> implements SlotRun, Runnable {
  readonly #tasks: MappedTasks<V, T>;
  readonly #value: V;
  readonly #index: number;
  readonly key: unknown;
  #future: Future<T> | null = null;
  #watched = false;
  /** Another has taken its place: its result is nobody's. */
  #replaced = false;
  outcome: { readonly value: T } | null = null;

  constructor(tasks: MappedTasks<V, T>, value: V, index: number, key: unknown) {
    this.#tasks = tasks;
    this.#value = value;
    this.#index = index;
    this.key = key;
  }

  start(): void {
    const { mapping, owned, watching } = this.#tasks;
    let future: Future<T>;
    try {
      const source = mapping.project(this.#value, this.#index);
      assertSource(`${mapping.name}(project)`, source);
      if (this.#tasks.closed) return;
      const { name: given } = mapping.options;
      const name = typeof given === 'function' ? given(this.#value, this.#index) : given;
      this.#watched = Future.is(source);
      future = owned.start<T>(source as TaskSource<T>, { name });
    } catch (error) {
      this.#tasks.fail(error);
      return;
    }
    this.#future = future;
    this.#tasks.started();
    if (this.#watched) watching.add(this);
    future[ADD](this);
    if (this.#replaced) this.cancel();
  }

  [RUN](): void {
    this.#tasks.owned.origin.run(() => this.#ended(), undefined);
  }

  cancel(): void {
    this.#replaced = true;
    const future = this.#future;
    if (future === null) return;
    if (this.#watched) {
      future[REMOVE](this);
      this.#tasks.watching.delete(this);
      this.#tasks.ended(this);
    } else {
      const { name } = this.#tasks.mapping;
      this.#tasks.owned.cancelOne(future, new CancelRequest(`${name}: a newer value takes its place`, name));
    }
  }

  discard(): void {
    this.#tasks.discarded();
  }

  unwatch(): void {
    this.#future?.[REMOVE](this);
  }

  #ended(): void {
    if (this.#watched && !this.#tasks.watching.delete(this)) return;
    const future = this.#future as Future<T>;
    const failed = future.failed || (future.cancelled() && !this.#replaced);
    // A failure that is not the first stays with its task: it is reported as one that nobody retrieved.
    if (failed && this.#tasks.open) this.#tasks.fail(future[CONSUME]());
    else if (!failed && !this.#replaced) this.outcome = { value: future.result() };
    this.#tasks.ended(this);
  }
}
