import { allTasks, createTask, gather, getEventLoop, getRunningLoop, run, sleep, withTimeout } from 'rxtasks';
import { InlineExecutor, ProcessPoolExecutor, type RemoteTask, remote, toThread } from 'rxtasks/executors';
import { workUrl } from '../support/work.js';

const jobs = remote<typeof import('../work/jobs.js')>(workUrl('jobs'));

describe('toThread', () => {
  // the default loop's threads, which the cases outside of run() share
  afterAll(async () => {
    await getEventLoop().releaseExecutor()?.shutdown?.();
  });

  it('starts nothing until it is awaited or made a task, and then once [ToThreadTests.test_to_thread_once]', async () => {
    await run(function* (main) {
      const log: string[] = [];
      const work = toThread((task: RemoteTask<string>) => task.report('ran'));
      yield* sleep(30);
      expect([...allTasks()].map(String)).toEqual([String(main)]);
      const task = createTask(work);
      task.progress$.subscribe((value) => log.push(value as string));
      expect(log).toEqual([]);
      yield* task;
      expect(log).toEqual(['ran']);
    });
  });

  it('gives the result for its arguments: in coroutines, in async functions, outside of run() [ToThreadTests.test_to_thread] [ToThreadTests.test_to_thread_args_kwargs]', async () => {
    expect(await run(toThread(jobs.add, 1, 2))).toBe(3);
    expect(await run(async () => (await toThread(jobs.add, 1, 2)) + 1)).toBe(4);
    expect(await toThread(jobs.add, 2, 3)).toBe(5);
  });

  it('throws what the function throws [ToThreadTests.test_to_thread_exception]', async () => {
    const work = toThread((): number => {
      throw new RangeError('not that far');
    });
    await expect(run(work)).rejects.toThrow(new RangeError('not that far'));
  });

  it('can be run again: each time the function is called anew', async () => {
    const work = toThread(() => Math.random());
    const [one, other] = await run(function* () {
      return [yield* work, yield* work];
    });
    expect(one).not.toBe(other);
  });

  it('several run at the same time [ToThreadTests.test_to_thread_concurrent]', async () => {
    const ids = await run(() => gather([1, 2, 3].map(() => toThread(jobs.hold, 50))).pipe());
    expect(ids).toEqual(['held', 'held', 'held']);
  });

  it('a function that cannot be sent is refused at the call, an argument when it runs', async () => {
    const outside = 1;
    expect(() => toThread(() => outside)).toThrow("toThread(fn, ...args): the function uses 'outside'");
    expect(() => toThread('text' as never)).toThrow('toThread(fn, ...args): expected a function, got');
    const work = toThread(jobs.echo, () => {});
    await expect(run(work)).rejects.toMatchObject({ name: 'DataCloneError' });
  });

  it('passes the progress on when it is a task', async () => {
    await run(async () => {
      const task = createTask(toThread(jobs.count, 5));
      const seen: unknown[] = [];
      task.progress$.subscribe((value) => seen.push(value));
      expect(await task).toBe(5);
      expect(seen).toEqual([0, 1, 2, 3, 4]);
    });
  });

  it('is cancelled as the task that waits for it: the function is asked', async () => {
    await run(async () => {
      const task = createTask(toThread(jobs.cleanUp, 5));
      const seen: unknown[] = [];
      task.progress$.subscribe((value) => {
        seen.push(value);
        if (value === 'started') task.cancel('enough');
      });
      await expect(task).rejects.toMatchObject({ name: 'CancelledError', message: 'enough' });
      expect(seen).toEqual(['started', 'cleaning', 'clean']);
    });
  });

  it('ends with a timeout around it', async () => {
    const work = run(() => withTimeout(30, () => toThread(jobs.nap, 60_000)));
    await expect(work).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('uses the default executor of the loop', async () => {
    await run(async () => {
      getRunningLoop().setDefaultExecutor(new InlineExecutor());
      expect(await toThread(() => process.pid)).toBe(process.pid);
      const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
      getRunningLoop().setDefaultExecutor(pool);
      expect(await toThread(() => process.pid)).not.toBe(process.pid);
    });
  });

  it('on the default loop, runInExecutor(null) has its threads from then on', async () => {
    await toThread(jobs.nothing);
    expect(await getEventLoop().runInExecutor(null, jobs.add, 1, 2)).toBe(3);
  });
});
