import { QueueFull } from '../errors/index.js';
import {
  type AnySource,
  CancelRequest,
  type Future,
  RESOLVE,
  type ResultOf,
  type Resume,
  type Task,
  type TaskFunction,
  assertFunction,
  cancelFuture,
  cancelledError,
  currentStrand,
  drive,
  getEventLoop,
} from '../kernel/index.js';
import type { QueueOptions } from './limits.js';
import type { Limits, Policy } from './policy.js';
import { type SlotRun, Slots } from './slots.js';

/** What a modifier makes of a maker: each call is a task at once, which may have to wait before it runs. */
export type Modified<A extends unknown[], S, This = unknown> = (this: This, ...args: A) => Task<ResultOf<S>>;

/** What one of the modifiers of functions is, apart from its documentation. @internal */
export interface Modifier {
  /** As errors and cancellations name it. */
  readonly name: string;
  readonly policy: Policy;
  readonly limits: Limits;
}

/** `make`, with a policy about which of its calls run. @internal */
export function modifyCalls<A extends unknown[], S extends AnySource<unknown>, This>(
  { name, policy, limits }: Modifier,
  make: (this: This, ...args: A) => S,
  options: QueueOptions<A>,
): Modified<A, S, This> {
  assertFunction(`${name}(make)`, 'a function that gives a source', make);
  if (options.key !== undefined) assertFunction(`${name}(make, { key })`, 'a function', options.key);
  const slots = new Slots(policy, limits);
  function modified(this: This, ...args: A): Task<ResultOf<S>> {
    const call = new ModifiedCall(name, (() => make.apply(this, args)) as unknown as TaskFunction<ResultOf<S>>);
    const taskName = typeof options.name === 'function' ? options.name(...args) : options.name;
    return call.enter(slots, options.key?.(...args), make.name, taskName);
  }
  return Object.defineProperty(modified, 'name', { value: make.name, configurable: true });
}

/** One call of a modified function: a task that waits for its turn, and then runs the source. */
class ModifiedCall<T> implements SlotRun {
  readonly #modifier: string;
  readonly #make: TaskFunction<T>;
  #task: Task<T> | null = null;
  #started = false;
  /** What the task waits for, until it may start. */
  #turn: Future<void> | null = null;
  /** It will not run: what its task ends with instead. */
  #refusal: Error | null = null;
  /** Asked for before there was a task. */
  #request: CancelRequest | null = null;

  constructor(modifier: string, make: TaskFunction<T>) {
    this.#modifier = modifier;
    this.#make = make;
  }

  enter(slots: Slots, key: unknown, recipe: string, name: string | undefined): Task<T> {
    const loop = getEventLoop();
    const verdict = slots.admit(this, key);
    if (verdict === 'dropped') {
      this.#refusal = cancelledError(new CancelRequest(`${this.#modifier}: others run`, this.#modifier));
    } else if (verdict === 'refused') {
      this.#refusal = new QueueFull(`${this.#modifier}: as many calls wait as may wait (maxQueue)`);
    }
    try {
      // Named as what it runs, for the texts of the task.
      const body = Object.defineProperty(this.#body.bind(this), 'name', { value: recipe });
      this.#task = loop.createTask<T>(body, { name });
    } finally {
      if (this.#task === null) slots.leave(this, key);
    }
    this.#task.atEnd(() => slots.leave(this, key));
    if (this.#request !== null) cancelFuture(this.#task, this.#request);
    return this.#task;
  }

  start(): void {
    this.#started = true;
    if (this.#turn?.done() === false) this.#turn[RESOLVE]();
  }

  cancel(): void {
    this.discard();
  }

  discard(): void {
    this.#request = new CancelRequest(`${this.#modifier}: a newer call takes its place`, this.#modifier);
    if (this.#task !== null) cancelFuture(this.#task, this.#request);
  }

  *#body(): Generator<void, T, Resume> {
    if (this.#refusal !== null) throw this.#refusal;
    const strand = currentStrand(this.#modifier);
    if (!this.#started) {
      this.#turn = strand.loop.createFuture<void>();
      yield* this.#turn;
    }
    return yield* drive(this.#make, strand);
  }
}
