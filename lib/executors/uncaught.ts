import { BrokenExecutorError, type Job, type LostMessage, thrownValue } from '../jobs/index.js';

/** An error that nobody caught ended the worker in which `job` ran: what `job.broke` is to be told. @internal */
export function uncaught(
  job: Job<unknown>,
  { thrown, by }: LostMessage['lost'],
  worker: 'thread' | 'process' | 'worker',
): [error: BrokenExecutorError, innocent: boolean] {
  const cause = thrownValue(thrown);
  const { name } = job.call;
  if (by === undefined || by.id === job.id) {
    const message = `an error that nobody caught ended the ${worker} while '${name}' ran in it`;
    return [new BrokenExecutorError(message, 'uncaught', { cause }), false];
  }
  const message =
    `a late error of the earlier job '${by.name}' (number ${by.id}) ended the ${worker} in which '${name}' (number ${job.id}) ran; ` +
    'a job that may run twice can be submitted by executor.with({ idempotent: true })';
  return [new BrokenExecutorError(message, 'uncaught', { cause }), true];
}
