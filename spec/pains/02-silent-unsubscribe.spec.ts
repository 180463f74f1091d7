import { EMPTY, NEVER, finalize, of, throwError } from 'rxjs';
import { createTask, isCancelled, resultOf, run, sleep, type Task } from 'rxtasks';
import { pause } from './pause.js';

describe('#6026, #2823, #4578, #5856: nobody can tell cancelled from complete or failed', () => {
  it('RxJS: finalize() hears the same of all ends, and whoever waits for the unsubscribed waits for ever', async () => {
    const heard: unknown[][] = [];
    const ended = (...args: unknown[]) => void heard.push(args);
    of(1).pipe(finalize(ended)).subscribe();
    EMPTY.pipe(finalize(ended)).subscribe();
    throwError(() => new Error('x'))
      .pipe(finalize(ended))
      .subscribe({ error: () => {} });
    NEVER.pipe(finalize(ended)).subscribe().unsubscribe();
    expect(heard).toEqual([[], [], [], []]);

    let settled = false;
    const reader = new Promise<void>((resolve, reject) => {
      NEVER.subscribe({ error: reject, complete: resolve }).unsubscribe();
    });
    void reader.finally(() => (settled = true));
    await pause(10);
    expect(settled).toBe(false);
  });

  it('rxtasks: a callback sees one of three ends, and whoever reads a cancelled task gets CancelledError', () =>
    run(async () => {
      const ends: string[] = [];
      const ended = (task: Task<unknown>) =>
        void ends.push(task.cancelled() ? 'cancelled' : task.exception() === null ? 'finished' : 'failed');
      const finished = createTask(of(1));
      const failed = createTask(throwError(() => new Error('x')));
      const cancelled = createTask(NEVER);
      for (const task of [finished, failed, cancelled] as Task<unknown>[]) task.addDoneCallback(ended);
      await sleep(1);
      cancelled.cancel('the user left');
      const error: unknown = await resultOf(cancelled).catch((caught: unknown) => caught);
      expect(ends).toEqual(['finished', 'failed', 'cancelled']);
      expect(isCancelled(error)).toBe(true);
      expect(error).toMatchObject({ message: 'the user left', source: 'cancel' });
    }));
});
