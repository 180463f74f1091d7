import { firstValueFrom, of, switchMap } from 'rxjs';
import { Coroutine, allTasks, createTask, resultOf, run, sleep } from 'rxtasks';
import { ThreadPoolExecutor, remote } from 'rxtasks/executors';
import { workUrl } from '../support/work.js';

const jobs = remote<typeof import('../work/jobs.js')>(workUrl('jobs'));

describe('executor.call', () => {
  it('submits nothing until it runs, and then each time anew', async () => {
    await using executor = new ThreadPoolExecutor({ maxWorkers: 1 });
    await run(function* () {
      const sum = executor.call(jobs.add, 1, 2);
      expect(Coroutine.is(sum)).toBe(true);
      yield* sleep(10);
      expect(allTasks().size).toBe(1);
      expect(yield* sum).toBe(3);
      expect(yield* sum).toBe(3);
    });
  });

  it('passes progress on when it is run as a task', async () => {
    await using executor = new ThreadPoolExecutor({ maxWorkers: 1 });
    await run(function* () {
      const seen: unknown[] = [];
      const task = createTask(executor.call(jobs.count, 3));
      task.progress$.subscribe((value) => seen.push(value));
      expect(yield* task).toBe(3);
      expect(seen).toEqual([0, 1, 2]);
    });
  });

  it('cancels its job, waits for its clean-up, and is at home in a pipeline', async () => {
    await using executor = new ThreadPoolExecutor({ maxWorkers: 1 });
    await run(function* () {
      const seen: unknown[] = [];
      const task = createTask(executor.call(jobs.cleanUp, 5));
      task.progress$.subscribe((value) => seen.push(value));
      yield* resultOf(firstValueFrom(task.progress$));
      task.cancel();
      yield* resultOf(task.catch(() => {}));
      expect(seen).toEqual(['started', 'cleaning', 'clean']);
      expect(yield* resultOf(of('a').pipe(switchMap(() => executor.call(jobs.add, 2, 2))))).toBe(4);
    });
  });

  it('refuses at the call what cannot be sent, and by its result what cannot be copied', async () => {
    await using executor = new ThreadPoolExecutor({ maxWorkers: 1 });
    expect(() => executor.call(5 as never)).toThrow(
      new TypeError('call(fn, ...args): expected a function, got 5 (number)'),
    );
    await expect(run(executor.call(jobs.echo, () => {}))).rejects.toThrow(/argument 1 is a function/);
  });
});
