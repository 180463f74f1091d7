import { NEVER, catchError, of } from 'rxjs';
import { allTasks, cancelOn, createTask, run, sleep } from 'rxtasks';
import { onAbort } from '../../../lib/kernel/ground/abort-signals.js';
import { inChildProcess } from '../../support/child-process.js';

/** Counts what is asked of a signal. */
function watchedSignal() {
  const controller = new AbortController();
  const { signal } = controller;
  const asked: string[] = [];
  for (const method of ['addEventListener', 'removeEventListener'] as const) {
    const original = signal[method].bind(signal) as (...args: unknown[]) => void;
    Object.defineProperty(signal, method, {
      value: (...args: unknown[]) => {
        asked.push(method === 'addEventListener' ? 'add' : 'remove');
        original(...args);
      },
    });
  }
  return { controller, signal, asked };
}

describe('what is to be called when a signal is aborted', () => {
  it('has one listener on the signal, from the first to the last, whoever waits', async () => {
    const { controller, signal, asked } = watchedSignal();
    const cancelled = await run(
      async () => {
        const tasks = Array.from({ length: 10_000 }, () => createTask(sleep(60_000), { signal }));
        const stopped = NEVER.pipe(
          cancelOn(signal),
          catchError(() => of('stopped')),
        );
        const watching = createTask(stopped);
        for (const task of tasks.slice(0, 5000)) task.cancel(); // each takes its own back
        await sleep(1);
        expect(asked).toEqual(['add']);
        expect(allTasks().size).toBe(5002);
        controller.abort();
        try {
          await sleep(1);
        } catch {
          // main has the signal, too
        }
        return [await watching, tasks.every((task) => task.cancelled())];
      },
      { signal, grace: 60_000 },
    );
    expect(cancelled).toEqual(['stopped', true]);
    expect(asked).toEqual(['add', 'remove']);
  });

  it('is taken off the signal with the last that was to be called, and put on again', () => {
    const { controller, signal, asked } = watchedSignal();
    const called: string[] = [];
    const removals = ['a', 'b'].map((name) => onAbort(signal, () => called.push(name)));
    for (const remove of removals) remove();
    for (const remove of removals) remove(); // a second time it does nothing
    expect(asked).toEqual(['add', 'remove']);
    onAbort(signal, () => called.push('c'));
    controller.abort();
    expect(asked).toEqual(['add', 'remove', 'add', 'remove']);
    expect(called).toEqual(['c']);
  });

  it('is called in the order of registration, each once, but for those that were taken back meanwhile', () => {
    const controller = new AbortController();
    const called: string[] = [];
    onAbort(controller.signal, () => {
      called.push('a');
      removeC();
    });
    onAbort(controller.signal, () => called.push('b'));
    const removeC = onAbort(controller.signal, () => called.push('c'));
    onAbort(controller.signal, () => called.push('d'));
    controller.abort();
    controller.signal.dispatchEvent(new Event('abort'));
    expect(called).toEqual(['a', 'b', 'd']);
  });

  it('goes on after one that throws; its error is an uncaught one', async () => {
    const { stdout } = await inChildProcess(`
      const { onAbort } = await import('./lib/kernel/ground/abort-signals.ts');
      process.on('uncaughtException', (error) => console.log('uncaught', error.message));
      const controller = new AbortController();
      onAbort(controller.signal, () => { throw new Error('one'); });
      onAbort(controller.signal, () => console.log('two'));
      onAbort(controller.signal, () => { throw new Error('three'); });
      controller.abort();
      console.log('aborted');
    `);
    expect(stdout.split('\n')).toEqual(['two', 'aborted', 'uncaught one', 'uncaught three']);
  });

  it('makes Node warn of no leak, however many tasks share a signal', async () => {
    const { stdout, stderr } = await inChildProcess(`
      const { createTask, run, sleep } = rxtasks;
      await run(async () => {
        const { signal } = new AbortController();
        for (let i = 0; i < 100; i++) createTask(sleep(1), { signal });
        await sleep(5);
        console.log('done');
      });
    `);
    expect([stdout, stderr]).toEqual(['done', '']);
  });
});
