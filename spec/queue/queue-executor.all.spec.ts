import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { CancelledError } from 'rxtasks';
import {
  BrokenExecutorError,
  QueueExecutor,
  type QueueExecutorOptions,
  QueueWorker,
  type QueueWorkerOptions,
  remote,
} from 'rxtasks/queue';
import { workUrl } from '../support/work.js';
import { countJobs } from './count-jobs.js';
import { describeOnEachServer, outcomeOf, running, until } from './on-each-server.js';
import { forkWorker } from './worker-process.js';

type Jobs = typeof import('../work/jobs.js');
const jobs = remote<Jobs>(workUrl('jobs'));
const modules = [workUrl('jobs')];

/** Short, so that a lost worker is noticed soon. */
const timing = { lockDuration: 1000, stalledInterval: 500 };

const opened: AsyncDisposable[] = [];
const children: ChildProcess[] = [];

function executorOn(options: QueueExecutorOptions): QueueExecutor {
  const executor = new QueueExecutor(options);
  opened.unshift(executor);
  return executor;
}

function workerOn(options: QueueWorkerOptions): QueueWorker {
  const worker = new QueueWorker({ modules, concurrency: 2, ...timing, ...options });
  opened.push(worker);
  void worker.run();
  return worker;
}

/** In a process of its own, which can be killed. */
function workerProcess(options: QueueWorkerOptions): ChildProcess {
  const child = forkWorker();
  children.push(child);
  child.send({ modules: modules.map(String), concurrency: 2, ...timing, ...options });
  return child;
}

async function end(child: ChildProcess, signal?: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  if (signal === undefined) child.disconnect();
  else child.kill(signal);
  await exit;
}

beforeEach(() => {
  jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
});

afterEach(async () => {
  for (const each of opened.splice(0)) await each[Symbol.asyncDispose]();
  await Promise.all(children.splice(0).map((child) => end(child)));
  jest.restoreAllMocks();
});

