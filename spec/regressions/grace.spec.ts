import { VirtualTimeScheduler } from 'rxjs';
import { EventLoop, type ExceptionContext, type Task, gather, getRunningLoop, run, sleep } from 'rxtasks';

describe('the time of grace', () => {
  it('ends a run whose main does not end when it is cancelled, and names it once', async () => {
    const stop = new AbortController();
    const reports: ExceptionContext[] = [];
    const done = run(
      async () => {
        getRunningLoop().setExceptionHandler((_, context) => void reports.push(context));
        setTimeout(() => stop.abort(), 2);
        await new Promise(() => {}); // a native await cannot be interrupted
      },
      { grace: 10, signal: stop.signal },
    );
    await expect(done).rejects.toMatchObject({ name: 'CancelledError' });
    expect(reports.map(({ kind, message }) => [kind, message])).toEqual([
      ['stuck', 'a task has not ended 10 ms after it was cancelled, and is left behind'],
    ]);
  });

  it('does not touch a main that ends in time', async () => {
    const stop = new AbortController();
    const done = run(
      function* () {
        stop.abort();
        try {
          yield* sleep(1_000);
        } finally {
          yield* sleep(2);
        }
      },
      { grace: 5_000, signal: stop.signal },
    );
    await expect(done).rejects.toMatchObject({ name: 'CancelledError' });
  });
});

describe('tasks that wait for each other through gather', () => {
  it('are asked once each, and cancel() returns', () => {
    const scheduler = new VirtualTimeScheduler();
    const loop = new EventLoop({ scheduler });
    const tasks: Task<unknown>[] = [];
    for (const other of [1, 0]) {
      tasks.push(
        loop.createTask(function* () {
          yield* gather([tasks[other] as Task<unknown>]);
        }),
      );
    }
    scheduler.flush();
    expect(tasks[0]?.cancel()).toBe(true);
    expect(tasks.map((task) => task.cancelling())).toEqual([2, 1]); // the first once more, through the circle
  });
});
