import { EMPTY, concat, of, throwError } from 'rxjs';
import { CancelledError, createTask, ignoreCancelled, sleep } from 'rxtasks';
import { errorOf, runVirtual } from '../support/virtual.js';
import { marbles } from './work.js';

describe('ignoreCancelled', () => {
  it('completes where a cancellation would be an error', () => {
    marbles(({ loop, expectObservable }) => {
      const task = loop.createTask(sleep(1000));
      loop.callLater(6, () => task.cancel());
      expectObservable(task).toBe('                        ------#', undefined, expect.any(CancelledError));
      expectObservable(task.pipe(ignoreCancelled())).toBe('------|');
    });
  });

  it('lets values, completion and any other error pass', () => {
    marbles(({ cold, expectObservable }) => {
      const failed = new Error('failed');
      expectObservable(cold('-a-b-|').pipe(ignoreCancelled())).toBe('-a-b-|');
      expectObservable(cold('-a-#', undefined, failed).pipe(ignoreCancelled())).toBe('-a-#', undefined, failed);
      expectObservable(cold('-a-#', undefined, 'x').pipe(ignoreCancelled())).toBe('-a-#', undefined, 'x');
    });
  });

  it('keeps the values that came before the cancellation', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('-a-b-#', undefined, new CancelledError('enough'));
      expectObservable(source.pipe(ignoreCancelled())).toBe('-a-b-|');
    });
  });

  it('lets a task end without a value when what it watches was cancelled', () =>
    runVirtual(function* () {
      const inner = createTask(sleep(1000, 'x'));
      const outer = createTask(inner.pipe(ignoreCancelled()), { defaultValue: 'nothing' });
      yield;
      yield;
      inner.cancel();
      expect(yield* outer).toBe('nothing');
    }));

  it('does not make a task refuse its own cancellation', () =>
    runVirtual(function* () {
      const task = createTask(sleep(1000).pipe(ignoreCancelled()));
      yield;
      task.cancel();
      yield* errorOf(task);
      expect(task.cancelled()).toBe(true);
    }));

  it('goes on with what follows in a concat', () =>
    runVirtual(function* () {
      const cancelled = throwError(() => new CancelledError());
      expect(yield* createTask(concat(cancelled.pipe(ignoreCancelled()), of('next'), EMPTY))).toBe('next');
    }));
});
