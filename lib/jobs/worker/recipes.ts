import { Context, type Task, type TaskSource, createTask } from '../../kernel/index.js';
import { isRecipe } from './is-recipe.js';
import type { RemoteJob } from './remote-job.js';

/** Runs what a function gave as a task of the worker's own loop. Each value of an Observable is a report. @internal */
export function runRecipe(job: RemoteJob, recipe: object): Promise<unknown> {
  return answerOf(job, createTask(recipe as TaskSource<unknown>, { name: job.name, signal: job.signal }));
}

/** Runs `fn` as a task in whose context the variables have the values that came along. @internal */
export function inArrivedContext(
  job: RemoteJob,
  variables: readonly (readonly [string, unknown])[],
  fn: () => unknown,
): Promise<unknown> {
  const context = Context.arrived(variables);
  const source = (): PromiseLike<unknown> => {
    const result = fn();
    return isRecipe(result) ? (result as PromiseLike<unknown>) : Promise.resolve(result);
  };
  return answerOf(job, createTask(source, { name: job.name, signal: job.signal, context }));
}

function answerOf(job: RemoteJob, task: Task<unknown>): Promise<unknown> {
  task.progress$.subscribe((value) => job.report(value));
  return task.then();
}
