import {
  type ExceptionContext,
  type Resume,
  run,
  sleep,
  createTask,
  getRunningLoop,
  resultOf,
  type Task,
} from 'rxtasks';
import { VirtualTimeScheduler } from 'rxjs';

/** Runs `main` in debug mode; gives what the exception handler was told. */
async function reportsOf(
  main: (scheduler: VirtualTimeScheduler) => Generator<void, unknown, Resume>,
  virtual = true,
): Promise<ExceptionContext[]> {
  const reports: ExceptionContext[] = [];
  const scheduler = new VirtualTimeScheduler();
  const done = run(
    function* () {
      const loop = getRunningLoop();
      loop.setExceptionHandler((_, context) => void reports.push(context));
      loop.slowCallbackDuration = Infinity; // the machine may be busy
      return yield* main(scheduler);
    },
    { debug: true, scheduler: virtual ? scheduler : undefined },
  ).catch(() => {});
  scheduler.flush();
  await done;
  return reports;
}

const kinds = (reports: ExceptionContext[]) => reports.map((report) => report.kind);

describe('debug mode', () => {
  it('reports a promise that was given where a recipe belongs, once per place', async () => {
    const reports = await reportsOf(function* () {
      for (let i = 0; i < 3; i++) yield* createTask(Promise.resolve(i));
      yield* createTask(Promise.resolve('elsewhere'));
    }, false);
    expect(kinds(reports)).toEqual(['already-running', 'already-running']);
    expect(reports[0]?.message).toContain('give the function instead, createTask(work) and not createTask(work())');
    expect(reports[0]?.message).toContain('debug.spec');
  });

  it('names a task that has not ended 5 s after it was asked to cancel', async () => {
    let stubborn: Task<unknown> | undefined;
    const reports = await reportsOf(function* () {
      stubborn = createTask(
        function* () {
          const until = getRunningLoop().time() + 6_000;
          while (getRunningLoop().time() < until) {
            try {
              yield* sleep(1_000);
            } catch {
              // refuses
            }
          }
        },
        { name: 'stubborn' },
      );
      yield* sleep(10);
      stubborn.cancel();
      yield* stubborn;
    });
    expect(kinds(reports)).toEqual(['stuck']);
    expect(reports[0]?.task).toBe(stubborn);
    expect(reports[0]?.message).toContain('5000 ms after it was asked to cancel');
  });

  it('leaves no timer behind for a task that ends when it is asked', async () => {
    const reports = await reportsOf(function* () {
      const task = createTask(sleep(60_000));
      yield* sleep(1);
      task.cancel();
      yield* sleep(10_000);
    });
    expect(reports).toEqual([]);
  });

  it('reports an async function that has finished without ever knowing of a cancel request', async () => {
    const reports = await reportsOf(function* () {
      const task = createTask(async () => {
        await new Promise((resolve) => setTimeout(resolve, 5)); // a native await cannot be interrupted
        return 'done';
      });
      yield* sleep(1);
      task.cancel();
      expect(yield* task).toBe('done');
    }, false);
    expect(kinds(reports)).toEqual(['cancel-ignored']);
  });

  it('reports a callback that blocks the loop, with its task and how long', async () => {
    const reports = await reportsOf(function* (scheduler) {
      getRunningLoop().slowCallbackDuration = 5;
      yield;
      scheduler.frame += 8; // it works for so long
      yield;
    });
    expect(kinds(reports)).toEqual(['slow-callback']);
    expect(reports[0]?.duration).toBe(8);
    expect(reports[0]?.task?.name).toMatch(/^Task-\d+$/);
  });

  it('watches nothing of that when it is off', async () => {
    const reports: ExceptionContext[] = [];
    await run(function* () {
      const loop = getRunningLoop();
      loop.setExceptionHandler((_, context) => void reports.push(context));
      loop.slowCallbackDuration = 1;
      yield* resultOf(createTask(Promise.resolve()));
      const start = performance.now();
      while (performance.now() - start < 3);
    });
    expect(reports).toEqual([]);
  });
});
