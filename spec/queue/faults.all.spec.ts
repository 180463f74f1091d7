import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { CancelledError, RuntimeError, type Task } from 'rxtasks';
import {
  BrokenExecutorError,
  QueueExecutor,
  type QueueExecutorOptions,
  type QueueOptions,
  QueueWorker,
  remote,
} from 'rxtasks/queue';
import { DEFAULT_TIMING } from '../../lib/queue/timing.js';
import { describeWith, startRedis } from '../support/servers/index.js';
import { isAlive } from '../support/servers/processes.js';
import { workUrl } from '../support/work.js';
import { countJobs } from './count-jobs.js';
import { Runs, work, workUntilTold } from './faults-runs.js';
import { Workers, command } from './faults-workers.js';
import { describeOnEachServer, outcomeOf, until, running } from './on-each-server.js';

const jobs = remote<typeof import('../work/jobs.js')>(workUrl('jobs'));

/** Short, so that a lost worker is noticed soon. */
const timing = { lockDuration: 1000, stalledInterval: 500 };

const KILLS_ON_EACH_SERVER = 50;

const resources: AsyncDisposable[] = [];
const children: ChildProcess[] = [];
let runs: Runs;

function executorOn(options: QueueExecutorOptions): QueueExecutor {
  const executor = new QueueExecutor(options);
  resources.unshift(executor);
  return executor;
}

function workersOn(count: number, where: QueueOptions, options = {}): Workers {
  const workers = new Workers(count, { concurrency: 2, ...timing, ...where, ...options });
  resources.push(workers);
  return workers;
}

beforeEach(() => {
  jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
  runs = new Runs();
});

afterEach(async () => {
  for (const each of resources.splice(0)) await each[Symbol.asyncDispose]();
  for (const child of children.splice(0)) child.kill('SIGKILL');
  runs[Symbol.dispose]();
  jest.restoreAllMocks();
  await until(() => handles() === atRest); // nothing remains
});

/** What Jest itself has. */
const atRest = handles();

/** The sockets, pipes and processes that keep this process alive. */
function handles(): string {
  return process
    .getActiveResourcesInfo()
    .filter((each) => /TCP|Process|Pipe/.test(each))
    .sort()
    .join();
}

