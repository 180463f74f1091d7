import { Context, type TaskSource, createTask } from '../../kernel/index.js';
import type { RemoteJob } from './remote-job.js';

/** Runs what a function gave as a task of the worker's own loop. Each value of an Observable is a report. @internal */
export function runRecipe(job: RemoteJob, recipe: object): Promise<unknown> {
  const task = createTask(recipe as TaskSource<unknown>, { name: job.name, signal: job.signal });
  task.progress$.subscribe((value) => job.report(value));
  return task.then();
}

/** Runs `fn` as a task in whose context the variables have the values that came along. @internal */
export function inArrivedContext(
  job: RemoteJob,
  variables: readonly (readonly [string, unknown])[],
  fn: () => unknown,
): Promise<unknown> {
  const context = Context.arrived(variables);
  return createTask(async () => fn(), { name: job.name, signal: job.signal, context }).then();
}
