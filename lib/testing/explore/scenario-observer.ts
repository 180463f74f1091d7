import type { EventLoop, Future, Task, TaskObserver } from '../../kernel/index.js';
import type { ExploringQueue } from './exploring-queue.js';
import { isAsync } from './unrepeatable.js';

/**
 * What every run has to hear of its tasks: those without a name of their own are counted from 1, as in a process of their own;
 * lists of waiters keep their order.
 *
 * @internal
 */
export class ScenarioObserver implements TaskObserver {
  readonly #queue: ExploringQueue;
  #unnamed = 0;
  /** The first task that no loop could run alone. */
  foreign: Task<unknown> | undefined;

  constructor(queue: ExploringQueue) {
    this.#queue = queue;
  }

  /** Hears what becomes of the tasks of `loop`, in the place of whoever did: a report is made of one run in a thousand. */
  watch(loop: EventLoop): void {
    loop.observer = this;
  }

  created(task: Task<unknown>): void {
    if (/^Task-\d+$/.test(task.name)) task.name = `Task-${++this.#unnamed}`;
    if (isAsync(task.recipe)) this.foreign ??= task;
  }

  lined(future: Future<unknown>, line: object): void {
    this.#queue.lines.set(future, line);
  }
}
