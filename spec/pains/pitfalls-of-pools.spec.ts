import { createTask, isCancelled, run, sleep } from 'rxtasks';
import { ThreadPoolExecutor, remote } from 'rxtasks/executors';
import { workUrl } from '../support/work.js';
import type * as work from '../work/jobs.js';

const jobs = remote<typeof work>(workUrl('jobs'));

/** Runs `body` with threads that are ended afterwards; who does not end when asked is killed after 50 ms. */
function withThreads(maxWorkers: number, body: (pool: ThreadPoolExecutor) => Promise<void>): Promise<void> {
  return run(async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers, grace: 50 });
    // The first job of a thread waits for the thread.
    await Promise.all(Array.from({ length: maxWorkers }, () => pool.submit(jobs.add, 1, 1)));
    await body(pool);
  });
}

describe('piscinajs/piscina #156, #7, josdejong/workerpool PR #441: a worker cannot learn that it was aborted', () => {
  it('rxtasks: the function in the worker has a signal, cleans up, and the task waits for that', () =>
    withThreads(1, async (pool) => {
      const task = pool.submit(jobs.cleanUp, 5);
      const reports: string[] = [];
      for await (const report of task.progress$) {
        reports.push(report);
        if (report === 'started') task.cancel('enough');
      }
      expect(reports).toEqual(['started', 'cleaning', 'clean']);
      expect(await task.catch((error: unknown) => String(error))).toBe('CancelledError: enough');
    }));
});

describe('tinylibs/tinypool #52, poolifier/poolifier #888: killed without a word, or never', () => {
  it('rxtasks: who ends when asked keeps its thread', () =>
    withThreads(1, async (pool) => {
      const thread = await pool.submit(jobs.workerId);
      const task = pool.submit(jobs.nap, 60_000);
      await sleep(5);
      task.cancel();
      expect(isCancelled(await task.catch((error: unknown) => error))).toBe(true);
      expect(await pool.submit(jobs.workerId)).toBe(thread);
    }));

  it('rxtasks: who does not is killed after a time of grace, however busy it is', () =>
    withThreads(1, async (pool) => {
      const thread = await pool.submit(jobs.workerId);
      const task = pool.submit(jobs.spinOn, 60_000);
      for await (const report of task.progress$) if (report !== undefined) break; // it spins
      task.cancel('enough');
      expect(await task.catch((error: unknown) => String(error))).toBe('CancelledError: enough');
      expect(await pool.submit(jobs.workerId)).not.toBe(thread);
    }));
});

describe('josdejong/workerpool #548: a cancelled job kills the next one', () => {
  it('rxtasks: the job behind a cancelled one, or a killed one, is not touched', () =>
    withThreads(1, async (pool) => {
      for (const [victim, ms] of [
        [jobs.nap, 60_000],
        [jobs.spin, 60_000],
        [jobs.stubborn, 60_000],
      ] as const) {
        const cancelled = pool.submit(victim as typeof jobs.nap, ms);
        const next = [1, 2, 3].map((n) => pool.submit(jobs.add, n, n));
        await sleep(5);
        cancelled.cancel();
        expect(isCancelled(await cancelled.catch((error: unknown) => error))).toBe(true);
        expect(await Promise.all(next)).toEqual([2, 4, 6]);
      }
    }));

  it('rxtasks: a job that is cancelled while it waits never starts, and disturbs nobody', () =>
    withThreads(1, async (pool) => {
      const running = pool.submit(jobs.stubborn, 20);
      const waiting = pool.submit(jobs.add, 1, 1);
      const behind = createTask(pool.submit(jobs.add, 2, 2));
      waiting.cancel();
      expect(isCancelled(await waiting.catch((error: unknown) => error))).toBe(true);
      expect([await running, await behind]).toEqual(['done', 4]);
    }));
});
