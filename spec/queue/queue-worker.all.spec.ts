import { RuntimeError } from 'rxtasks';
import type { RemoteTask } from 'rxtasks/executors';
import { QueueExecutor, QueueWorker, remote } from 'rxtasks/queue';
import { workUrl } from '../support/work.js';
import { countJobs } from './count-jobs.js';
import { describeOnEachServer, outcomeOf, until, running } from './on-each-server.js';

const jobs = remote<typeof import('../work/jobs.js')>(workUrl('jobs'));
const modules = [workUrl('jobs')];

beforeEach(() => {
  jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
});

afterEach(() => jest.restoreAllMocks());

describeOnEachServer('a QueueWorker', (test) => {
  it('finds functions by their names, wherever their module is for the executor', async () => {
    const where = test.newQueue();
    await using queue = new QueueExecutor(where);
    await using worker = new QueueWorker({ ...where, modules });
    void worker.run();
    const elsewhere = remote<typeof import('../work/jobs.js') & { nope(): void }>('file:///elsewhere/other.js');
    expect(await queue.submit(elsewhere.add, 1, 2)).toBe(3);
    const error = await outcomeOf(queue.submit(elsewhere.nope));
    expect(error).toBeInstanceOf(RuntimeError);
    expect(error).toMatchObject({ message: expect.stringMatching(/no function 'nope'; it offers .*add, .*nap/) });
  });

  it('takes no code from the executor with acceptSource: false', async () => {
    const where = test.newQueue();
    await using queue = new QueueExecutor(where);
    await using worker = new QueueWorker({ ...where, modules, acceptSource: false });
    void worker.run();
    const named = function double(n: number) {
      return 2 * n;
    };
    expect(await outcomeOf(queue.submit(named, 2))).toMatchObject({
      message: expect.stringMatching(/the function double: this worker takes no functions by their source/),
    });
    const os = remote<typeof import('node:os')>('node:os');
    expect(await outcomeOf(queue.submit(os.hostname))).toBeInstanceOf(RuntimeError);
    expect(await queue.submit(jobs.add, 1, 2)).toBe(3);
  });

  it('survives what its threads can share with it, but it cannot send: that fails the job which gives it', async () => {
    const where = test.newQueue();
    await using worker = new QueueWorker({ ...where, modules, concurrency: 1 });
    void worker.run();
    const early = async (task: RemoteTask<unknown>) => {
      task.report(1);
      task.report(new SharedArrayBuffer(1)); // waits to be sent
      await new Promise((resolve) => setTimeout(resolve, 100));
      task.report(2);
    };
    const last = (task: RemoteTask<unknown>) => {
      task.report(1);
      task.report(new SharedArrayBuffer(1));
      throw new RangeError('on its own');
    };
    const result = function give() {
      return { deep: new SharedArrayBuffer(1) };
    };
    for (const progress of ['latest', 'all'] as const) {
      await using queue = new QueueExecutor({ ...where, progress });
      const report = { name: 'DataCloneError', message: expect.stringMatching(/^report\(progress\): #<Shared/) };
      expect(await outcomeOf(queue.submit(early))).toMatchObject(report);
      expect(await outcomeOf(queue.submit(last))).toMatchObject({ name: 'RangeError', message: 'on its own' });
      expect(await outcomeOf(queue.submit(result))).toMatchObject({
        name: 'DataCloneError',
        message: expect.stringMatching(/^the result of 'give' cannot be copied: #<Shared/),
      });
      expect(await queue.submit(jobs.add, 1, 2)).toBe(3);
    }
  });

  it('that cannot load a module does not run, and says which', async () => {
    const worker = new QueueWorker({ ...test.newQueue(), modules: [new URL('file:///nowhere.js')] });
    const error = await outcomeOf(worker.run());
    expect(error).toBeInstanceOf(RuntimeError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/the module file:\/\/\/nowhere\.js cannot be loaded/),
    });
  });

  it('is refused if the others of the queue look for lost ones in another way', async () => {
    const where = test.newQueue();
    await using queue = new QueueExecutor(where);
    const first = new QueueWorker({ ...where, modules, lockDuration: 3000 });
    void first.run();
    await queue.submit(jobs.nothing);
    const other = new QueueWorker({ ...where, lockDuration: 4000 });
    expect(await outcomeOf(other.run())).toMatchObject({
      name: 'RuntimeError',
      message: expect.stringMatching(
        /have agreed on {"lockDuration":3000,"stalledInterval":5000}, this one has .*4000/,
      ),
    });
    await first.close();
    await using later = new QueueWorker({ ...where, modules, lockDuration: 4000 });
    void later.run();
    expect(await queue.submit(jobs.add, 1, 2)).toBe(3);
  });

  it('waits for its jobs when it is closed, and takes no more', async () => {
    const where = test.newQueue();
    await using queue = new QueueExecutor(where);
    const worker = new QueueWorker({ ...where, modules, concurrency: 1 });
    const served = worker.run();
    await queue.submit(jobs.nothing);
    const held = queue.submit(jobs.hold, 500);
    await running(held);
    const next = queue.submit(jobs.add, 1, 2);
    await worker.close();
    await served;
    expect(await held).toBe('held');
    expect(await countJobs(where)).toBeGreaterThanOrEqual(1);
    expect(next.done()).toBe(false);
    await using other = new QueueWorker({ ...where, modules });
    void other.run();
    expect(await next).toBe(3);
  });

  it('gives its jobs back when it is told to: another starts them, without waiting for a lost worker', async () => {
    const where = { ...test.newQueue(), lockDuration: 3_600_000, stalledInterval: 3_600_000 };
    await using queue = new QueueExecutor(where);
    const worker = new QueueWorker({ ...where, modules, concurrency: 1 });
    void worker.run();
    const task = queue.submit(jobs.countSlowly, 3, 500);
    let reports = 0;
    task.progress$.subscribe(() => reports++);
    await until(() => reports > 0);
    void worker.close();
    await worker.close({ giveBack: true });
    expect(task.done()).toBe(false);
    await using other = new QueueWorker({ ...where, modules });
    void other.run();
    expect(await task).toBe(3);
  });

  it('can be closed before it runs, while it starts, and twice', async () => {
    const where = test.newQueue();
    const never = new QueueWorker(where);
    await never.close();
    await expect(never.run()).rejects.toThrow(/runs once; make a new one/);
    const starting = new QueueWorker({ ...where, modules });
    const served = starting.run();
    await Promise.all([starting.close(), starting.close()]);
    await served;
  });
});
