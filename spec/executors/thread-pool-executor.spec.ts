import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os, { availableParallelism } from 'node:os';
import path from 'node:path';
import { allTasks } from 'rxtasks';
import { type RemoteTask, ThreadPoolExecutor, type ThreadPoolOptions, remote } from 'rxtasks/executors';
import { workUrl } from '../support/work.js';

const jobs = remote<typeof import('../work/jobs.js')>(workUrl('jobs'));

describe('ThreadPoolExecutor', () => {
  it('checks its options', () => {
    const bad: [unknown, string][] = [
      [null, 'expected an object of options, got null'],
      [{ maxWorkers: '2' }, 'expected maxWorkers to be a number, got'],
      [{ maxWorkers: 0 }, 'expected maxWorkers to be a whole number from 1, got 0'],
      [{ maxWorkers: 1.5 }, 'expected maxWorkers to be a whole number from 1, got 1.5'],
      [{ maxWorkers: Infinity }, 'got Infinity'],
      [{ grace: -Infinity, maxWorkers: Number.NaN }, 'got NaN'],
      [{ name: 1 }, 'expected name to be a string'],
    ];
    for (const [options, message] of bad) {
      expect(() => new ThreadPoolExecutor(options as ThreadPoolOptions)).toThrow(message);
      expect(() => new ThreadPoolExecutor(options as ThreadPoolOptions)).toThrow('new ThreadPoolExecutor(options)');
    }
  });

  it('by default it is as large as that of asyncio', () => {
    const results = new ThreadPoolExecutor().map((n: number) => n, endless());
    return results.next().then(async () => {
      expect(last).toBe(Math.min(32, availableParallelism() + 4) - 1);
      await results.return!();
    });
  });

  let last = -1;
  function* endless() {
    for (last = 0; ; last++) yield last;
  }

  it('starts threads when there is work for them, uses them again, and no more than it may', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
    const one = await pool.submit(jobs.workerId);
    expect(await pool.submit(jobs.workerId)).toBe(one);
    // The first of them waits until another one has begun, which is in another thread then.
    const begun = new Int32Array(new SharedArrayBuffer(4));
    const together = async (begun: Int32Array<SharedArrayBuffer>) => {
      Atomics.add(begun, 0, 1);
      while (Atomics.load(begun, 0) < 2) await new Promise((resolve) => setTimeout(resolve, 1));
      return (await import('node:worker_threads')).threadId;
    };
    const ids = await Promise.all(Array.from({ length: 8 }, () => pool.submit(together, begun)));
    expect(new Set(ids).size).toBe(2);
  });

  it('the jobs run in threads of this process', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const { isMainThread, pid } = await pool.submit(async () => {
      const { isMainThread } = await import('node:worker_threads');
      return { isMainThread, pid: process.pid };
    });
    expect([isMainThread, pid]).toEqual([false, process.pid]);
  });

  it('the jobs start in the order of the calls, also after one of those that wait was cancelled', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const order: number[] = [];
    const tasks = Array.from({ length: 6 }, (_, n) => {
      const task = pool.submit((n: number, task: RemoteTask<number>) => task.report(n), n);
      task.progress$.subscribe((value) => order.push(value));
      return task;
    });
    tasks[2]!.cancel();
    tasks[4]!.cancel();
    await Promise.allSettled(tasks);
    expect(order).toEqual([0, 1, 3, 5]);
  });

  it('a request that comes while the thread is still starting is heard', async () => {
    for (let delay = 0; delay < 60; delay += 6) {
      const pool = new ThreadPoolExecutor({ maxWorkers: 1, grace: 60_000 });
      const first = pool.submit(jobs.wait);
      const second = pool.submit(jobs.wait);
      await new Promise((resolve) => setTimeout(resolve, delay));
      first.cancel('early');
      await expect(first).rejects.toMatchObject({ name: 'CancelledError', message: 'early' });
      second.cancel();
      await expect(second).rejects.toMatchObject({ name: 'CancelledError' });
      await pool.shutdown();
    }
    expect([...allTasks()]).toEqual([]);
  });

  it('a function whose module is still being loaded when it is cancelled is not called', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1, grace: 60_000 });
    const folder = mkdtempSync(path.join(os.tmpdir(), 'rxtasks-loading-'));
    const [loading, go] = [path.join(folder, 'loading'), path.join(folder, 'go')];
    const slow = remote<{ never(task: RemoteTask): string }>(
      `data:text/javascript,
        import { existsSync, writeFileSync } from 'node:fs';
        writeFileSync(${JSON.stringify(loading)}, '');
        while (!existsSync(${JSON.stringify(go)})) await new Promise((resolve) => setTimeout(resolve, 5));
        export const never = () => 'called';`,
    );
    const task = pool.submit(slow.never);
    const ended = expect(task).rejects.toMatchObject({ name: 'CancelledError' });
    while (!existsSync(loading)) await new Promise((resolve) => setTimeout(resolve, 5));
    task.cancel();
    writeFileSync(go, '');
    await ended;
    rmSync(folder, { recursive: true });
  });

  it('messages that a function posts to its parent do no harm', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const post = async () => {
      const { parentPort } = await import('node:worker_threads');
      for (const message of ['ready', null, 1, { ready: true }, { rxtasks: 1 }]) parentPort!.postMessage(message);
      await new Promise((resolve) => setTimeout(resolve, 10));
      return 'posted';
    };
    expect(await pool.submit(post)).toBe('posted');
    expect(await pool.submit(jobs.add, 1, 2)).toBe(3);
  });

  it('the memory of the threads can be limited', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1, resourceLimits: { maxOldGenerationSizeMb: 50 } });
    const limit = await pool.submit(async () => {
      const { resourceLimits } = await import('node:worker_threads');
      return resourceLimits.maxOldGenerationSizeMb;
    });
    expect(limit).toBe(50);
  });

  it('many pools can be there at the same time, each with its own threads', async () => {
    const pools = Array.from({ length: 12 }, () => new ThreadPoolExecutor({ maxWorkers: 1 }));
    const ids = await Promise.all(pools.map((pool) => pool.submit(jobs.workerId)));
    expect(new Set(ids).size).toBe(12);
    await Promise.all(pools.map((pool) => pool.shutdown()));
  });
});
