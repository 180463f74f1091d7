import { uncloneableResult } from '../wire/thrown.js';
import { packValue } from '../wire/values.js';
import type { Call } from '../wire/wire.js';
import { LateErrors } from './late-errors.js';
import type { CancelMessage, WorkerMessage } from './messages.js';
import { JobRunner } from './run-job.js';

/**
 * The worker side of a process. Calls, requests, reports and answers all go through the channel to the parent, in order, the
 * values of the latter two packed. It ends when the parent does.
 */

const lateErrors = new LateErrors();
const runner = new JobRunner(
  { report: (id, value) => send({ report: id, value: packValue(value) }) },
  lateErrors.within,
);

lateErrors.listen(process, runner, (message) => send(message, () => process.exit(1)));

process.on('disconnect', () => process.exit(0));
// Ctrl-C in a terminal goes to all processes of the group: whether these end is for the parent to say.
process.on('SIGINT', () => {});

process.on('message', (message: CancelMessage | { readonly call: Call; readonly id: number }) => {
  if ('cancel' in message) runner.cancel(message.cancel, message.request);
  else void run(message.id, message.call);
});

async function run(id: number, call: Call): Promise<void> {
  const { answer } = await runner.run(id, call);
  try {
    send({ answer: 'value' in answer ? { value: packValue(answer.value) } : answer, id });
  } catch (error) {
    send({ answer: { thrown: uncloneableResult(call.name, error) }, id });
  }
}

function send(message: WorkerMessage, sent?: () => void): void {
  if (process.connected) process.send!(message, undefined, undefined, () => sent?.());
  else sent?.();
}
