import { RuntimeError } from '../../errors/index.js';
import { got } from '../ground/text.js';
import { ambientOwner } from './ambient.js';
import { current } from './current.js';

/**
 * The values of context variables at one moment: an immutable map, so that copying it is copying a reference. Every
 * task works on the context of its creator; what it sets is seen by itself and by what it starts, by nobody else.
 *
 * ```ts
 * import { Context, ContextVar } from 'rxtasks';
 *
 * const user = new ContextVar<string>('user', { defaultValue: 'nobody' });
 * const context = Context.current().with(user, 'ann');
 * console.log(context.run(() => user.get()), user.get()); // ann nobody
 * ```
 *
 * asyncio: `contextvars.Context`; `Context.current()` is `copy_context()`.
 */
export class Context implements Iterable<[ContextVar<unknown>, unknown]> {
  /** @internal */
  static readonly empty: Context = /* @__PURE__ */ new Context();
  readonly #values: ReadonlyMap<ContextVar<unknown>, unknown> = new Map();
  /** Values that came from elsewhere, a worker's caller: by the names of their variables. */
  readonly #arrived: ReadonlyMap<string, unknown> | undefined;

  /** An empty context. */
  constructor();
  /** @internal */
  constructor(values: ReadonlyMap<ContextVar<unknown>, unknown>, arrived?: ReadonlyMap<string, unknown>);
  constructor(values?: ReadonlyMap<ContextVar<unknown>, unknown>, arrived?: ReadonlyMap<string, unknown>) {
    if (values) this.#values = values;
    this.#arrived = arrived;
  }

  /** A context in which each variable has the value that came along under its name. @internal */
  static arrived(variables: Iterable<readonly [name: string, value: unknown]>): Context {
    return new Context(new Map(), new Map(variables));
  }

