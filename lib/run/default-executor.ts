import {
  coroutine,
  currentTask,
  type EventLoop,
  type Executor,
  type Future,
  type RemoteResult,
  type Task,
} from '../kernel/index.js';
import { resultOf } from '../combinators/index.js';

/**
 * The default executor of the loops of `run()`: the thread pool of `rxtasks/executors`, which is loaded when the first work for
 * it comes. Whoever never uses it never loads it. While it is being loaded, arguments are copied, and mistakes told, only when
 * it is there.
 *
 * @internal
 */
export class DefaultExecutor implements Executor {
  readonly #loop: EventLoop;
  #loading: Promise<Executor> | null = null;
  #pool: Executor | null = null;

  constructor(loop: EventLoop) {
    this.#loop = loop;
  }

  submit<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Future<RemoteResult<R>> {
    if (this.#pool !== null) return this.#pool.submit(fn, ...args);
    this.#loading ??= import('rxtasks/executors').then(
      ({ ThreadPoolExecutor }) => (this.#pool = new ThreadPoolExecutor()),
    );
    return this.#loop.createTask(submitLater(this.#loading, fn as (...args: unknown[]) => unknown, args), {
      name: fn.name,
      eager: true,
    }) as Future<RemoteResult<R>>;
  }

  async shutdown(): Promise<void> {
    await (await this.#loading)?.shutdown?.();
  }
}

const submitLater = coroutine(function* (
  pool: Promise<Executor>,
  fn: (...args: unknown[]) => unknown,
  args: readonly unknown[],
) {
  const executor = yield* resultOf(pool);
  const job = executor.submit(fn, ...args);
  const task = currentTask();
  (job as Task<unknown>).progress$?.subscribe((progress) => task?.report(progress));
  return yield* job;
});
