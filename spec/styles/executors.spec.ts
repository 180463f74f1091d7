import { type Task, createTask, currentTask, run, sleep } from 'rxtasks';
import { InlineExecutor, type RemoteTask } from 'rxtasks/executors';
import { outcomeOf } from './workplace.js';

/** The first is quick; the others end when they are cancelled, and else never. */
const patient = (n: number, task: RemoteTask<never>) =>
  n === 1
    ? n
    : new Promise<number>((_, reject) =>
        task.signal.addEventListener('abort', () => reject(task.signal.reason as Error)),
      );
const quick = (n: number): number | Promise<number> => n;

function closable(items: Iterable<number>) {
  const log: string[] = [];
  function* numbers() {
    try {
      yield* items;
    } finally {
      log.push('items closed');
    }
  }
  return { log, numbers: numbers() };
}

/** Runs `body` as a task, waits for it, and gives its outcome. */
function outcomeOfTask(body: (task: Task<unknown>) => Promise<unknown>): Promise<string> {
  return run(async () => await outcomeOf(createTask(body)));
}

describe('`await using` of an executor', () => {
  it.each([
    ['was asked to cancel before', (task: Task<unknown>) => void task.cancel()],
    ['is asked to cancel meanwhile', (task: Task<unknown>) => void setTimeout(() => task.cancel(), 1)],
  ])('waits for its jobs, also in a task that %s, and hands the request on', async (_, cancel) => {
    const log: string[] = [];
    const outcome = await outcomeOfTask(async (task) => {
      {
        await using executor = new InlineExecutor();
        const job = executor.submit(() => new Promise((resolve) => setTimeout(resolve, 20)));
        job.addDoneCallback(() => void log.push('job over'));
        cancel(task);
      }
      log.push('left');
      await sleep(0);
      log.push('went on');
    });
    expect([...log, outcome]).toEqual(['job over', 'left', 'CancelledError']);
  });
});

describe('the iteration of executor.map', () => {
  it('cancels its jobs, waits for them and closes its items before a task is told that was cancelled where it waits', async () => {
    await using executor = new InlineExecutor();
    const { log, numbers } = closable([2, 3, 4]);
    const outcome = await outcomeOfTask(async (task) => {
      setTimeout(() => task.cancel(), 5);
      try {
        for await (const _ of executor.map(patient, numbers, { concurrency: 2 }));
      } finally {
        log.push('left');
      }
    });
    expect([...log, outcome]).toEqual(['items closed', 'left', 'CancelledError']);
  });

  it.each([
    ['the next result is asked for', false, quick],
    ['the next result is asked for, which is not there', false, patient],
    ['the loop is left by `break`', true, quick],
    ['the loop is left by `break` while jobs run', true, patient],
  ])('leaves, and then tells of the request that came in the body of the loop, when %s', async (_, leaves, job) => {
    await using executor = new InlineExecutor();
    const { log, numbers } = closable([1, 2, 3, 4]);
    const outcome = await outcomeOfTask(async () => {
      for await (const result of executor.map(job, numbers, { concurrency: 2 })) {
        log.push(`got ${result}`);
        currentTask()?.cancel();
        if (leaves) break;
      }
      log.push('went on');
    });
    expect([...log, outcome]).toEqual(['got 1', 'items closed', 'CancelledError']);
  });

  it('keeps a request that comes while it is left', async () => {
    await using executor = new InlineExecutor({ grace: 20 });
    const log: string[] = [];
    const outcome = await outcomeOfTask(async (task) => {
      const deaf = (n: number) => (n === 1 ? n : new Promise<number>(() => {}));
      for await (const result of executor.map(deaf, [1, 2], { concurrency: 2 })) {
        log.push(`got ${result}`);
        setTimeout(() => task.cancel(), 5);
        break;
      }
      log.push('left');
      await sleep(0);
      log.push('went on');
    });
    expect([...log, outcome]).toEqual(['got 1', 'left', 'CancelledError']);
  });
});