describeOnEachServer('when workers are lost, a queue', (test) => {
  it(`loses nothing: ${KILLS_ON_EACH_SERVER} are killed while they have jobs, some of which are cancelled`, async () => {
    const where = test.newQueue();
    const queue = executorOn({ ...where, grace: 10, maxRestarts: KILLS_ON_EACH_SERVER });
    const workers = workersOn(3, where);
    const tasks: Task<number>[] = [];
    const isCancelled = (n: number) => n % 8 === 7;
    const fill = filling(tasks, 24, (n) => {
      const task = queue.submit(work, runs.file, n, n % 20);
      if (isCancelled(n)) setTimeout(() => task.cancel(), n % 40);
      return task;
    });
    for (let kills = 0; kills < KILLS_ON_EACH_SERVER;) {
      fill();
      const before = runs.all().length;
      await until(() => {
        fill();
        return runs.all().length > before;
      });
      await pause(kills % 7);
      const { pid } = runs.all().at(-1)!;
      if (workers.kill(pid)) kills++;
    }
    const outcomes = await Promise.all(tasks.map(outcomeOf));
    const ran = new Set(runs.numbers());
    for (const [n, outcome] of outcomes.entries()) {
      if (isCancelled(n) && outcome instanceof CancelledError) continue;
      expect([outcome, ran.has(n)]).toEqual([n, true]);
    }
    expect(runs.all().length).toBeGreaterThan(ran.size); // some were started again
  }, 180_000);

  it('gives up a job that takes more of them along than maxRestarts, and no other', async () => {
    const where = test.newQueue();
    const queue = executorOn({ ...where, maxRestarts: 2 });
    workersOn(2, where);
    const killer = (file: string) => {
      process.getBuiltinModule('node:fs').appendFileSync(file, `0 ${process.pid}\n`);
      process.kill(process.pid, 'SIGKILL');
      return new Promise<void>(() => {});
    };
    const lost = outcomeOf(queue.submit(killer, runs.file));
    const beside = Array.from({ length: 20 }, (_, i) => queue.submit(jobs.countSlowly, i, 20));
    const error = await lost;
    expect(error).toBeInstanceOf(BrokenExecutorError);
    expect(error).toMatchObject({
      kind: 'exit',
      message: expect.stringMatching(/'killer' has lost its worker 3 times \(maxRestarts: 2\)/),
    });
    expect(runs.all()).toHaveLength(3);
    expect(await Promise.all(beside)).toEqual(beside.map((_task, i) => i));
    expect(await queue.submit(jobs.add, 1, 2)).toBe(3);
  });

  it('is not disturbed by one that was taken for lost, and goes on', async () => {
    const where = test.newQueue();
    const queue = executorOn({ ...where, progress: 'all' });
    const workers = workersOn(2, where, { concurrency: 1 });
    const tasks = Array.from({ length: 2 }, () => queue.submit(jobs.countSlowly, 30, 50));
    const seen = tasks.map((task) => {
      const values: number[] = [];
      task.progress$.subscribe((value) => values.push(value));
      return values;
    });
    await Promise.all(tasks.map(running));
    const ids = workers.pids;
    process.kill(ids[0]!, 'SIGSTOP');
    const others = Array.from({ length: 10 }, (_, n) => queue.submit(work, runs.file, n, 10));
    const results = await Promise.all(tasks);
    process.kill(ids[0]!, 'SIGCONT');
    expect(results).toEqual([30, 30]);
    expect(await Promise.all(others)).toEqual(others.map((_task, n) => n));
    for (const values of seen) {
      const starts = values.filter((value) => value === 0).length;
      expect(starts).toBeLessThanOrEqual(2);
      expect(values.slice(values.lastIndexOf(0))).toEqual([...Array(30).keys()]); // nothing of the other run between
    }
    expect(await Promise.all([1, 2, 3, 4, 5].map((n) => queue.submit(jobs.add, n, 0)))).toEqual([1, 2, 3, 4, 5]);
    expect(workers.pids).toEqual(ids);
  });

  it('leaves no processes of theirs behind', async () => {
    const where = test.newQueue();
    const queue = executorOn(where);
    const workers = workersOn(1, where, { executor: 'process' });
    const tasks = [500, 500].map((ms, n) => queue.submit(work, runs.file, n, ms));
    await until(() => runs.all().length === 2);
    workers.kill(workers.pids[0]!);
    const [first, second] = runs.all().map(({ pid }) => pid);
    await until(() => !isAlive(first!) && !isAlive(second!));
    expect(await Promise.all(tasks)).toEqual([0, 1]);
  });

  it('loses nothing when they are stopped: those who run finish, the others run what waits', async () => {
    const where = test.newQueue();
    const queue = executorOn(where);
    const [leaving, staying] = [commandOn(where), commandOn(where)];
    const tasks = Array.from({ length: 40 }, (_, n) => queue.submit(work, runs.file, n, 100));
    await until(() => runs.all().some(({ pid }) => pid === leaving.pid));
    leaving.kill('SIGTERM');
    expect(await once(leaving, 'exit')).toEqual([0, null]);
    expect(await Promise.all(tasks)).toEqual(tasks.map((_task, n) => n));
    expect(runs.all()).toHaveLength(tasks.length); // each once
    staying.kill('SIGTERM');
    expect(await once(staying, 'exit')).toEqual([0, null]);
  });

  it('has others start their jobs when they are stopped twice', async () => {
    const where = test.newQueue();
    const queue = executorOn({ ...where, maxRestarts: 0 }); // that of a lost worker would not be started again
    const leaving = commandOn(where);
    const tasks = Array.from({ length: 2 }, (_, n) => queue.submit(workUntilTold, runs.file, n));
    await until(() => runs.all().length === tasks.length);
    leaving.kill('SIGTERM');
    leaving.kill('SIGINT');
    expect(await once(leaving, 'exit')).toEqual([0, null]);
    runs.tell();
    const staying = commandOn(where);
    expect(await Promise.all(tasks)).toEqual([0, 1]);
    expect(runs.all().filter(({ pid }) => pid === staying.pid)).toHaveLength(tasks.length);
    staying.kill('SIGTERM');
    expect(await once(staying, 'exit')).toEqual([0, null]);
  });
});

describeOnEachServer('when the submitting process dies, a queue', (test) => {
  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'runs its jobs all the same, and those of others (%s)',
    async (signal) => {
      const where = test.newQueue();
      const workers = workersOn(1, where);
      const submitter = submitterOn(where, { count: 30, ms: 50 });
      await once(submitter.stdout!, 'data');
      const queue = executorOn(where);
      const others = Array.from({ length: 10 }, (_, i) => queue.submit(jobs.add, i, 1));
      submitter.kill(signal);
      await once(submitter, 'exit');
      expect(await Promise.all(others)).toEqual(others.map((_task, i) => i + 1));
      await until(() => runs.numbers().length === 30);
      const [pid] = workers.pids;
      expect(new Set(runs.all().map((run) => run.pid))).toEqual(new Set([pid])); // it was not lost
      expect(await queue.submit(jobs.add, 1, 2)).toBe(3);
    },
    60_000,
  );
});

