import type { Observable } from 'rxjs';
import { RuntimeError } from '../../errors/index.js';
import { type Resume, type Task, assertFunction, got, insideHandle, refusal } from '../../kernel/index.js';
import { type Deviation, assertDeviations } from './deviation.js';
import { ExploreError } from './explore-error.js';
import { type StillFails, minimise } from './minimise.js';
import { FollowPlan, Recall } from './plans.js';
import { randomNumbers } from './random.js';
import { laneOf } from './step-names.js';
import { type Failure, type Scenario, type Trace, alike, attempt, trace } from './trial.js';
import { isAsyncFunction, unrepeatable } from './unrepeatable.js';
import { DepthFirst, EvenWalk, RankedWalk, type Recorded, SparseWalk } from './walks.js';

/** Options of `explore`. */
export interface ExploreOptions {
  /** How many random orders to try. Default: 1,000. */
  readonly runs?: number | undefined;
  /** Another number, other orders; the same number, the same orders. Default: 1. */
  readonly seed?: number | undefined;
  /** How many iterations of the loop a step may be late: 0 keeps it in its own. Default: 2. */
  readonly reach?: number | undefined;
  /** Runs once, in the order that a failed `explore` has printed. */
  readonly replay?: readonly Deviation[] | undefined;
  /** What becomes of tasks that have not ended when `main` has: they fail the run, or are cancelled as `run()` does. Default: `'fail'`. */
  readonly unfinished?: 'fail' | 'cancel' | undefined;
  /** A run with more steps fails. Default: 100,000. */
  readonly maxSteps?: number | undefined;
}

/** What `explore` gives if no order has failed. */
export interface Explored {
  /** How many orders were tried; when exhaustive, some of them twice. */
  readonly runs: number;
  /** Every order there is has been tried. */
  readonly exhaustive: boolean;
  /** How many orders there are, if all were tried; else undefined. */
  readonly orders: number | undefined;
  /** `exhaustive, 70 orders`, or `not exhaustive, 1000 tried`. */
  toString(): string;
}

/** What runs: a function that makes everything it needs afresh, and gives a generator, a coroutine or an Observable. */
export type ExploreMain = (
  task: Task<unknown>,
) => Generator<void, unknown, Resume> | (Observable<unknown> & { readonly done?: never });

const EXHAUSTIVE = 10_000;
/** So many random orders tell about how many orders there are. */
const PROBES = 15;

/**
 * Runs the same scenario under many orders of its steps, each in a loop and in virtual time of its own, and tells of one
 * that fails: with as few steps as possible out of the usual order, and with the call that repeats it.
 *
 * ```
 * usually   a  1 . 2 3 .        passes
 *           b  . 1 . . 2
 * here      a  1 . 2 . 3        fails
 *           b  . 1 . 2 .
 *                      ^        a:3 lets 1 go first
 * ```
 *
 * A run fails if `main` throws, if everybody waits for what cannot come, if something reaches the exception handler of
 * the loop, or if tasks are left when `main` has ended.
 *
 * **Which orders:** steps of tasks - first ones, and those after a wait - and timers of equal deadline move. Callbacks keep
 * their order among themselves, as do the steps of one task; and nothing is overtaken by what was queued more than `reach`
 * iterations of the loop later. Whom a primitive serves next stays as it is promised: tasks that wait for the same Lock,
 * Semaphore or Queue go on in the order in which they asked. The order of first steps, and that in which tasks go on after
 * an Event, a Condition, a `gather`, is promised by nobody, and varies.
 *
 * Up to about 10,000 orders all are tried; of more, `runs` at random, and the result says so. The usual order comes first.
 *
 * `main` is called once for each order and has to make everything afresh: nothing that one run changes may be there in the
 * next. Async functions and promises are refused: the runtime decides when they go on, and no loop could repeat it.
 * RxJS's own timers are promises in this sense: give operators the loop's, `getRunningLoop().scheduler`.
 *
 * **Errors:** {@link ExploreError} if an order fails. TypeError, RangeError: an option, a `main` that is async, or a replay that
 * no longer fits the program, with the step that does not. RuntimeError inside of a running loop, and if the same order
 * does not give the same steps again.
 *
 * ```ts
 * import { coroutine, gather, sleep } from 'rxtasks';
 * import { explore } from 'rxtasks/testing';
 *
 * const scenario = coroutine(function* () {
 *   let balance = 0;
 *   const deposit = coroutine(function* (amount: number, checks: number) {
 *     for (let i = 0; i < checks; i++) yield* sleep(0);
 *     const before = balance;
 *     yield* sleep(0); // the bank thinks
 *     balance = before + amount;
 *   });
 *   yield* gather([deposit(1, 0), deposit(2, 2)]);
 *   if (balance !== 3) throw new Error(`a deposit was lost: ${balance}`);
 * });
 *
 * try {
 *   explore(scenario);
 * } catch (error) {
 *   console.log(String(error).split('\n')[0]); // ExploreError: order 5 tried (seed 1) fails: Error: a deposit was lost: 2
 * }
 * ```
 *
 * asyncio has none.
 */
