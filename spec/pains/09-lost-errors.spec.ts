import { config, from, throwError } from 'rxjs';
import { createTask, run, sleep, type ExceptionContext } from 'rxtasks';
import { pause } from './pause.js';

describe('#2365, #3128, #3072: lost errors, and errors that crash', () => {
  it('RxJS: a rejection after unsubscribing is swallowed; an error without handler is thrown out of the blue', async () => {
    const crashes: string[] = [];
    // By default it is thrown from a timer, which ends the process.
    config.onUnhandledError = (error) => crashes.push(String(error));
    try {
      from(pause(1).then(() => Promise.reject(new Error('swallowed'))))
        .subscribe()
        .unsubscribe();
      throwError(() => new Error('crash')).subscribe();
      await pause(10);
      expect(crashes).toEqual(['Error: crash']);
    } finally {
      config.onUnhandledError = null;
    }
  });

  it('rxtasks: each failure that nobody sees is reported once, with the name of the task, and nothing crashes', async () => {
    const reported: ExceptionContext[] = [];
    await run(async (main) => {
      main.loop.setExceptionHandler((_loop, context) => reported.push(context));
      createTask(
        async () => {
          throw new Error('nobody looks');
        },
        { name: 'forgotten' },
      );
      let fail: (error: Error) => void = () => {};
      const abandoned = createTask(new Promise((_resolve, reject) => (fail = reject)));
      await sleep(1);
      abandoned.cancel();
      await abandoned.catch(() => {});
      fail(new Error('late'));
      await sleep(1);
    });
    expect(reported.map(({ kind, exception }) => `${kind}: ${(exception as Error).message}`).sort()).toEqual([
      'late-rejection: late',
      'unretrieved: nobody looks',
    ]);
    expect(reported.find(({ kind }) => kind === 'unretrieved')?.name).toContain("name='forgotten'");
  });
});
