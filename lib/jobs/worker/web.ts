import { RuntimeError } from '../../errors/index.js';
import { packThrown, uncloneableResult } from '../wire/thrown.js';
import type { Call } from '../wire/wire.js';
import type { FromWebWorker, ToWebWorker, WebMessage } from './messages.js';
import * as recipes from './recipes.js';
import { JobRunner } from './run-job.js';

export { provide } from './provide.js';

/**
 * The worker side of a Web Worker: what its file is, or imports. Calls, requests, reports and answers all go through the channel that every worker has to
 * the page, in order, and marked: code in the worker may use that channel for itself.
 */

interface WorkerScope {
  addEventListener(type: 'message', listener: (event: MessageEvent<WebMessage<ToWebWorker> | null>) => void): void;
  addEventListener(type: 'messageerror', listener: () => void): void;
  addEventListener(type: 'error', listener: (event: ErrorEvent) => void): void;
  addEventListener(type: 'unhandledrejection', listener: (event: PromiseRejectionEvent) => void): void;
  postMessage(message: WebMessage<FromWebWorker>, transfer?: readonly Transferable[]): void;
  close(): void;
}

const scope = globalThis as unknown as WorkerScope;
const runner = new JobRunner(
  { report: (id, value) => send({ report: id, value }) },
  undefined,
  // There is no waiting for a part that comes later: to bundlers a worker is one file, or they want to be told otherwise.
  () => Promise.resolve(recipes),
);
/** The jobs that it has got so far; of more than one it is not known which of them an error comes from. */
let jobs = 0;
let latest: { readonly id: number; readonly name: string } | undefined;

scope.addEventListener('message', ({ data }) => {
  const message = data?.rxtasks;
  if (message === undefined) return;
  if ('cancel' in message) runner.cancel(message.cancel, message.request);
  else void run(message.id, message.call);
});

scope.addEventListener('messageerror', () =>
  lose(new RuntimeError('what was sent to the worker cannot be read there')),
);

scope.addEventListener('error', (event) => {
  event.preventDefault();
  lose((event.error as unknown) ?? new Error(event.message));
});

scope.addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  lose(event.reason);
});

// A worker that closes itself sends no event to its page.
const close = scope.close.bind(scope);
scope.close = () => {
  send('closing');
  close();
};

send('ready');

async function run(id: number, call: Call): Promise<void> {
  jobs++;
  latest = { id, name: call.name };
  const { answer, transfer } = await runner.run(id, call);
  try {
    send({ answer, id }, transfer);
  } catch (error) {
    send({ answer: { thrown: uncloneableResult(call.name, error) }, id });
  }
}

function lose(error: unknown): void {
  const by = jobs === 1 ? latest : undefined;
  send({ lost: { thrown: packThrown(error), by, running: runner.current?.id } });
}

function send(message: FromWebWorker, transfer: readonly Transferable[] = []): void {
  scope.postMessage({ rxtasks: message }, transfer);
}
