import { EMPTY, Observable, concat, concatMap, of, switchMap, take, throwError, toArray } from 'rxjs';
import { allTasks, createTask, currentTask, getRunningLoop, resultOf, shielded, sleep } from 'rxtasks';
import { errorOf, runVirtual } from '../support/virtual.js';
import { marbles, reports, workshop } from './work.js';

describe('shielded', () => {
  it('passes values as they come, and the end', () => {
    marbles(({ cold, inLoop, expectObservable }) => {
      expectObservable(inLoop(cold('--a--b--c--|').pipe(shielded()))).toBe('--a--b--c--|');
      expectObservable(inLoop(cold('--a--#').pipe(shielded()))).toBe('      --a--#');
      expectObservable(inLoop(EMPTY.pipe(shielded()))).toBe('               |');
    });
  });

  it('lets the source run to its end although the subscriber leaves', () => {
    marbles(({ cold, inLoop, expectObservable, expectSubscriptions }) => {
      const source = cold('                      --a--b--c--|');
      const unsubscribed = '                     ---!';
      expectObservable(inLoop(source.pipe(shielded())), unsubscribed).toBe('--a');
      expectSubscriptions(source.subscriptions).toBe('^----------!');
    });
  });

  it('subscribes once for each subscriber, as the cold source would be', () =>
    runVirtual(function* () {
      let subscriptions = 0;
      const source = new Observable<number>((subscriber) => {
        subscriber.next(++subscriptions);
        subscriber.complete();
      }).pipe(shielded());
      expect([yield* resultOf(source), yield* resultOf(source)]).toEqual([1, 2]);
    }));

  it('keeps the work of a coroutine going when switchMap replaces it', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const requests = concat(of('a'), sleep(10, 'b'));
      const last = requests.pipe(switchMap((name) => work(name, 20).pipe(shielded())));
      expect(yield* resultOf(last)).toBe('b');
      expect(events).toEqual(['a starts at 0', 'b starts at 10', 'a ends at 20', 'b ends at 30']);
    }));

  it('is no part of a task that is cancelled: that one ends, the work goes on', () =>
    runVirtual(function* () {
      const { events, note, work } = workshop();
      const task = createTask(work('a', 100).pipe(shielded()));
      yield* sleep(10);
      task.cancel();
      yield* errorOf(task);
      note('task over');
      yield* sleep(200);
      expect(events).toEqual(['a starts at 0', 'task over at 10', 'a ends at 100']);
    }));

  it('ends with run() at the latest, and may clean up', async () => {
    const { events, work } = workshop();
    await runVirtual(function* () {
      work('a', 1000, { cleanUp: 5 }).pipe(shielded()).subscribe().unsubscribe();
      yield* sleep(10);
    });
    expect(events).toEqual(['a starts at 0', 'a cancelled at 10', 'a clean at 15']);
  });

  it('is a task of the loop: it can be found, and cancelled by itself', () =>
    runVirtual(function* () {
      const { work } = workshop();
      let failure: unknown;
      work('a', 1000)
        .pipe(shielded())
        .subscribe({ error: (error: unknown) => (failure = error) });
      yield* sleep(10);
      const tasks = [...allTasks()].filter((task) => task !== currentTask());
      expect(tasks.length).toBeGreaterThan(0);
      for (const task of tasks) task.cancel('enough');
      yield* sleep(10);
      expect(failure).toMatchObject({ name: 'CancelledError', message: 'enough' });
    }));

  it('fails as the source does', () =>
    runVirtual(function* () {
      const boom = new Error('boom');
      expect(yield* errorOf(resultOf(throwError(() => boom).pipe(shielded())))).toBe(boom);
    }));

  it('reports a failure once that comes after the subscriber has left', async () => {
    const { work } = workshop();
    const { list, onContext } = reports();
    await runVirtual(
      function* () {
        const subscription = work('a', 20, { fails: true }).pipe(shielded()).subscribe();
        yield* sleep(10);
        subscription.unsubscribe();
        yield* sleep(100);
      },
      { onContext },
    );
    expect(list).toEqual(['unretrieved: a']);
  });

  it('watches a future, which runs on anyway', () =>
    runVirtual(function* () {
      const hot = createTask(sleep(20, 'hot'));
      hot.pipe(shielded()).subscribe().unsubscribe();
      expect(yield* resultOf(hot.pipe(shielded()))).toBe('hot');
      expect(yield* hot).toBe('hot');
    }));

  it('serves operators that leave early', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const first = of('a', 'b').pipe(
        concatMap((name) => work(name, 10)),
        shielded(),
        take(1),
        toArray(),
      );
      expect(yield* resultOf(first)).toEqual(['a']);
      expect(getRunningLoop().time()).toBe(10);
      yield* sleep(100);
      expect(events.at(-1)).toBe('b ends at 20');
    }));
});
