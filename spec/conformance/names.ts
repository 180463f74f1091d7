import { currentTask } from 'rxtasks';

/** The program names something that does not exist, or not yet. */
export class MissingName extends Error {
  readonly missing: string;

  constructor(missing: string) {
    super(`nothing is called ${missing}`);
    this.missing = missing;
  }
}

/** The one table of names of a program: tasks, futures, scopes, synchronisation objects, handles. */
export class Names {
  readonly #objects = new Map<string, unknown>();
  readonly #names = new Map<unknown, string>();
  readonly #outcomes = new Set<string>();

  /** Gives `object` a name; with `outcome` its state at the end of the program is part of the result. */
  bind(name: string, object: unknown, outcome = false): void {
    this.#objects.set(name, object);
    this.#names.set(object, name);
    if (outcome) this.#outcomes.add(name);
  }

  /** The object of that name, which is a `T` if the program is well-formed. */
  get<T>(name: string): T {
    const object = name === 'self' ? (currentTask() ?? undefined) : this.#objects.get(name);
    if (object === undefined) throw new MissingName(name);
    return object as T;
  }

  /** The name that was given to `object` last. */
  nameOf(object: unknown): string {
    return this.#names.get(object) ?? '?';
  }

  /** Names and objects whose state at the end is asked for, in order of creation. */
  *outcomes<T>(): Generator<[string, T]> {
    for (const name of this.#outcomes) yield [name, this.#objects.get(name) as T];
  }
}
