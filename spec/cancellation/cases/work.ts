import { type Coroutine, type Task, type TaskSource, currentTask, sleep } from 'rxtasks';
import { type Kind, type Script, ask, kinds } from '../bodies.js';
import type { World } from '../harness.js';

/** A piece of work that cleans up slowly. */
export function work(world: World, name: string, ms: number): () => Script {
  return function* () {
    const left = world.entered(name);
    try {
      yield* ask(sleep(ms));
      return name;
    } finally {
      left();
      yield* ask(sleep(2));
    }
  };
}

/** A child that the harness does not cancel by itself; whatever it ends with is looked at. */
export function child(world: World, make: Kind['make'], name: string, ms: number): Task<unknown> {
  return world.loop.createTask(make(world, work(world, name, ms)) as TaskSource<unknown>, { name });
}

/** The script, started on behalf of `task`, among whose steps its own do not count. */
export function onBehalfOf(task: Task<unknown>, world: World, make: Kind['make'], script: () => Script) {
  const uncounted = Object.assign(Object.create(world) as World, { passed() {}, caught() {} });
  const recipe = make(uncounted, script);
  return (typeof recipe === 'function' ? recipe(task) : recipe) as Coroutine<unknown>;
}

const coroutines = kinds.find(({ name }) => name === 'coroutines');

/** Counts those who are at work, clean-up included. */
export class Crew {
  readonly #world: World;
  readonly #make: Kind['make'];
  atWork = 0;
  /** The most that there were at one time. */
  most = 0;

  constructor(world: World, make: Kind['make']) {
    this.#world = world;
    this.#make = make;
  }

  /** A recipe for `ms` of work, and one more of clean-up, in the style of the case; it fails if `error` is given. */
  recipe<T>(value: T, ms: number, error?: Error): TaskSource<T> {
    return this.#make(this.#world, () => this.#script(value, ms, error)) as TaskSource<T>;
  }

  /** The same, started on behalf of the task that runs this code: for whoever takes no function. */
  source<T>(value: T, ms: number, error?: Error): TaskSource<T> {
    const task = currentTask() as Task<unknown>;
    return onBehalfOf(task, this.#world, this.#make, () => this.#script(value, ms, error)) as TaskSource<T>;
  }

  /** The same as a coroutine, in every style. */
  coroutine<T>(value: T, ms: number): Coroutine<T> {
    const make = coroutines!.make(this.#world, () => this.#script(value, ms)) as (task: unknown) => Coroutine<T>;
    return make({});
  }

  /** That nobody is at work when `task` has ended: whoever owns work waits for its clean-up. */
  goneBefore(task: Task<unknown>, what: string): void {
    task.addDoneCallback(() => {
      if (this.atWork > 0) this.#world.problems.push(`${what} ended while ${this.atWork} of its tasks still ran`);
    });
  }

  *#script(value: unknown, ms: number, error?: Error): Script {
    this.most = Math.max(this.most, ++this.atWork);
    const left = this.#world.entered(`work ${String(value)}`);
    try {
      yield* ask(sleep(ms));
      if (error !== undefined) throw error;
      return value;
    } finally {
      left();
      try {
        yield* ask(sleep(1));
      } finally {
        this.atWork--;
      }
    }
  }
}
