import { type MessagePort, MessageChannel, parentPort, receiveMessageOnPort, threadId } from 'node:worker_threads';
import { uncloneableResult } from '../wire/thrown.js';
import type { Answer, Call } from '../wire/wire.js';
import { LateErrors } from './late-errors.js';
import type { CancelMessage, WorkerMessage } from './messages.js';
import { JobRunner } from './run-job.js';

/**
 * The worker side of a thread: what piscina calls.
 *
 * piscina carries calls and answers. Everything else goes through one control port for the life of the thread: requests to
 * cancel, reports, and the answers that have to come after reports or that may turn out to be impossible to copy - piscina would
 * lose its thread, and the job, over such a one. Of those piscina carries the number of the thread only: the executor
 * then reads the port, where the answer is by then, without waiting.
 */

const { port1: control, port2: offered } = new MessageChannel();
parentPort!.postMessage({ rxtasks: offered, thread: threadId }, [offered]);

const lateErrors = new LateErrors();
const runner = new JobRunner(
  {
    report: (id, value) => send({ report: id, value }),
    poll() {
      for (let received; (received = receiveMessageOnPort(control));) hear(received.message as CancelMessage);
    },
  },
  lateErrors.within,
);

control.on('message', hear);
lateErrors.listen(process, runner, (message) => {
  send(message);
  process.exit(1);
});

function hear({ cancel, request }: CancelMessage): void {
  runner.cancel(cancel, request);
}

function send(message: WorkerMessage, transfer?: readonly Transferable[]): void {
  control.postMessage(message, transfer as Parameters<MessagePort['postMessage']>[1]);
}

/** @param job null: nothing, the thread was only to be started */
export default async function run(job: readonly [id: number, call: Call] | null): Promise<Answer | number | null> {
  if (job === null) return null;
  const [id, call] = job;
  const { answer, reports, transfer } = await runner.run(id, call);
  if (reports === 0 && !('value' in answer && isObject(answer.value))) return answer;
  try {
    send({ answer, id }, transfer);
  } catch (error) {
    send({ answer: { thrown: uncloneableResult(call.name, error) }, id });
  }
  return threadId;
}

function isObject(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || typeof value === 'function' || typeof value === 'symbol';
}