  /** The values here by the names of their variables. @internal */
  byName(): Map<string, unknown> {
    const named = new Map(this.#arrived);
    for (const [variable, value] of this.#values) named.set(variable.name, value);
    return named;
  }

  /** The context of the code that runs now. */
  static current(): Context {
    return readContext();
  }

  /** The number of variables that have a value here. */
  get size(): number {
    return this.#values.size;
  }

  /** The value of `variable` here, or undefined. Its default value does not count. */
  get<T>(variable: ContextVar<T>): T | undefined {
    if (this.#arrived !== undefined && !this.#values.has(variable))
      return this.#arrived.get(variable.name) as T | undefined;
    return this.#values.get(variable) as T | undefined;
  }

  has(variable: ContextVar<never> | ContextVar<unknown>): boolean {
    return this.#values.has(variable) || this.#arrived?.has(variable.name) === true;
  }

  /** A context like this one in which `variable` has `value`. **Errors:** TypeError for what is no variable. */
  with<T>(variable: ContextVar<T>, value: T): Context {
    if (!(variable instanceof ContextVar)) {
      throw new TypeError(`Context.with(variable, value): expected a ContextVar, got ${got(variable)}`);
    }
    return new Context(new Map(this.#values).set(variable, value), this.#arrived);
  }

  /** @internal */
  without(variable: ContextVar<unknown>): Context {
    const values = new Map(this.#values);
    values.delete(variable);
    return new Context(values, this.#arrived);
  }

  /**
   * Calls `fn` with this context as the current one and gives back what it returns. What it sets is gone afterwards.
   *
   * **Errors:** those of `fn`; TypeError for what is no function.
   */
  run<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): R {
    if (typeof fn !== 'function') throw new TypeError(`Context.run(fn): expected a function, got ${got(fn)}`);
    const { context, loop } = current;
    current.context = this;
    overridden++;
    try {
      return fn(...args);
    } finally {
      overridden--;
      current.context = context;
      current.loop = loop;
    }
  }

  [Symbol.iterator](): Iterator<[ContextVar<unknown>, unknown]> {
    return this.#values[Symbol.iterator]();
  }
}

/** How many `Context.run` are on the stack: inside of one, the ambient task's context does not count. */
let overridden = 0;

/** The task whose context counts because only the ambient context knows the task, or null. */
function ambientTask() {
  return current.loop === null && overridden === 0 ? (ambientOwner()?.task ?? null) : null;
}

/** @internal */
export function readContext(): Context {
  return ambientTask()?.context ?? current.context ?? Context.empty;
}

function writeContext(context: Context): void {
  const task = ambientTask();
  if (task === null) current.context = context;
  else task.setContext(context);
}

/**
 * What `ContextVar.set` gives back, for `ContextVar.reset`.
 *
 * ```ts
 * import { ContextVar } from 'rxtasks';
 *
 * const level = new ContextVar<number>('level', { defaultValue: 0 });
 * const token = level.set(1);
 * console.log(level.get(), token.oldValue); // 1 undefined
 * level.reset(token);
 * console.log(level.get()); // 0
 * ```
 *
 * asyncio: `contextvars.Token`.
 */
export class Token<T> {
  /** @internal */
  used = false;
  readonly variable: ContextVar<T>;
  /** The value before `set`, or undefined if there was none. */
  readonly oldValue: T | undefined;
  /** @internal */
  readonly hadValue: boolean;

  /** @internal */
  constructor(variable: ContextVar<T>, oldValue: T | undefined, hadValue: boolean) {
    this.variable = variable;
    this.oldValue = oldValue;
    this.hadValue = hadValue;
  }
}

/**
 * A variable whose value belongs to the task that sets it: every task starts with the values of its creator.
 *
 * ```ts
 * import { ContextVar, run, createTask } from 'rxtasks';
 *
 * const request = new ContextVar<number>('request');
 * await run(function* () {
 *   request.set(1);
 *   const child = createTask(function* () {
 *     request.set(2);
 *     return request.get();
 *   });
 *   console.log(yield* child, request.get()); // 2 1
 * });
 * ```
 *
 * **Errors:** `get()` without a value and without a default: RuntimeError. `reset()` with a token of another variable or a
 * token used before: RuntimeError.
 *
 * In an async function after an `await`, where there is no ambient context, use `task.context.get(variable)`.
 *
 * asyncio: `contextvars.ContextVar`.
 */
export class ContextVar<T> {
  readonly name: string;
  readonly #default: { readonly value: T } | undefined;

  constructor(name: string, options?: { readonly defaultValue?: T }) {
    if (typeof name !== 'string') {
      throw new TypeError(`new ContextVar(name): expected a string as name, got ${got(name)}`);
    }
    this.name = name;
    this.#default = options && 'defaultValue' in options ? { value: options.defaultValue } : undefined;
  }

  get(): T {
    const context = readContext();
    if (context.has(this)) return context.get(this) as T;
    if (this.#default) return this.#default.value;
    throw new RuntimeError(
      `ContextVar '${this.name}' has no value here: set() it before, or give new ContextVar(name, { defaultValue })`,
    );
  }

  /** Sets the value for the code that runs now and what it starts; the token takes it back. */
  set(value: T): Token<T> {
    const context = readContext();
    const had = context.has(this);
    writeContext(context.with(this, value));
    return new Token(this, context.get(this), had);
  }

  /** Restores the value from before the `set` that gave `token`. */
  reset(token: Token<T>): void {
    if (!(token instanceof Token) || token.variable !== this) {
      throw new RuntimeError(`ContextVar '${this.name}'.reset(token): expected the token of a set() of this variable`);
    }
    if (token.used) throw new RuntimeError(`ContextVar '${this.name}'.reset(token): this token has been used before`);
    token.used = true;
    const context = readContext();
    writeContext(token.hadValue ? context.with(this, token.oldValue as T) : context.without(this));
  }

  toString(): string {
    return `<ContextVar '${this.name}'>`;
  }
}
