import type { Observable } from 'rxjs';
import { EMPTY, NEVER, concat, concatMap, map, mergeMap, of, take, throwError, timer, toArray } from 'rxjs';
import {
  type Future,
  Task,
  asCompletedAll,
  createTask,
  getRunningLoop,
  resultOf,
  sleep,
  type TaskSource,
} from 'rxtasks';
import { errorOf, runVirtual, thrownBy } from '../support/virtual.js';
import { countedWatchers, marbles, reports, workshop } from './work.js';

/** How a future ended, in a word. */
function outcome(future: Future<unknown>): unknown {
  if (future.cancelled()) return 'cancelled';
  return future.exception() ?? future.result();
}

describe('asCompletedAll', () => {
  it('starts every source that comes and emits its task when that has ended', () => {
    marbles(({ hot, inLoop, expectObservable }) => {
      const sources = hot('                              -a-b|         ', { a: sleep(6, 'A'), b: sleep(2, 'B') });
      const ended = inLoop(sources.pipe(asCompletedAll(), map(outcome)));
      expectObservable(ended).toBe('                     -----B-(A|)');
    });
  });

  it('emits a failed task, and a cancelled one, like any other', () => {
    marbles(({ loop, hot, inLoop, expectObservable }) => {
      const boom = new Error('boom');
      const failing = throwError(() => boom);
      const cancelled = loop.createTask(sleep(1000));
      loop.callLater(7, () => cancelled.cancel());
      const sources = hot<TaskSource<unknown>>('--f--c-s|', { f: failing, c: cancelled, s: sleep(4, 's') });
      const ended = inLoop(sources.pipe(asCompletedAll(), map(outcome)));
      expectObservable(ended).toBe('            --f----c---(s|)', { f: boom, c: 'cancelled', s: 's' });
    });
  });

  it('completes when the outer source and all tasks have', () => {
    marbles(({ cold, inLoop, expectObservable }) => {
      const ended = (marble: string) => inLoop(cold(marble, { a: sleep(2, 'A') }).pipe(asCompletedAll(), map(outcome)));
      expectObservable(ended('a---|')).toBe('--A-|');
      expectObservable(ended('a|   ')).toBe('--(A|)');
      expectObservable(ended('---| ')).toBe('---|');
      expectObservable(ended('a----')).toBe('--A--');
    });
  });

  it('runs at most so many at the same time', () => {
    marbles(({ cold, inLoop, expectObservable }) => {
      const sources = { a: sleep(4, 'A'), b: sleep(1, 'B'), c: sleep(2, 'C') };
      const ended = (concurrency?: number) =>
        inLoop(cold('(abc|)', sources).pipe(asCompletedAll(concurrency), map(outcome)));
      expectObservable(ended(1)).toBe('----AB-(C|)');
      expectObservable(ended(2)).toBe('-B-C(A|)');
      expectObservable(ended(3)).toBe('-BC-(A|)');
      expectObservable(ended()).toBe(' -BC-(A|)');
    });
  });

  it('gives tasks: of a future the future itself, once for each time that it came', () =>
    runVirtual(function* () {
      const given = createTask(sleep(5, 'given'));
      const over = createTask(sleep(0, 'over'));
      yield* over;
      const list = yield* resultOf(of(given, over, given, sleep(1, 'own')).pipe(asCompletedAll(), toArray(), boxed()));
      expect(list.boxed.map((task) => task.result())).toEqual(['over', 'own', 'given', 'given']);
      expect(list.boxed.filter((task) => task === (given as unknown))).toHaveLength(2);
      for (const task of list.boxed) expect(task).toBeInstanceOf(Task);
    }));

  it('takes synchronous sources, and functions', () =>
    runVirtual(function* () {
      const sources = of<TaskSource<number>[]>(of(1, 2), of(3));
      const results = yield* resultOf(
        sources.pipe(
          asCompletedAll(),
          map((task) => task.result()),
          toArray(),
        ),
      );
      expect(results).toEqual([2, 3]);
      const fromFunctions = of(() => sleep(1, 'f')).pipe(
        asCompletedAll(),
        map((task) => task.result()),
      );
      expect(yield* resultOf(fromFunctions)).toBe('f');
    }));

  it('cancels what it has started when it is unsubscribed from, and no future that was given', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const given = createTask(work('given', 30));
      const seen: unknown[] = [];
      const subscription = concat(of(given, work('own', 100), work('fast', 5)), NEVER)
        .pipe(asCompletedAll())
        .subscribe((task) => seen.push(task.result()));
      yield* sleep(10);
      subscription.unsubscribe();
      yield* given;
      expect(seen).toEqual(['fast']);
      expect(events.slice(3)).toEqual(['fast ends at 5', 'own cancelled at 10', 'own clean at 10', 'given ends at 30']);
    }));

  it('leaves nothing behind at a future that it has watched', () =>
    runVirtual(function* () {
      const given = createTask(sleep(100));
      const counted = countedWatchers(given);
      const subscription = of(given, given).pipe(asCompletedAll()).subscribe();
      yield* sleep(1);
      expect(counted.watchers).toBeGreaterThan(0);
      subscription.unsubscribe();
      expect(counted.watchers).toBe(0);
    }));

  it('never starts what was still waiting for a place when the subscriber has left', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const first = of(work('a', 5), work('b', 5)).pipe(
        asCompletedAll(1),
        take(1),
        map((task) => task.result()),
      );
      expect(yield* resultOf(first)).toBe('a');
      yield* sleep(50);
      expect(events).toEqual(['a starts at 0', 'a ends at 5']);
    }));

  it('makes a task over it wait for the clean-up', () =>
    runVirtual(function* () {
      const { events, note, work } = workshop();
      const later = timer(5, getRunningLoop().scheduler).pipe(mergeMap(() => of(work('a', 1000, { cleanUp: 20 }))));
      const task = createTask(later.pipe(asCompletedAll()));
      yield* sleep(10);
      task.cancel();
      yield* errorOf(task);
      note('task over');
      expect(events).toEqual(['a starts at 5', 'a cancelled at 10', 'a clean at 30', 'task over at 30']);
    }));

  it('fails as the outer source does, and cancels what runs', () =>
    runVirtual(function* () {
      const { events, note, work } = workshop();
      const boom = new Error('boom');
      const sources = concat(
        of(work('a', 1000, { cleanUp: 20 })),
        sleep(10, sleep(0)),
        throwError(() => boom),
      );
      expect(yield* errorOf(resultOf(sources.pipe(asCompletedAll())))).toBe(boom);
      note('over');
      expect(events).toEqual(['a starts at 0', 'a cancelled at 10', 'a clean at 30', 'over at 30']);
    }));

  it('refuses what is not a source, and cancels what runs', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const sources = concat(of(work('a', 1000)), sleep(10, 'no source'));
      const error = yield* errorOf(resultOf(sources.pipe(asCompletedAll())));
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toMatch(/^asCompletedAll\(\): expected a coroutine, .*, got "no source"/);
      expect(events).toEqual(['a starts at 0', 'a cancelled at 10', 'a clean at 10']);
    }));

  it('reports a failure that nobody has looked at, and one that comes after the subscriber has left, each once', async () => {
    const { work } = workshop();
    const { list, onContext } = reports();
    await runVirtual(
      function* () {
        const sources = concat(of(work('a', 5, { fails: true }), work('b', 1000, { cleanUpFails: true })), NEVER);
        const subscription = sources.pipe(asCompletedAll()).subscribe();
        yield* sleep(10);
        subscription.unsubscribe();
        yield* sleep(10);
      },
      { onContext },
    );
    expect(list).toEqual(['late-failure: b is not clean', 'unretrieved: a']);
  });

  it('reports no failure that somebody has looked at', () =>
    runVirtual(function* () {
      const { work } = workshop();
      const errors = of(work('a', 5, { fails: true })).pipe(
        asCompletedAll(),
        map((task) => task.exception()),
      );
      expect(yield* resultOf(errors)).toEqual(new Error('a'));
    }));

  it('starts its tasks on the loop where it was subscribed to, from wherever the sources come', () => {
    marbles(({ inLoop, expectObservable }) => {
      const comes = timer(1).pipe(map(() => sleep(2, 'x')));
      expectObservable(
        inLoop(
          comes.pipe(
            asCompletedAll(),
            map((task) => task.result()),
          ),
        ),
      ).toBe('---(x|)');
    });
  });

  it('works inside of other operators, and of nothing', () =>
    runVirtual(function* () {
      const results = of([2, 1], [3]).pipe(
        concatMap((list) => of(...list.map((ms) => sleep(ms, ms))).pipe(asCompletedAll())),
        map((task) => task.result()),
        toArray(),
      );
      expect(yield* resultOf(results)).toEqual([1, 2, 3]);
      const nothing = (EMPTY as Observable<TaskSource<number>>).pipe(asCompletedAll(), map(outcome), toArray());
      expect(yield* resultOf(nothing)).toEqual([]);
    }));

  it('refuses a concurrency with which nothing would run, at the call', () => {
    for (const [concurrency, got] of [
      [0, '0 (number)'],
      [-1, '-1 (number)'],
      [NaN, 'NaN (number)'],
      ['2', '"2" (string)'],
      [null, 'null'],
    ]) {
      expect(thrownBy(() => asCompletedAll(concurrency as number))).toEqual(
        new RangeError(`asCompletedAll(concurrency): expected a number of 1 or more, got ${got}`),
      );
    }
  });
});

/** Boxes a value, which a promise or a task would otherwise wait for. */
function boxed<T>() {
  return map((value: T) => ({ boxed: value }));
}
