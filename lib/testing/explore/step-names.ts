import { type EventLoop, type Task, type TaskObserver, recipeText } from '../../kernel/index.js';
import type { Slot } from './exploring-queue.js';
import { ScenarioObserver } from './scenario-observer.js';

/**
 * Names that are the same in every run, for a run of which a report may be made: a step has the name of its task, or of its
 * kind, and its number.
 *
 * @internal
 */
export class StepNames extends ScenarioObserver {
  readonly #names = new Map<Task<unknown>, string>();
  readonly #given = new Map<string, number>();
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
    this.#steps.set(task, this.#made(task) + 1);
  }

  /** `a:2`, `timer:1`, `callback:3`. Only for a handle that has not run yet. */
  of(slot: Slot): string {
    if (slot.kind !== 'task') return `${slot.kind}:${slot.number}`;
    const task = slot.entry as Task<unknown>;
    return `${this.#name(task)}:${this.#made(task) + 1}`;
  }

  /** The names of the tasks and what they run. */
  recipes(): Map<string, string> {
    return new Map([...this.#names].map(([task, name]) => [name, recipeText(task.recipe)]));
  }

  /** How many steps the task has made. */
  #made(task: Task<unknown>): number {
    return this.#steps.get(task) ?? 0;
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

/** The task that made a step, `timer` or `callback`. @internal */
export function laneOf(step: string): string {
  const end = step.lastIndexOf(':');
  return end === -1 ? step : step.slice(0, end);
}

/** Which of its lane it is. @internal */
export function numberOf(step: string): string {
  return step.slice(step.lastIndexOf(':') + 1);
}
