// Runs in a process of its own: `node --import tsx interrupt.scenarios.ts <name>`; prints lines, which the spec reads.
import { Worker } from 'node:worker_threads';
import { type Resume, Runner, currentTask, createTask, getRunningLoop, isCancelled, run, sleep } from 'rxtasks';

const say = (line: string) => console.log(line);
const interrupt = () => process.kill(process.pid, 'SIGINT');
const listeners = () => process.listenerCount('SIGINT');
const nameOf = (error: unknown) => (error as Error).name;

/** How a run has ended: its value, or the name of its error. */
const outcome = (running: Promise<unknown>) =>
  running.then(
    (value) => `value ${String(value)}`,
    (error: unknown) => `error ${nameOf(error)}`,
  );

const scenarios: Record<string, () => Promise<unknown>> = {
  /** Everything that a program can do about its own SIGINT, one after the other. */
  async handled() {
    say(`busy: ${await busy()}`);
    say(`waiting: ${await waiting()}`);
    say(`already cancelled: ${await alreadyCancelled()}`);
    say(`async function: ${await asyncFunction()}`);
    say(`answered: ${await answered()}`);
    say(`left to the user: ${await ownListener()}`);
    say(`left alone: ${await leftAlone()}`);
    say(`two runs of a runner: ${await twoRuns()}`);
    say(`in a worker thread: ${await inWorker()}`);
    say(`listeners in the end: ${listeners()}`);
  },

  /** Nobody handles the KeyboardInterrupt; the spec sends the SIGINT. */
  async unhandled() {
    await run(function* () {
      const child = createTask(function* () {
        try {
          yield* sleep(60_000);
        } finally {
          yield* sleep(5);
          say('child cleaned up');
        }
      });
      try {
        say('ready');
        yield* child;
      } finally {
        say('main left');
      }
    });
    say('not reached');
  },

  /** The clean-up takes too long for a user who presses the keys again. */
  async twice() {
    await run(function* () {
      try {
        say('ready');
        yield* sleep(60_000);
      } finally {
        say('cleaning up');
        yield* sleep(60_000);
        say('not reached');
      }
    });
  },

  /** The same while run() itself cleans up what main has left. */
  async twiceInTheEnd() {
    await run(function* () {
      createTask(function* () {
        try {
          yield* sleep(60_000);
        } finally {
          say('cleaning up');
          yield* sleep(60_000);
          say('not reached');
        }
      });
      say('ready');
      yield* sleep(60_000);
    });
  },
};

async function busy() {
  const steps: string[] = [];
  const ended = await outcome(
    run(function* () {
      getRunningLoop().callLater(5, interrupt);
      try {
        for (;;) yield;
      } catch (error) {
        steps.push(`main got ${nameOf(error)} by ${String((error as { source?: string }).source)}`);
        throw error;
      } finally {
        yield* sleep(1);
        steps.push('cleaned up');
      }
    }),
  );
  return [...steps, ended].join(', ');
}

async function waiting() {
  const runner = new Runner();
  const future = runner.getLoop().createFuture<never>();
  const ended = await outcome(
    runner.run(function* () {
      getRunningLoop().callLater(5, interrupt);
      yield* future;
    }),
  );
  await runner.close();
  return `${ended}, the future is ${future.cancelled() ? 'cancelled' : 'pending'}`;
}

async function alreadyCancelled() {
  return outcome(
    run(function* () {
      const main = currentTask();
      createTask(function* () {
        yield;
        main?.cancel();
        interrupt();
      });
      try {
        yield* sleep(10_000);
      } finally {
        yield* sleep(20); // the signal arrives
      }
    }),
  );
}

async function asyncFunction() {
  return outcome(
    run(async () => {
      setTimeout(interrupt, 5);
      await sleep(10_000);
    }),
  );
}

async function answered() {
  return outcome(
    run(function* (): Generator<void, string, Resume> {
      getRunningLoop().callLater(5, interrupt);
      try {
        yield* sleep(10_000);
      } catch (error) {
        if (isCancelled(error)) return 'what there was so far';
        throw error;
      }
      return 'not interrupted';
    }),
  );
}

async function ownListener() {
  let heard = 0;
  const own = () => void heard++;
  process.on('SIGINT', own);
  const ended = await outcome(
    run(function* () {
      const during = listeners();
      interrupt();
      yield* sleep(20);
      return `of main, which goes on; heard ${heard}, listeners ${during}`;
    }),
  );
  process.off('SIGINT', own);
  return ended;
}

async function leftAlone() {
  return outcome(
    run(
      function* () {
        yield;
        return `listeners ${listeners()}`;
      },
      { handleSignals: false },
    ),
  );
}

async function twoRuns() {
  const runner = new Runner();
  const ended: string[] = [];
  for (const ms of [5, 5]) {
    ended.push(
      await outcome(
        runner.run(function* () {
          getRunningLoop().callLater(ms, interrupt);
          ended.push(`listeners ${listeners()}`);
          yield* sleep(10_000);
        }),
      ),
    );
    ended.push(`between ${listeners()}`);
  }
  await runner.close();
  return ended.join(', ');
}

/** A worker thread that runs something: does it listen? */
function inWorker(): Promise<string> {
  const library = JSON.stringify(new URL('../../lib/index.ts', import.meta.url).href);
  const code = `
    const { parentPort } = require('node:worker_threads');
    (async () => {
      (await import('tsx/esm/api')).register(); // Node 20 does not load it for a worker by itself
      const { run, sleep } = await import(${library});
      return run(function* () { yield* sleep(1); return 'listeners ' + process.listenerCount('SIGINT'); });
    })().then((value) => parentPort.postMessage(value), (error) => parentPort.postMessage(String(error)));`;
  return new Promise((resolve, reject) => {
    const worker = new Worker(code, { eval: true });
    worker.on('message', resolve);
    worker.on('error', reject);
  });
}

void scenarios[process.argv[2] ?? '']?.();