describeOnEachServer('when the server is restarted under load, a queue', (test) => {
  it('loses nothing: in an orderly way, and killed', async () => {
    const where = test.newQueue();
    const queue = executorOn(where);
    workersOn(2, where);
    const tasks: Task<number>[] = [];
    const fill = filling(tasks, 40, (n) => queue.submit(work, runs.file, n, n % 10));
    const { server } = test;
    const ways = [() => server.stop(), () => server.kill(), () => server.stop(), () => server.kill()];
    for (const away of ways) {
      const before = runs.all().length;
      await until(() => {
        fill();
        return runs.all().length > before + 100;
      });
      await away();
      tasks.push(...Array.from({ length: 5 }, (_, i) => queue.submit(work, runs.file, tasks.length + i, 1)));
      await server.restart();
    }
    const numbers = tasks.map((_task, n) => n);
    expect(await Promise.all(tasks)).toEqual(numbers);
    expect(runs.numbers()).toEqual(numbers);
  }, 120_000);
});

describeOnEachServer('when the server says nothing for ten seconds, a queue', (test) => {
  it('goes on afterwards with what ran, what waited and what was submitted meanwhile', async () => {
    const where = test.newQueue();
    const queue = executorOn(where);
    workersOn(2, where);
    const started = Array.from({ length: 60 }, (_, n) => queue.submit(work, runs.file, n, n % 50));
    await until(() => started.some((task) => task.done()));
    await test.server.pause();
    const meanwhile: Task<number>[] = [];
    for (let second = 0; second < 10; second++) {
      for (let i = 0; i < 3; i++) meanwhile.push(queue.submit(work, runs.file, 60 + meanwhile.length, 1));
      await pause(1000);
    }
    const cancelled = queue.submit(jobs.nap, 60_000);
    const outcome = outcomeOf(cancelled);
    cancelled.cancel('meanwhile');
    await test.server.resume();
    const tasks = [...started, ...meanwhile];
    const numbers = tasks.map((_task, n) => n);
    expect(await Promise.all(tasks)).toEqual(numbers);
    expect(runs.numbers()).toEqual(numbers);
    expect(await outcome).toMatchObject({ name: 'CancelledError', message: 'meanwhile' });
  });

  it('fails what it could not submit in time, and does not run it afterwards', async () => {
    const where = test.newQueue();
    const queue = executorOn({ ...where, connectTimeout: 400 });
    const other = executorOn(where);
    const waiting = other.submit(jobs.add, 0, 0); // there, before
    await until(async () => (await countJobs(where)) === 1);
    await until(async () => (await outcomeOf(cancelledOn(queue))) instanceof CancelledError); // it is connected
    await test.server.pause();
    const errors = await Promise.all([1, 2, 3].map((n) => outcomeOf(queue.submit(work, runs.file, n, 1))));
    for (const error of errors) expectAway(error, 400);
    await test.server.resume();
    await until(async () => (await countJobs(where)) === 1);
    workersOn(1, where);
    expect(await waiting).toBe(0);
    expect(await queue.submit(work, runs.file, 9, 1)).toBe(9);
    expect(runs.numbers()).toEqual([9]);
  });
});

describeOnEachServer('when the server is gone, a queue', (test) => {
  afterEach(async () => {
    if (test.server.pid === undefined) await test.server.restart();
  });

  it('that was connected fails what it cannot submit in time', async () => {
    const where = test.newQueue();
    const queue = executorOn({ ...where, connectTimeout: 400 });
    expect(await outcomeOf(cancelledOn(queue))).toBeInstanceOf(CancelledError);
    await test.server.kill();
    const errors = await Promise.all([1, 2, 3].map((n) => outcomeOf(queue.submit(jobs.add, n, 1))));
    for (const error of errors) expectAway(error, 400);
    await test.server.restart();
    workersOn(1, where);
    expect(await queue.submit(jobs.add, 1, 2)).toBe(3);
    expect(await countJobs(where)).toBeLessThanOrEqual(1); // what was given up is not there
  });

  it('and its workers begin when it is back, at whatever moment it went', async () => {
    for (let ms = 0; ms < 200; ms += 25) {
      const where = test.newQueue();
      const queue = executorOn(where);
      const worker = new QueueWorker({ ...where, ...timing, concurrency: 1 });
      resources.push(worker);
      void worker.run();
      const task = queue.submit((n: number) => n, ms);
      await pause(ms);
      await test.server.kill();
      await test.server.restart();
      expect(await task).toBe(ms);
    }
  });

  it('cancels jobs that run and jobs that wait when it is back', async () => {
    const where = test.newQueue();
    const queue = executorOn({ ...where, grace: 300 });
    workersOn(1, where);
    const spinning = queue.submit(jobs.spinOn, 60_000);
    const stopping = queue.submit(jobs.wait);
    await Promise.all([running(spinning), running(stopping)]);
    const waiting = queue.submit(jobs.add, 1, 2);
    await until(async () => (await countJobs(where)) === 3);
    await test.server.kill();
    const outcomes = [spinning, stopping, waiting].map(outcomeOf);
    for (const task of [spinning, stopping, waiting]) task.cancel('enough');
    await pause(500);
    await test.server.restart();
    for (const outcome of await Promise.all(outcomes)) {
      expect(outcome).toMatchObject({ name: 'CancelledError', message: 'enough' });
    }
    expect(await Promise.all([3, 4, 5].map((n) => queue.submit(jobs.add, n, 0)))).toEqual([3, 4, 5]);
  });
});

