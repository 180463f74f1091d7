import { QueueFull } from '../errors/index.js';
import type { OperatorFunction } from 'rxjs';
import { type AnySource, type ResultOf, assertFunction } from '../kernel/index.js';
import { type Limits, type Policy, type QueueOptions, type SlotRun, Slots } from '../modifiers/index.js';
import { type Admission, MappedTask, type MappedTasks, mapTasks } from './mapped-tasks.js';

/** An operator of the family of `mapTask`, apart from its documentation: a policy decides who gets a place. @internal */
export function mapInSlots<V, S>(
  name: string,
  project: (value: V, index: number) => AnySource<unknown>,
  policy: Policy,
  limits: Limits,
  { key, name: taskName }: QueueOptions<[value: V, index: number]>,
): OperatorFunction<V, ResultOf<S>> {
  const admission = (tasks: MappedTasks<V>) => new InSlots(tasks, policy, limits, key);
  const operator = mapTasks<V, S>({ name, project, taskName, admission });
  if (key !== undefined) assertFunction(`${name}(project, { key })`, 'a function', key);
  return operator;
}

/** Each value goes to the slot of its key, where the policy decides. */
class InSlots<V> implements Admission<V> {
  readonly #tasks: MappedTasks<V>;
  readonly #slots: Slots;
  readonly #key: ((value: V, index: number) => unknown) | undefined;
  /** How many wait for a place. */
  #waiting = 0;

  constructor(
    tasks: MappedTasks<V>,
    policy: Policy,
    limits: Limits,
    key: ((value: V, index: number) => unknown) | undefined,
  ) {
    this.#tasks = tasks;
    this.#slots = new Slots(policy, limits);
    this.#key = key;
  }

  take(value: V, index: number): void {
    let key: unknown;
    try {
      key = this.#key?.(value, index);
    } catch (error) {
      this.#tasks.fail(error);
      return;
    }
    this.#waiting++;
    const verdict = this.#slots.admit(new SlottedTask(this.#tasks, this, value, index, key), key);
    if (verdict === 'admitted') return;
    this.#waiting--;
    if (verdict === 'refused') {
      const { name } = this.#tasks.mapping;
      this.#tasks.fail(new QueueFull(`${name}: as many values wait as may wait (maxQueue)`));
    }
  }

  /** One waits no longer. */
  left(): void {
    this.#waiting--;
  }

  gave(run: SlottedTask<V>, value: unknown): void {
    this.#tasks.emit(run, value);
  }

  ended(run: SlottedTask<V>): void {
    this.#slots.leave(run, run.key);
  }

  get waiting(): boolean {
    return this.#waiting > 0;
  }

  clear(): void {
    this.#slots.clear();
    this.#waiting = 0;
  }
}

/** A value, from its coming to the end of its task. */
class SlottedTask<V> extends MappedTask<V> implements SlotRun {
  readonly #admission: InSlots<V>;
  readonly key: unknown;

  constructor(tasks: MappedTasks<V>, admission: InSlots<V>, value: V, index: number, key: unknown) {
    super(tasks, value, index);
    this.#admission = admission;
    this.key = key;
  }

  start(): void {
    this.#admission.left();
    this.tasks.start(this);
  }

  cancel(): void {
    this.tasks.replace(this);
  }

  discard(): void {
    this.#admission.left();
  }
}