export function explore(main: ExploreMain, options: ExploreOptions = {}): Explored {
  const { runs = 1000, seed = 1, reach = 2, replay, unfinished = 'fail', maxSteps = 100_000 } = options;
  assertMain(main);
  assertRange('runs', 1, runs);
  assertRange('reach', 0, reach);
  assertRange('maxSteps', 1, maxSteps);
  if (!Number.isInteger(seed))
    throw new RangeError(`explore(main): expected seed to be a whole number, got ${got(seed)}`);
  if (unfinished !== 'fail' && unfinished !== 'cancel') {
    throw new RangeError(`explore(main): expected unfinished to be 'fail' or 'cancel', got ${got(unfinished)}`);
  }
  if (insideHandle()) {
    throw new RuntimeError('explore(main): a loop is running this very code; call it outside of tasks and callbacks');
  }
  const scenario: Scenario = { main, reach, maxSteps, unfinished };
  try {
    if (replay === undefined) return new Exploration(scenario, runs, seed).run();
    assertDeviations(replay);
    return repeat(scenario, replay);
  } catch (error) {
    // What is wrong is at the caller's: not here, where the error was made.
    if (error instanceof Error) (Error as Tracing).captureStackTrace?.(error, explore);
    throw error;
  }
}

/** Where there is V8. */
interface Tracing {
  captureStackTrace?(error: Error, above: unknown): void;
}

class Exploration {
  readonly #scenario: Scenario;
  readonly #limit: number;
  readonly #seed: number;
  #runs = 0;

  constructor(scenario: Scenario, limit: number, seed: number) {
    this.#scenario = scenario;
    this.#limit = limit;
    this.#seed = seed;
  }

