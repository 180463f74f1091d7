import type { OperatorFunction } from 'rxjs';
import { type AnySource, type ResultOf, assertAtLeast } from '../kernel/index.js';
import { InTurn } from './in-turn.js';
import { type IterableSource, MappedIterable } from './mapped-iterable.js';
import { type MappedTasks, type Mapping, mapTasks } from './mapped-tasks.js';

/** Options of `mapTask`. */
export interface MapTaskOptions<V> {
  /** How many run at the same time. Default: no limit for an operator, 1 for the items of an iterable. */
  readonly concurrency?: number | undefined;
  /** Gives the results in the order of the values: one that comes before its turn waits. Default: as they come. */
  readonly ordered?: boolean | undefined;
  /** The name of each task. */
  readonly name?: string | ((value: V, index: number) => string) | undefined;
}

export function mapTask<V, S extends AnySource<unknown>>(
  project: (value: V, index: number) => S,
  options?: MapTaskOptions<V>,
): OperatorFunction<V, ResultOf<S>>;
export function mapTask<V, S extends AnySource<unknown>>(
  source: IterableSource<V>,
  project: (value: V, index: number) => S,
  options?: MapTaskOptions<V>,
): AsyncIterable<ResultOf<S>>;
/**
 * Runs a task for every value, so many at the same time, and emits what they give as it comes, or in order.
 *
 * ```
 * source                    a-b-c|
 *   a                       ----1|
 *   b                         -----2|
 *   c                           --3|          waits for a place
 * mapTask(f, { concurrency: 2 }) ----1--23|
 * ```
 *
 * With the project alone it is an operator. Observables cannot be held up: values that find no place wait in a line.
 *
 * With an iterable before the project - a list, an async iterable, a ReadableStream - it gives an async iterable, with
 * **backpressure**: an item is taken from the source only when there is a place, and a result that nobody has taken yet keeps
 * its place. Each iteration is a run of its own.
 *
 * **The project** is the body of its task: it is called in the first step of that task, a turn after the value at the
 * earliest, and never if the task is cancelled before. What must happen in the very event, such as `preventDefault()`,
 * goes into a `tap` before. All values of what it gives are emitted, and none for an empty source; with `ordered`, those of a task
 * whose turn has not come are kept.
 *
 * **A failure** cancels the siblings, waits for their clean-up, and then errors. So does a task that was cancelled by itself,
 * with its CancelledError.
 *
 * @param project gives the source to run for a value; a function is called in turn. A future is watched, not owned.
 *
 * **Cancellation:** unsubscribing, or leaving the iteration, cancels all; a task whose pipeline this is, and who leaves
 * the iteration, waits for their clean-up. A `next()` that is cancelled leaves the iteration. Siblings of a failure get a
 * CancelledError whose source is `'mapTask'`, and whose cause is the failure.
 *
 * **Errors:** the first failure; further ones, and one that finds the subscriber gone, are late failures
 * (`late-failure`). At the call: TypeError for a `project` that is no function and for what is no iterable, RangeError
 * for a concurrency below 1.
 *
 * ```ts
 * import { of, toArray } from 'rxjs';
 * import { coroutine, mapTask, resultOf, run, sleep } from 'rxtasks';
 *
 * const square = coroutine(function* (n: number) {
 *   yield* sleep(n);
 *   return n * n;
 * });
 * await run(function* () {
 *   const squares = of(30, 10, 20).pipe(mapTask(square, { concurrency: 2 }), toArray());
 *   console.log(yield* resultOf(squares)); // [ 100, 900, 400 ]
 * });
 * await run(async () => {
 *   const squares = mapTask([30, 10, 20], square, { concurrency: 2, ordered: true });
 *   for await (const result of squares) console.log(result); // 900, then 100, then 400
 * });
 * ```
 *
 * RxJS: `mergeMap(project, concurrency)`, which calls the project at once, and neither waits for clean-up nor names what
 * runs, nor keeps the order.
 */
export function mapTask(...args: unknown[]): unknown {
  if (typeof args[1] !== 'function') return mapTasks(mapping(args[0] as Project, args[1] as MapTaskOptions<unknown>));
  const [source, project, options] = args as [IterableSource<unknown>, Project, MapTaskOptions<unknown>?];
  const { concurrency = 1 } = options ?? {};
  return new MappedIterable(source, mapping(project, { ...options, concurrency }), concurrency);
}

type Project = (value: unknown, index: number) => AnySource<unknown>;

function mapping(project: Project, options: MapTaskOptions<unknown> = {}): Mapping<unknown> {
  const { concurrency = Infinity, ordered = false, name: taskName } = options;
  assertAtLeast('mapTask(project, { concurrency })', 1, concurrency);
  const admission = (tasks: MappedTasks<unknown>) => new InTurn(tasks, concurrency, ordered);
  return { name: 'mapTask', project, taskName, admission };
}