describeWith({ redis: true }, 'when the server does not come back, a queue', () => {
  it('ends jobs that were cancelled when none could run any more', async () => {
    for (const option of ['lockDuration', 'stalledInterval'] as const) {
      jest.replaceProperty(DEFAULT_TIMING, option, timing[option]);
    }
    await using server = await startRedis();
    const where = { queue: 'gone', redis: server.url };
    const queue = executorOn({ ...where, grace: 100 });
    workersOn(1, where);
    const task = queue.submit(jobs.hold, 1000);
    await running(task);
    await server.kill();
    task.cancel('enough');
    expect(await outcomeOf(task)).toMatchObject({ name: 'CancelledError', message: 'enough' });
  });
});

describeWith({ redis: true }, 'when a Redis that keeps nothing is restarted, a queue', () => {
  it('ends what it had, and goes on with what comes then', async () => {
    await using server = await startRedis({ persistence: 'none' });
    const where = { queue: 'forgotten', redis: server.url };
    const queue = executorOn(where);
    workersOn(2, where);
    const tasks = Array.from({ length: 200 }, (_, n) => queue.submit(work, runs.file, n, 20));
    const outcomes = tasks.map(outcomeOf);
    await until(() => tasks.filter((task) => task.done()).length > 20);
    await server.kill();
    await pause(200);
    const meanwhile = queue.submit(work, runs.file, 1000, 1);
    await server.restart();
    let lost = 0;
    for (const [n, outcome] of (await Promise.all(outcomes)).entries()) {
      if (outcome === n) continue;
      lost++;
      expect(outcome).toBeInstanceOf(BrokenExecutorError);
      expect(outcome).toMatchObject({ kind: 'lost', message: expect.stringMatching(/no longer has the job 'work'/) });
    }
    expect(lost).toBeGreaterThan(100);
    expect(await meanwhile).toBe(1000);
    expect(await queue.submit(work, runs.file, 1001, 1)).toBe(1001);
  });
});

/** Keeps `most` jobs under way: each time that it is called it submits what is missing, the n-th of `tasks` by `submit(n)`. */
function filling(tasks: Task<number>[], most: number, submit: (n: number) => Task<number>): () => void {
  let open = 0;
  return () => {
    while (open < most) {
      const task = submit(tasks.length);
      open++;
      task.addDoneCallback(() => open--);
      tasks.push(task);
    }
  };
}

function commandOn({ queue, redis, postgres }: QueueOptions): ChildProcess {
  const server = redis === undefined ? ['--postgres', postgres as string] : ['--redis', redis as string];
  const child = command('--queue', queue, ...server, '--concurrency', '2');
  children.push(child);
  return child;
}

function submitterOn(where: QueueOptions, options: { count: number; ms: number }): ChildProcess {
  const file = path.join(__dirname, 'faults-submitter.ts');
  const argument = JSON.stringify({ where, file: runs.file, ...options });
  const child = spawn(process.execPath, ['--import', 'tsx', '--no-warnings', file, argument], {
    cwd: path.join(__dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  children.push(child);
  return child;
}

/** A job that was cancelled when the server had it. */
function cancelledOn(queue: QueueExecutor): Task<unknown> {
  const task = queue.submit(jobs.nothing);
  setTimeout(() => task.cancel(), 300);
  return task;
}

function expectAway(error: unknown, connectTimeout: number): void {
  expect(error).toBeInstanceOf(RuntimeError);
  expect(error).toMatchObject({
    message: expect.stringMatching(
      new RegExp(`(Redis|PostgreSQL) at 127\\.0\\.0\\.1:\\d+ did not take the job within ${connectTimeout} ms`),
    ),
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
