import { ProcessPoolExecutor, type ProcessPoolOptions, type RemoteTask, remote } from 'rxtasks/executors';
import { isAlive } from '../support/servers/processes.js';
import { workUrl } from '../support/work.js';

const jobs = remote<typeof import('../work/jobs.js')>(workUrl('jobs'));

describe('ProcessPoolExecutor', () => {
  it('checks its options', () => {
    const bad: [unknown, string][] = [
      [5, 'expected an object of options, got'],
      [{ maxWorkers: {} }, 'expected maxWorkers to be a number, got'],
      [{ maxWorkers: -1 }, 'expected maxWorkers to be a whole number from 1, got -1'],
      [{ execArgv: '--flag' }, 'expected execArgv to be a list of strings'],
      [{ execArgv: [1] }, 'expected execArgv to be a list of strings'],
      [{ grace: null }, 'expected grace in milliseconds, a number, got null'],
    ];
    for (const [options, message] of bad) {
      expect(() => new ProcessPoolExecutor(options as ProcessPoolOptions)).toThrow(message);
      expect(() => new ProcessPoolExecutor(options as ProcessPoolOptions)).toThrow('new ProcessPoolExecutor(options)');
    }
  });

  it('starts processes when there is work for them, uses them again, and ends them at its end', async () => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 2 });
    const one = await pool.submit(jobs.processId);
    expect(one).not.toBe(process.pid);
    expect(await pool.submit(jobs.processId)).toBe(one);
    const pids = new Set<number>();
    const untilAsked = (task: RemoteTask<number>) => {
      task.report(process.pid);
      return new Promise((resolve) => task.signal.addEventListener('abort', resolve));
    };
    const tasks = Array.from({ length: 8 }, () => pool.submit(untilAsked));
    await new Promise<void>((resolve) => {
      for (const { progress$ } of tasks) progress$.subscribe((pid) => pids.add(pid).size === 2 && resolve());
    });
    for (const task of tasks.reverse()) task.cancel();
    await Promise.allSettled(tasks);
    for (const pid of await Promise.all(tasks.map(() => pool.submit(jobs.processId)))) pids.add(pid);
    expect(pids.size).toBe(2);
    expect([...pids].map(isAlive)).toEqual([true, true]);
    await pool.shutdown();
    expect([...pids].map(isAlive)).toEqual([false, false]);
  });

  it('refuses results and reports that only threads can pass on', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const refused = { name: 'DataCloneError' };
    await expect(pool.submit(() => new Blob(['x']))).rejects.toMatchObject(refused);
    await expect(pool.submit(() => ({ inside: new Blob(['x']) }))).rejects.toMatchObject(refused);
    await expect(pool.submit((task: RemoteTask<Blob>) => task.report(new Blob(['x'])))).rejects.toMatchObject(refused);
  });

  it('passes options of Node on to the processes', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1, execArgv: ['--expose-gc', '--no-warnings'] });
    expect(await pool.submit(() => process.execArgv)).toEqual(['--expose-gc', '--no-warnings']);
  });

  it('the jobs start in the order of the calls, also after one of those that wait was cancelled', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const order: number[] = [];
    const tasks = Array.from({ length: 6 }, (_, n) => {
      const task = pool.submit((n: number, task: RemoteTask<number>) => task.report(n), n);
      task.progress$.subscribe((value) => order.push(value));
      return task;
    });
    tasks[3]!.cancel();
    await Promise.allSettled(tasks);
    expect(order).toEqual([0, 1, 2, 4, 5]);
  });

  it('what a process writes appears here', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    // its output is that of this process: it is no pipe that somebody would have to read
    expect(await pool.submit(() => typeof process.stdout.fd)).toBe('number');
  });

  it('messages that a function sends to its parent do no harm', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const send = () => {
      for (const message of ['ready', 1, { ready: true }]) process.send!(message);
      return process.pid;
    };
    const pid = await pool.submit(send);
    expect(await pool.submit(jobs.processId)).toBe(pid);
  });

  it('a process that closes its channel to this one is an error of its job, and is replaced', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const leave = () => {
      process.disconnect();
      return new Promise(() => {});
    };
    await expect(pool.submit(leave)).rejects.toMatchObject({ name: 'BrokenExecutorError', kind: 'exit', exitCode: 0 });
    expect(await pool.submit(jobs.add, 1, 2)).toBe(3);
  });

  it('one that has died while nothing ran does not keep the pool from its end', async () => {
    for (let delay = 0; delay < 6; delay++) {
      const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
      process.kill(await pool.submit(jobs.processId), 'SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, delay));
      await pool.shutdown();
    }
  });
});
