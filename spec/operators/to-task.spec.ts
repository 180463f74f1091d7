import { EMPTY, EmptyError, NEVER, Observable, finalize, map, of, pipe, throwError } from 'rxjs';
import { Task, createTask, getRunningLoop, toTask } from 'rxtasks';
import { errorOf, runVirtual, virtualLoop } from '../support/virtual.js';
import { marbles, workshop } from './work.js';

describe('toTask', () => {
  it('ends a standalone pipe: the last value is the result', () =>
    runVirtual(function* () {
      const double = pipe(
        map((n: number) => 2 * n),
        toTask({ name: 'double' }),
      );
      const task = double(of(1, 2, 3));
      expect(task).toBeInstanceOf(Task);
      expect(task.name).toBe('double');
      expect(yield* task).toBe(6);
    }));

  it('gives its result to late watchers too', () => {
    marbles(({ loop, cold, expectObservable }) => {
      const task = toTask<string>({ loop })(cold('--a--b--|'));
      expectObservable(task).toBe('          --------(b|)');
      expectObservable(task, '               ----------^').toBe('----------(b|)');
      expectObservable(task.progress$).toBe('--a--b--|');
    });
  });

  it('subscribes once, at once, however many watch', () => {
    const { loop, flush } = virtualLoop();
    let subscriptions = 0;
    const source = new Observable<number>((subscriber) => {
      subscriptions++;
      subscriber.next(1);
      subscriber.complete();
    });
    const task = toTask<number>({ loop })(source);
    const seen: number[] = [];
    task.subscribe((value) => seen.push(value));
    task.subscribe((value) => seen.push(value));
    expect([subscriptions, task.done(), task.result()]).toEqual([1, true, 1]);
    flush();
    task.subscribe((value) => seen.push(value));
    expect([subscriptions, ...seen]).toEqual([1, 1, 1, 1]);
  });

  it('takes the options of createTask', () =>
    runVirtual(function* () {
      const eager = toTask<number>({ eager: true })(of(1));
      const stop = new AbortController();
      const stopped = toTask({ signal: stop.signal })(NEVER);
      const empty = toTask<number | null>({ defaultValue: null })(EMPTY);
      let subscribed = false;
      toTask({ eager: true })(
        new Observable(() => {
          subscribed = true;
        }),
      );
      expect(subscribed).toBe(true);
      expect(yield* eager).toBe(1);
      expect(yield* empty).toBeNull();
      stop.abort();
      yield* errorOf(stopped);
      expect(stopped.cancelled()).toBe(true);
    }));

  it('fails as the source does, and with EmptyError where there was no value', () =>
    runVirtual(function* () {
      const boom = new Error('boom');
      expect(yield* errorOf(toTask()(throwError(() => boom)))).toBe(boom);
      expect(yield* errorOf(toTask()(EMPTY))).toBeInstanceOf(EmptyError);
    }));

  it('stops the source when it is cancelled, and waits for the coroutines that this one started', () =>
    runVirtual(function* () {
      const { events, note, work } = workshop();
      const task = toTask<string>()(work('a', 1000, { cleanUp: 20 }).pipe(finalize(() => note('torn down'))));
      setTimer(10, () => task.cancel());
      yield* errorOf(task);
      note('over');
      expect(events).toEqual(['a starts at 0', 'torn down at 10', 'a cancelled at 10', 'a clean at 30', 'over at 30']);
    }));

  it('goes on when a watcher leaves', () =>
    runVirtual(function* () {
      const { work } = workshop();
      const task = toTask<string>()(work('a', 10));
      task.subscribe().unsubscribe();
      expect(yield* task).toBe('a');
    }));

  it('gives a task as a method too, whatever the type says', () =>
    runVirtual(function* () {
      const task = of(1, 2).pipe(toTask<number>());
      expect(task).toBeInstanceOf(Task);
      expect(yield* createTask(task)).toBe(2);
    }));
});

function setTimer(ms: number, fn: () => void): void {
  getRunningLoop().callLater(ms, fn);
}
