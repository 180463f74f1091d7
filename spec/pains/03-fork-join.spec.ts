import { EMPTY, EmptyError, type Observable, forkJoin, mergeMap, throwError, timer } from 'rxjs';
import { ExceptionGroup, type ExceptionContext, gather, withTaskGroup } from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';
import { pause } from './pause.js';

/** Fails after so many milliseconds. */
function failing(name: string, ms: number): Observable<never> {
  return timer(ms).pipe(mergeMap(() => throwError(() => new Error(name))));
}

describe('#2427, #3246: forkJoin is all or nothing, and an empty source completes it silently', () => {
  it('RxJS: an empty source gives neither results nor an error; of two errors the second one vanishes', () =>
    runVirtual(async () => {
      const events: unknown[] = [];
      forkJoin([timer(5), EMPTY]).subscribe({
        next: (results) => events.push(results),
        error: (error: unknown) => events.push(error),
        complete: () => events.push('complete'),
      });
      forkJoin([failing('first', 1), failing('second', 2)]).subscribe({
        error: (error: unknown) => events.push(String(error)),
      });
      await pause(15);
      expect(events).toEqual(['complete', 'Error: first']);
    }));

  it('rxtasks: an empty source is an EmptyError, results and errors can be had side by side', () =>
    runVirtual(async () => {
      await expect(gather([timer(1), EMPTY])).rejects.toBeInstanceOf(EmptyError);
      const outcomes = await gather({ good: timer(1), bad: failing('bad', 1) }, { returnExceptions: true });
      expect(outcomes).toEqual({ good: 0, bad: new Error('bad') });
    }));

  it('rxtasks: no error vanishes: a group tells all of them, a gather the first, the handler the others', async () => {
    const reported: ExceptionContext[] = [];
    await runVirtual(async (task) => {
      task.loop.setExceptionHandler((_loop, context) => reported.push(context));
      const grouped: unknown = await withTaskGroup(async (group) => {
        group.createTask(failing('first', 1));
        group.createTask(async () => {
          await pause(5);
          throw new Error('second');
        });
      }).catch((error: unknown) => error);
      expect(grouped).toBeInstanceOf(ExceptionGroup);
      expect((grouped as ExceptionGroup).errors.map(String)).toEqual(['Error: first', 'Error: second']);

      await expect(gather([failing('third', 1), failing('fourth', 3)])).rejects.toThrow('third');
      await pause(10);
    });
    expect(reported.map(({ kind, exception }) => `${kind} ${String(exception)}`)).toEqual([
      'late-failure Error: fourth',
    ]);
  });
});
