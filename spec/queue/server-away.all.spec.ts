import { RuntimeError } from 'rxtasks';
import { BrokenExecutorError, QueueExecutor, type QueueOptions, QueueWorker, remote } from 'rxtasks/queue';
import { PostgresServer } from '../../lib/queue/postgres-server.js';
import { RedisServer } from '../../lib/queue/redis-server.js';
import { describeWith, startRedis } from '../support/servers/index.js';
import { workUrl } from '../support/work.js';
import { countJobs } from './count-jobs.js';
import { describeOnEachServer, outcomeOf, until, running } from './on-each-server.js';

const jobs = remote<typeof import('../work/jobs.js')>(workUrl('jobs'));
const timing = { lockDuration: 2000, stalledInterval: 500 };

function workerOn(where: QueueOptions): QueueWorker {
  const worker = new QueueWorker({ ...where, ...timing, modules: [workUrl('jobs')], concurrency: 2 });
  void worker.run();
  return worker;
}

let warnings: jest.SpyInstance;

beforeEach(() => {
  warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
});

afterEach(() => jest.restoreAllMocks());

describeOnEachServer('while the server is away, a queue', (test) => {
  afterEach(async () => {
    if (test.server.pid === undefined) await test.server.restart();
  });

  it('fails jobs after connectTimeout, and says what is away', async () => {
    await test.server.stop();
    await using queue = new QueueExecutor({ ...test.newQueue(), connectTimeout: 400 });
    const error = await outcomeOf(queue.submit(jobs.add, 1, 2));
    expect(error).toBeInstanceOf(RuntimeError);
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /(Redis|PostgreSQL) at 127\.0\.0\.1:\d+ did not take the job within 400 ms: .*ECONNREFUSED/,
      ),
    });
  });

  it('takes jobs that it can submit in time', async () => {
    await test.server.stop();
    const where = test.newQueue();
    await using worker = workerOn(where);
    await using queue = new QueueExecutor(where);
    const task = queue.submit(jobs.add, 1, 2);
    await test.server.restart();
    expect(await task).toBe(3);
    expect(worker).toBeDefined();
  });

  it('cancels what it has not submitted at once', async () => {
    await test.server.stop();
    await using queue = new QueueExecutor(test.newQueue());
    const task = queue.submit(jobs.add, 1, 2);
    task.cancel();
    expect(await outcomeOf(task)).toMatchObject({ name: 'CancelledError' });
  });

  it('is shut down all the same, and so is its worker', async () => {
    const where = test.newQueue();
    const worker = workerOn(where);
    const queue = new QueueExecutor(where);
    await queue.submit(jobs.nothing);
    const idle = new QueueExecutor(where);
    const late = workerOn(where);
    await test.server.stop();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const unborn = new QueueExecutor(where);
    await Promise.all([queue, idle, unborn].map((each) => each.shutdown()));
    await Promise.all([worker.close(), late.close()]);
  });

  it('loses nothing: every job ends when the server is back', async () => {
    const where = test.newQueue();
    await using worker = workerOn(where);
    await using queue = new QueueExecutor(where);
    await queue.submit(jobs.nothing);
    const before = Array.from({ length: 100 }, (_, i) => queue.submit(jobs.add, i, 0));
    await until(() => before.some((task) => task.done()));
    await test.server.kill();
    const meanwhile = Array.from({ length: 20 }, (_, i) => queue.submit(jobs.add, i, 0));
    await test.server.restart();
    expect(await Promise.all(before)).toEqual(before.map((_task, i) => i));
    expect(await Promise.all(meanwhile)).toEqual(meanwhile.map((_task, i) => i));
    expect(worker).toBeDefined();
  });

  it('hears what was cancelled meanwhile', async () => {
    const where = test.newQueue();
    await using worker = workerOn(where);
    await using queue = new QueueExecutor({ ...where, grace: Infinity });
    await queue.submit(jobs.nothing);
    const task = queue.submit(jobs.wait);
    await running(task);
    await test.server.stop();
    task.cancel('meanwhile');
    await test.server.restart();
    expect(await outcomeOf(task)).toMatchObject({ name: 'CancelledError', message: 'meanwhile' });
    expect(worker).toBeDefined();
  });

  it('learns how jobs ended even if no message arrives', async () => {
    jest.spyOn(RedisServer.prototype, 'tell').mockImplementation(() => {});
    jest.spyOn(PostgresServer.prototype, 'tell').mockImplementation(() => {});
    const where = test.newQueue();
    await using worker = workerOn(where);
    await using queue = new QueueExecutor(where);
    const task = queue.submit(jobs.count, 5);
    const seen: number[] = [];
    task.progress$.subscribe((value) => seen.push(value));
    expect(await task).toBe(5);
    expect(seen).toEqual([4]); // the newest is stored with the outcome
    expect(await outcomeOf(queue.submit(jobs.fail, 'x'))).toMatchObject({ name: 'HashError' });
    expect(worker).toBeDefined();
  });

  it('hears all reports although the outcome is found before they arrive', async () => {
    for (const kind of [RedisServer, PostgresServer]) {
      const { tell } = kind.prototype;
      jest.spyOn(kind.prototype, 'tell').mockImplementation(function (
        this: RedisServer & PostgresServer,
        channel,
        text,
      ) {
        if (!text.includes('"outcome"')) setTimeout(() => tell.call(this, channel, text), 600);
      });
    }
    const where = test.newQueue();
    await using worker = workerOn(where);
    await using queue = new QueueExecutor({ ...where, progress: 'all' });
    const task = queue.submit(jobs.count, 50);
    const seen: number[] = [];
    task.progress$.subscribe((value) => seen.push(value));
    expect(await task).toBe(50);
    expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(worker).toBeDefined();
  });
});

describeWith({ redis: true }, 'a Redis that keeps nothing', () => {
  it('is warned of, once; what it loses ends with BrokenExecutorError', async () => {
    await using server = await startRedis({ persistence: 'none' });
    const where = { queue: 'forgotten', redis: server.url };
    await using queue = new QueueExecutor(where);
    const tasks = [queue.submit(jobs.add, 1, 2), queue.submit(jobs.add, 3, 4)].map(outcomeOf);
    await until(async () => (await countJobs(where)) === 2);
    await until(() => warnings.mock.calls.length > 0);
    expect(warnings.mock.calls).toEqual([
      [
        expect.stringMatching(/the jobs of the queue 'forgotten' do not survive a restart .*appendonly no/),
        { type: 'QueueWarning', code: 'RXTASKS_FORGETFUL_SERVER' },
      ],
    ]);
    await server.kill();
    await server.restart();
    for (const error of await Promise.all(tasks)) {
      expect(error).toBeInstanceOf(BrokenExecutorError);
      expect(error).toMatchObject({ kind: 'lost', message: expect.stringMatching(/no longer has the job 'add'/) });
    }
    await using worker = workerOn(where);
    expect(await queue.submit(jobs.add, 5, 6)).toBe(11); // the queue itself is fine
    expect(worker).toBeDefined();
    expect(warnings).toHaveBeenCalledTimes(2); // the worker's
  });
});