  run(): Explored {
    this.#try(new DepthFirst()); // the usual order
    let estimate = 0;
    const probes = Math.min(PROBES, this.#limit - this.#runs);
    for (let i = 0; i < probes; i++) {
      const walk = new EvenWalk(this.#random());
      this.#try(walk);
      estimate += walk.orders / probes;
    }
    // Few: all of them at once. Else at random first, which finds more in the same time.
    let orders = 2 * estimate <= this.#limit ? this.#tryAll(this.#limit) : undefined;
    if (orders === undefined) {
      while (this.#runs < this.#limit) this.#try(this.#walk());
      if (estimate <= EXHAUSTIVE) orders = this.#tryAll(EXHAUSTIVE);
    }
    return explored(this.#runs, orders);
  }

  /** How many orders there are; undefined if there are more than `most`. */
  #tryAll(most: number): number | undefined {
    const all = new DepthFirst();
    for (let orders = 1; orders <= most; orders++) {
      this.#try(all);
      const more = all.next();
      if (all.astray) throw differs();
      if (!more) return orders;
    }
    return undefined;
  }

  #walk(): Recorded {
    const random = this.#random();
    if (this.#runs % 3 === 0) return new EvenWalk(random);
    return this.#runs % 3 === 1 ? new SparseWalk(random) : new RankedWalk(random);
  }

  #random(): () => number {
    return randomNumbers(Math.imul(this.#seed, 0x9e3779b1) + this.#runs);
  }

  #try(policy: Recorded): void {
    this.#runs++;
    const failure = attempt(this.#scenario, policy);
    if (failure !== null) throw this.#found(policy.choices, failure);
  }

  #found(choices: readonly number[], failure: Failure): Error {
    const scenario = this.#scenario;
    const recall = new Recall(choices);
    const again = trace(scenario, recall);
    if (!alike(again.failure, failure)) return differs(failure);
    const first = follow(scenario, recall.deviations);
    if (!alike(first.failure, failure)) return differs(failure);
    const least = minimise(first, (deviations) => {
      const tried = follow(scenario, deviations);
      return alike(tried.failure, failure) ? tried : null;
    });
    const before = recall.deviations.length;
    return report(scenario, follow(scenario, least), { before, runs: this.#runs, seed: this.#seed });
  }
}

interface Followed extends Trace, StillFails {
  readonly misfit: string | undefined;
}

function follow(scenario: Scenario, deviations: readonly Deviation[]): Followed {
  const plan = new FollowPlan(deviations);
  const traced = trace(scenario, plan);
  plan.end((lane) => laneText(lane, traced));
  return { ...traced, deviations: plan.deviations, overtakers: plan.overtakers, misfit: plan.misfit };
}

function repeat(scenario: Scenario, replay: readonly Deviation[]): Explored {
  const followed = follow(scenario, replay);
  if (followed.misfit !== undefined) {
    const ended = followed.failure === null ? '' : `; the run then failed: ${followed.failure.message}`;
    throw new RangeError(
      `explore(main, { replay }): ${followed.misfit}${ended}; the program has changed since, or the options: explore it anew`,
      { cause: followed.failure?.error },
    );
  }
  if (followed.failure !== null) throw report(scenario, followed, { before: 0, runs: null, seed: 0 });
  return explored(1, undefined);
}

function report(
  scenario: Scenario,
  found: Followed,
  { before, runs, seed }: { before: number; runs: number | null; seed: number },
): Error {
  const { reach, unfinished } = scenario;
  const options = [
    ...(reach === 2 ? [] : [`reach: ${reach}`]),
    ...(unfinished === 'fail' ? [] : [`unfinished: '${unfinished}'`]),
  ];
  const { failure, deviations } = found;
  if (failure === null) return differs();
  const usual = follow(scenario, []);
  return new ExploreError({ failure, deviations, before, usual, found, runs, seed, options });
}

/** How far a task, the timers or the callbacks came. */
function laneText(lane: string, { order }: Trace): string {
  const last = order.findLast((step) => laneOf(step) === lane);
  if (last !== undefined) return `the last one was ${last}`;
  const lanes = new Set(order.map(laneOf));
  return `there was no ${lane || 'name'} at all, only ${[...lanes].join(', ')}`;
}

function explored(runs: number, orders: number | undefined): Explored {
  const toString = () =>
    orders === undefined ? `not exhaustive, ${runs} tried` : `exhaustive, ${orders} order${orders === 1 ? '' : 's'}`;
  return Object.defineProperty({ runs, exhaustive: orders !== undefined, orders }, 'toString', { value: toString });
}

/** @param failure what was found, and then not found again */
function differs(failure: Failure | null = null): RuntimeError {
  const found = failure === null ? '' : `; before, it had failed: ${failure.message}`;
  return new RuntimeError(
    'explore(main): the same order gave other steps the second time; make everything afresh in main, and leave random ' +
      `numbers, the date and what lives outside of it alone${found}`,
    { cause: failure?.error },
  );
}

function assertMain(main: unknown): void {
  const expected =
    'a function that makes the scenario afresh for each run, such as function* () { … } or () => scenario()';
  assertFunction('explore(main)', expected, main);
  if (isAsyncFunction(main)) throw unrepeatable('main is an async function', '');
}

function assertRange(option: string, least: number, value: unknown): void {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least) return;
  throw new RangeError(refusal('explore(main)', `${option} to be a whole number, at least ${least}`, value));
}
