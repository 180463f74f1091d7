import { Subject, firstValueFrom } from 'rxjs';
import { ContextVar, run, sleep } from 'rxtasks';
import { InlineExecutor, type RemoteTask, ThreadPoolExecutor } from 'rxtasks/executors';

describe('InlineExecutor', () => {
  it('runs functions where it is: they see the globals of this thread', async () => {
    await using executor = new InlineExecutor();
    const scope = globalThis as { here?: string };
    scope.here = 'yes';
    try {
      expect(await executor.submit(() => (globalThis as { here?: string }).here)).toBe('yes');
    } finally {
      delete scope.here;
    }
  });

  it('runs one job at a time, in the order of the calls', async () => {
    await using executor = new InlineExecutor();
    const log: string[] = [];
    const work = async (n: number, task: RemoteTask<string>) => {
      task.report(`begin ${n}`);
      await new Promise((resolve) => setTimeout(resolve, 3 - n));
      task.report(`end ${n}`);
    };
    const tasks = [1, 2, 3].map((n) => executor.submit(work, n));
    for (const task of tasks) task.progress$.subscribe((value) => log.push(value));
    await Promise.all(tasks);
    expect(log).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3']);
  });

  it('copies arguments, results and reports, so that what works here works in workers', async () => {
    await using executor = new InlineExecutor();
    const keep = (list: number[], task: RemoteTask<number[]>) => {
      task.report(list);
      list.push(9);
      return list;
    };
    const list = [1];
    const task = executor.submit(keep, list);
    const reports: number[][] = [];
    task.progress$.subscribe((value) => reports.push(value));
    const result = await task;
    expect([list, reports, result]).toEqual([[1], [[1]], [1, 9]]);
  });

  it('nothing that a job does after it was given up is seen', async () => {
    await using executor = new InlineExecutor({ grace: 0 });
    const seen: unknown[] = [];
    const stubborn = async (task: RemoteTask<string>) => {
      task.report('running');
      await new Promise((resolve) => task.signal.addEventListener('abort', resolve));
      await new Promise((resolve) => setTimeout(resolve, 30));
      task.report('too late');
    };
    const task = executor.submit(stubborn);
    task.progress$.subscribe((value) => seen.push(value));
    await firstValueFrom(task.progress$);
    task.cancel();
    await expect(task).rejects.toMatchObject({ name: 'CancelledError' });
    const next = executor.submit(async (task: RemoteTask<string>) => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      task.report('mine');
      return 'next';
    });
    next.progress$.subscribe((value) => seen.push(value));
    expect(await next).toBe('next');
    expect(seen).toEqual(['running', 'mine']);
  });

  it('takes the place of threads in tests: what is written for an executor does not notice', async () => {
    const user = new ContextVar<string>('user');
    const outcomes = [];
    for (const executor of [new InlineExecutor(), new ThreadPoolExecutor({ maxWorkers: 1 })]) {
      const outcome = await run(function* () {
        user.set('ann');
        const done = new Subject<number>();
        const values: number[] = [];
        done.subscribe((value) => values.push(value));
        const task = executor.submit((n: number, { report }: RemoteTask<number>) => {
          report(n);
          report(n + 1);
          return { n };
        }, 1);
        task.progress$.subscribe(done);
        yield* sleep(1);
        return [yield* task, values];
      });
      outcomes.push(outcome);
      await executor.shutdown();
    }
    expect(outcomes).toEqual([
      [{ n: 1 }, [1, 2]],
      [{ n: 1 }, [1, 2]],
    ]);
  });
});