describeOnEachServer('a QueueExecutor', (test) => {
  it('gets results from workers, and errors with what belongs to them', async () => {
    const where = test.newQueue();
    const queue = executorOn(where);
    workerOn(where);
    expect(await queue.submit(jobs.add, 1, 2)).toBe(3);
    expect(await queue.submit((text: string, twice: bigint) => text + twice, 'a', 2n)).toBe('a2');
    const error = (await outcomeOf(queue.submit(jobs.fail, 'a.txt'))) as Error & { file: string };
    expect(error).toMatchObject({ name: 'HashError', message: 'cannot hash a.txt', file: 'a.txt' });
    expect(error.constructor.name).toBe('HashError');
    expect(error.cause).toBeInstanceOf(RangeError);
    expect(error.stack).toMatch(/jobs[\s\S]*queue-executor\.all\.spec/);
  });

  it('gets results of any size', async () => {
    const where = test.newQueue();
    const queue = executorOn(where);
    workerOn(where);
    for (const size of [10, 5_000, 20_000, 500_000]) {
      const text = 'ä€😀x'.repeat(size);
      expect((await queue.submit(jobs.echo, text)) === text).toBe(true);
    }
  });

  it('waits for workers that come later', async () => {
    const where = test.newQueue();
    const queue = executorOn(where);
    const task = queue.submit(jobs.add, 1, 2);
    await until(async () => (await countJobs(where)) === 1);
    workerOn(where);
    expect(await task).toBe(3);
  });

  it('shares a queue with other executors, and workers share it', async () => {
    const where = test.newQueue();
    const queues = [executorOn(where), executorOn(where)];
    workerOn(where);
    workerOn({ ...where, executor: 'process' });
    const tasks = Array.from({ length: 60 }, (_, i) => queues[i % 2]!.submit(jobs.add, i, 1));
    expect(await Promise.all(tasks)).toEqual(tasks.map((_task, i) => i + 1));
  });

  it('leaves nothing of its jobs on the server', async () => {
    const where = test.newQueue();
    const queue = executorOn(where);
    workerOn(where);
    await Promise.all(Array.from({ length: 20 }, (_, i) => queue.submit(jobs.add, i, 1)));
    await outcomeOf(queue.submit(jobs.fail, 'a.txt'));
    await queue.shutdown();
    expect(await countJobs(where)).toBe(0);
  });

  describe('progress', () => {
    it('is the newest of every 50 ms, in order, the last one before the result', async () => {
      const where = test.newQueue();
      const queue = executorOn(where);
      workerOn(where);
      const task = queue.submit(jobs.count, 500);
      const seen: number[] = [];
      task.progress$.subscribe((value) => seen.push(value));
      await task;
      expect(seen.at(-1)).toBe(499);
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      expect(seen.length).toBeLessThan(500);
    });

    it('is everything with progress: all', async () => {
      const where = test.newQueue();
      const queue = executorOn({ ...where, progress: 'all' });
      workerOn(where);
      const task = queue.submit(jobs.count, 500);
      const seen: number[] = [];
      task.progress$.subscribe((value) => seen.push(value));
      await task;
      expect(seen).toEqual(Array.from({ length: 500 }, (_, i) => i));
    });
  });

  describe('cancelling', () => {
    it('takes a job out of the queue that no worker has started', async () => {
      const where = test.newQueue();
      const queue = executorOn(where);
      const task = queue.submit(jobs.add, 1, 2);
      await until(async () => (await countJobs(where)) === 1);
      task.cancel('not needed');
      expect(await outcomeOf(task)).toMatchObject({ name: 'CancelledError', message: 'not needed' });
      expect(await countJobs(where)).toBe(0);
    });

    it('asks a function that runs, which may clean up or refuse', async () => {
      const where = test.newQueue();
      const queue = executorOn({ ...where, progress: 'all', grace: 5000 });
      workerOn(where);
      const cleaning = queue.submit(jobs.cleanUp, 20);
      const refusing = queue.submit(jobs.refuse);
      const seen: string[] = [];
      cleaning.progress$.subscribe((text) => seen.push(text));
      await running(refusing);
      await until(() => seen.length > 0);
      cleaning.cancel('enough');
      expect(await outcomeOf(cleaning)).toBeInstanceOf(CancelledError);
      expect(seen).toEqual(['started', 'cleaning', 'clean']);
      refusing.cancel('you too');
      expect(await refusing).toBe('refused: you too');
    });

    it('kills one that goes on, after its grace, and does not start it again', async () => {
      const where = test.newQueue();
      const queue = executorOn({ ...where, grace: 100 });
      workerOn({ ...where, concurrency: 1 });
      await queue.submit(jobs.nothing);
      const task = queue.submit(jobs.spinOn, 60_000);
      await running(task);
      task.cancel();
      expect(await outcomeOf(task)).toBeInstanceOf(CancelledError);
      expect(await queue.submit(jobs.add, 1, 2)).toBe(3); // by the only worker there is
    });

    it('reaches a worker that starts the job again: it was stored with the job', async () => {
      const where = test.newQueue();
      const queue = executorOn({ ...where, grace: Infinity });
      const child = workerProcess({ ...where, concurrency: 1 });
      await queue.submit(jobs.nothing);
      const task = queue.submit(jobs.hold, 60_000);
      await running(task);
      child.kill('SIGSTOP');
      task.cancel('stored');
      await new Promise((resolve) => setTimeout(resolve, 300));
      await end(child, 'SIGKILL');
      workerOn({ ...where, concurrency: 1 });
      expect(await outcomeOf(task)).toMatchObject({ name: 'CancelledError', message: 'stored' });
    });

    it('comes to an end although the worker is lost', async () => {
      const where = test.newQueue();
      const queue = executorOn({ ...where, grace: 50 });
      const child = workerProcess(where);
      await queue.submit(jobs.nothing);
      const task = queue.submit(jobs.hold, 60_000);
      await running(task);
      await end(child, 'SIGKILL');
      task.cancel();
      expect(await outcomeOf(task)).toBeInstanceOf(CancelledError);
    });

    it('by shutdown({ cancelPending: true }) spares what runs', async () => {
      const where = test.newQueue();
      const queue = executorOn(where);
      workerOn({ ...where, concurrency: 1 });
      await queue.submit(jobs.nothing);
      const held = queue.submit(jobs.hold, 800);
      await running(held);
      const waiting = [queue.submit(jobs.nothing), queue.submit(jobs.nothing)].map(outcomeOf);
      await until(async () => (await countJobs(where)) >= 3);
      await queue.shutdown({ cancelPending: true });
      expect(await held).toBe('held');
      for (const each of waiting) {
        expect(await each).toMatchObject({ name: 'CancelledError', message: 'the executor is shutting down' });
      }
    });
  });

  describe('lost workers', () => {
    it('do no harm: others start their jobs again', async () => {
      const where = test.newQueue();
      const queue = executorOn(where);
      const child = workerProcess(where);
      await queue.submit(jobs.nothing);
      const tasks = [300, 300, 300].map((ms) => queue.submit(jobs.hold, ms));
      await Promise.race(tasks.map(running));
      await end(child, 'SIGKILL');
      workerOn(where);
      expect(await Promise.all(tasks)).toEqual(['held', 'held', 'held']);
    });

    it('more often than maxRestarts are the end of a job, which says how often', async () => {
      const where = test.newQueue();
      const queue = executorOn({ ...where, maxRestarts: 1 });
      const task = queue.submit(jobs.cleanUp, 0);
      let starts = 0;
      task.progress$.subscribe(() => starts++);
      for (let i = 1; i <= 2; i++) {
        const child = workerProcess(where);
        await until(() => starts === i);
        await end(child, 'SIGKILL');
      }
      workerOn(where);
      const error = await outcomeOf(task);
      expect(error).toBeInstanceOf(BrokenExecutorError);
      expect(error).toMatchObject({ kind: 'exit', message: expect.stringMatching(/'cleanUp' .* 2 times/) });
    });

    it('a thread that is lost ends its job alone', async () => {
      const where = test.newQueue();
      const queue = executorOn(where);
      workerOn({ ...where, concurrency: 1 });
      const error = await outcomeOf(queue.submit(jobs.exit, 3));
      expect(error).toBeInstanceOf(BrokenExecutorError);
      expect(error).toMatchObject({ kind: 'exit', exitCode: 3 });
      expect(await queue.submit(jobs.add, 1, 2)).toBe(3);
    });
  });
});
