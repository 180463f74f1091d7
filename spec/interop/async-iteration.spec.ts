import { from, interval, take } from 'rxjs';
import { type Task, allTasks, asCompleted, createTask, currentTask, mapTask, sleep } from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';

describe('for await over asCompleted', () => {
  it('gives the tasks as they end', () =>
    runVirtual(async () => {
      const results: string[] = [];
      for await (const task of asCompleted([sleep(20, 'slow'), sleep(1, 'fast'), sleep(10, 'middle')])) {
        results.push(task.result());
      }
      expect(results).toEqual(['fast', 'middle', 'slow']);
    }));

  it('can be left, and stops nothing', () =>
    runVirtual(async () => {
      const slow = createTask(sleep(10, 'slow'));
      for await (const task of asCompleted([slow, sleep(1, 'fast')])) {
        expect(task.result()).toBe('fast');
        break;
      }
      expect(await slow).toBe('slow');
    }));
});

describe('for await over progress', () => {
  const counting = (n: number) =>
    createTask(function* (task: Task<unknown, number>) {
      for (let i = 1; i <= n; i++) {
        yield* sleep(1);
        task.report(i);
      }
      return 'done';
    });

  it('gives every report, in order, and ends with the task', () =>
    runVirtual(async () => {
      const task = counting(3);
      const seen: number[] = [];
      for await (const report of task.progress$) seen.push(report);
      expect(seen).toEqual([1, 2, 3]);
      expect(task.result()).toBe('done');
    }));

  it('keeps what comes while the reader is busy', () =>
    runVirtual(async () => {
      const task = createTask(async (self: Task<unknown, number>) => {
        for (let i = 0; i < 1000; i++) self.report(i);
      });
      const seen: number[] = [];
      for await (const report of task.progress$) {
        if (seen.push(report) === 1) await sleep(5);
      }
      expect(seen).toEqual([...Array(1000).keys()]);
    }));

  it('gives the values of an Observable', () =>
    runVirtual(async () => {
      const seen: number[] = [];
      for await (const n of createTask(interval(1).pipe(take(3))).progress$) seen.push(n as number);
      expect(seen).toEqual([0, 1, 2]);
    }));

  it('gives the last report to a late reader, also of a task that has ended', () =>
    runVirtual(async () => {
      const task = counting(3);
      await task;
      const seen: number[] = [];
      for await (const report of task.progress$) seen.push(report);
      expect(seen).toEqual([3]);
    }));

  it('ends with a task that fails or is cancelled, without its error', () =>
    runVirtual(async () => {
      const failing = createTask(async (self: Task<unknown, string>) => {
        self.report('before');
        throw new Error('boom');
      });
      const cancelled = createTask(sleep(60_000));
      setTimeout(() => cancelled.cancel(), 2);
      const seen: unknown[] = [];
      for (const task of [failing, cancelled]) for await (const report of task.progress$) seen.push(report);
      expect(seen).toEqual(['before']);
      await expect(failing).rejects.toThrow('boom');
    }));

  it('can be left: that stops watching, and nothing else', () =>
    runVirtual(async () => {
      const task = counting(5);
      for await (const report of task.progress$) if (report === 2) break;
      expect(task.done()).toBe(false);
      expect(await task).toBe('done');
    }));

  it('is left when whoever reads is cancelled while it waits', () =>
    runVirtual(async () => {
      const quiet = createTask(sleep(60_000));
      const reader = createTask(async () => {
        for await (const _ of quiet.progress$);
      });
      await sleep(5);
      reader.cancel('enough');
      const error: unknown = await reader.catch((caught: unknown) => caught);
      expect(error).toMatchObject({ message: 'enough' });
      expect(quiet.done()).toBe(false);
      quiet.cancel();
    }));

  it('leaves progress an Observable for RxJS', () =>
    runVirtual(async () => {
      const seen: number[] = [];
      from(counting(2).progress$).subscribe((n) => seen.push(n));
      await sleep(10);
      expect(seen).toEqual([1, 2]);
    }));
});

describe('for await over mapTask', () => {
  it('holds the source up, and leaves nothing behind', () =>
    runVirtual(async () => {
      let taken = 0;
      async function* endless() {
        for (;;) yield taken++;
      }
      const results: number[] = [];
      for await (const n of mapTask(endless(), (each) => sleep(1, each * 2), { concurrency: 4, ordered: true })) {
        results.push(n);
        if (results.length === 10) break;
      }
      expect(results).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
      expect(taken).toBeLessThanOrEqual(14);
      expect([...allTasks()].filter((task) => task !== currentTask())).toEqual([]);
    }));
});
