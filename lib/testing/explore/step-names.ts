import { type EventLoop, type Future, type Task, type TaskObserver, kindOf, recipeText } from '../../kernel/index.js';
import type { ExploringQueue, Slot } from './exploring-queue.js';

/**
 * Names that are the same in every run: tasks without a name of their own are counted from 1, as in a process of their
 * own; a step has the name of its task and its number.
 *
 * @internal
 */
export class StepNames implements TaskObserver {
  readonly #queue: ExploringQueue;
  readonly #names = new Map<Task<unknown>, string>();
  readonly #given = new Map<string, number>();
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

  /** How many steps the task has made, as far as they are counted. */
  steps(_task: Task<unknown>): number {
    return 0;
  }

  /** `a:2`, `timer:1`, `callback:3`. Only for a handle that has not run yet. */
  of(slot: Slot): string {
    if (slot.kind !== 'task') return `${slot.kind}:${slot.number}`;
    const task = slot.entry as Task<unknown>;
    return `${this.#name(task)}:${this.steps(task) + 1}`;
  }

  /** The names of the tasks and what they run. */
  recipes(): Map<string, string> {
    return new Map([...this.#names].map(([task, name]) => [name, recipeText(task.recipe)]));
  }

  #name(task: Task<unknown>): string {
    let name = this.#names.get(task);
    if (name === undefined) {
      const count = (this.#given.get(task.name) ?? 0) + 1;
      this.#given.set(task.name, count);
      name = count === 1 ? task.name : `${task.name}(${count})`;
      this.#names.set(task, name);
    }
    return name;
  }
}

/** Counts the steps too, for a run of which a report may be made. @internal */
export class CountedSteps extends StepNames {
  readonly #steps = new Map<Task<unknown>, number>();
  #before: TaskObserver | undefined;

  override watch(loop: EventLoop): void {
    this.#before = loop.observer;
    super.watch(loop);
  }

  override created(task: Task<unknown>): void {
    super.created(task);
    this.#before?.created?.(task);
  }

  waiting(on: object): void {
    this.#before?.waiting?.(on);
  }

  stepping(task: Task<unknown>): void {
    this.#steps.set(task, this.steps(task) + 1);
  }

  override steps(task: Task<unknown>): number {
    return this.#steps.get(task) ?? 0;
  }
}

function isAsync(recipe: unknown): boolean {
  const kind = kindOf(recipe);
  if (kind === 'function') return (recipe as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] === 'AsyncFunction';
  return kind === 'promise' || kind === 'async iterable';
}
