import { inTrace } from '../wire/carry-trace.js';
import { packThrown } from '../wire/thrown.js';
import { unpackArguments } from '../wire/values.js';
import type { Answer, Call, WireRequest } from '../wire/wire.js';
import { findFunction } from './find-function.js';
import { isRecipe } from './is-recipe.js';
import { type Link, RemoteJob } from './remote-job.js';

/** What a job gave: its answer, and what of that is to be handed over. @internal */
export interface Outcome {
  readonly answer: Answer;
  readonly reports: number;
  readonly transfer?: readonly Transferable[] | undefined;
}

type Recipes = typeof import('./recipes.js');

/**
 * The worker side of all executors: runs one job after the other, and hears that one of them is to be cancelled.
 *
 * ```
 * run(id, call) ─▶ find the function ─▶ call it ─▶ wait for it ─▶ Outcome      never throws
 * cancel(id)    ─▶ the job that runs: its signal aborts; one that is on its way: it will not start
 * ```
 *
 * @internal
 */
export class JobRunner {
  /** The job that runs. */
  current: RemoteJob | null = null;
  readonly #link: Link;
  /** Requests that came before their jobs. */
  readonly #early = new Map<number, WireRequest>();
  readonly #around: <R>(job: RemoteJob, fn: () => R) => R;

  readonly #recipes: () => Promise<Recipes>;

  /**
   * @param around what to call the function within, to know it again later
   * @param recipes the part of the worker that needs the library itself
   */
  constructor(
    link: Link,
    around: <R>(job: RemoteJob, fn: () => R) => R = (_job, fn) => fn(),
    recipes: () => Promise<Recipes> = () => import('./recipes.js'),
  ) {
    this.#link = link;
    this.#around = around;
    this.#recipes = recipes;
  }

  cancel(id: number, request: WireRequest): void {
    if (this.current?.id === id) this.current.cancel(request);
    else this.#early.set(id, request);
  }

  async run(id: number, call: Call): Promise<Outcome> {
    const job = new RemoteJob(id, call.name, call.carried?.traceparent, this.#link);
    this.current = job;
    this.#takeEarly(job);
    let outcome: Outcome;
    if (job.cancelled) {
      outcome = { answer: { cancelled: true }, reports: 0 };
    } else {
      try {
        const value = await this.#call(job, call);
        outcome = { answer: { value }, reports: job.reports, transfer: job.transferOf(value) };
      } catch (error) {
        const answer: Answer = job.isCancellation(error) ? { cancelled: true } : { thrown: packThrown(error) };
        outcome = { answer, reports: job.reports };
      }
      // What it left behind is given the time to fail before another job is there to be harmed by it.
      if (job.cancelled) await turn();
    }
    job.end();
    this.current = null;
    return outcome;
  }

  async #call(job: RemoteJob, call: Call): Promise<unknown> {
    const known = findFunction(call.fn);
    const fn = typeof known === 'function' ? known : await this.#loaded(known);
    if (job.cancelled) throw job.signal.reason; // while its module was loaded
    let args = unpackArguments(call.args);
    if (fn.length === args.length + 1) args = [...args, job];
    const { carried } = call;
    const start = () => fn(...args);
    return this.#around(job, () =>
      carried === undefined ? this.#resultOf(job, start()) : this.#inContext(job, carried, start),
    );
  }

  /** What has come meanwhile is heard before the function is called. */
  async #loaded<F>(loading: Promise<F>): Promise<F> {
    const fn = await loading;
    await turn();
    return fn;
  }

  /** In the context that came along: only then, and for recipes, is the library itself needed in the worker. */
  async #inContext(job: RemoteJob, carried: NonNullable<Call['carried']>, start: () => unknown): Promise<unknown> {
    const { variables } = carried;
    if (variables !== undefined) {
      const { inArrivedContext } = await this.#recipes();
      return inTrace(carried, () => inArrivedContext(job, variables, start));
    }
    return inTrace(carried, () => this.#resultOf(job, start()));
  }

  #resultOf(job: RemoteJob, given: unknown): unknown {
    return isRecipe(given) ? this.#recipes().then(({ runRecipe }) => runRecipe(job, given)) : given;
  }

  /** Jobs come in the order of their ids: requests for earlier ones are for those of other workers, or came too late. */
  #takeEarly(job: RemoteJob): void {
    if (this.#early.size === 0) return;
    for (const [id, request] of this.#early) {
      if (id === job.id) job.cancel(request);
      if (id <= job.id) this.#early.delete(id);
    }
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve);
  });
}

declare const setImmediate: ((callback: () => void) => unknown) | undefined;
