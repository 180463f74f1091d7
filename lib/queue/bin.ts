#!/usr/bin/env node
import { USAGE, UsageError, parseCommand } from './command.js';
import { QueueWorker, type QueueWorkerOptions } from './queue-worker.js';

/** The command `rxtasks`. */

const WRONG_USAGE = 2;

void main();

async function main(): Promise<void> {
  try {
    const command = parseCommand(process.argv.slice(2), process.env);
    if (command === 'help') process.stdout.write(USAGE);
    else await serve(command);
  } catch (error) {
    if (error instanceof UsageError || error instanceof TypeError || error instanceof RangeError) {
      say(`${error.message}\n\n${USAGE}`);
      process.exitCode = WRONG_USAGE;
    } else {
      say(describe(error));
      process.exitCode = 1;
    }
  }
}

async function serve(options: QueueWorkerOptions): Promise<void> {
  const worker = new QueueWorker({ ...options, onError: tellChanges() });
  let signals = 0;
  const stop = (signal: NodeJS.Signals) => {
    signals++;
    if (signals === 1) say(`${signal}: waiting for the jobs that run; once more gives them back to the queue`);
    else if (signals === 2) say(`${signal}: giving the jobs that run back to the queue`);
    else process.exit(1);
    void worker.close({ giveBack: signals > 1 });
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  say(`serving the queue '${options.queue}' (process ${process.pid})`);
  try {
    await worker.run();
  } finally {
    process.off('SIGTERM', stop).off('SIGINT', stop);
  }
}

/** A server that is away says the same many times a second. */
function tellChanges(): (error: unknown) => void {
  let last = '';
  return (error) => {
    const text = error instanceof Error ? error.message || error.name : String(error);
    if (text !== last) say(text);
    last = text;
  };
}

function describe(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined };
  const [line] = message.split('\n'); // Node lists who has required a module that is missing
  return cause === undefined ? `${line}` : `${line} (${describe(cause)})`;
}

function say(text: string): void {
  process.stderr.write(`rxtasks worker: ${text}\n`);
}
