import { NEVER, concat, concatMap, forkJoin, from, map, of, switchMap, throwError, timer, toArray } from 'rxjs';
import { CancelledError, createTask, gatherAll, getRunningLoop, resultOf, sleep, type TaskSource } from 'rxtasks';
import { errorOf, runVirtual } from '../support/virtual.js';
import { countedWatchers, marbles, reports, workshop } from './work.js';

describe('gatherAll', () => {
  it('starts all when the last source has come, and emits all results, in order, when the last has ended', () => {
    marbles(({ hot, inLoop, expectObservable }) => {
      const sources = { a: sleep(6, 1), b: sleep(3, 2) };
      const all = inLoop(hot('        --a-b|', sources).pipe(gatherAll()));
      expectObservable(all).toBe('    -----------(r|)', { r: [1, 2] });
    });
  });

  it('gives [] for no source at all', () => {
    marbles(({ hot, inLoop, expectObservable }) => {
      expectObservable(inLoop(hot<TaskSource<number>>('--|').pipe(gatherAll()))).toBe('--(r|)', { r: [] });
    });
  });

  it('emits what forkJoin emits, and takes every kind of source', () =>
    runVirtual(function* () {
      const hot = createTask(sleep(3, 'task'));
      const sources = () => [hot, of('x', 'observable'), sleep(5, 'coroutine'), from(['from'])];
      const gathered = yield* resultOf(from(sources()).pipe(gatherAll()));
      expect(gathered).toEqual(['task', 'observable', 'coroutine', 'from']);
      expect(gathered).toEqual(yield* resultOf(forkJoin(sources())));
      function* generator() {
        yield* sleep(1);
        return 'generator';
      }
      const others = of(generator(), generator, () => sleep(1, 'function'));
      expect(yield* resultOf(others.pipe(gatherAll()))).toEqual(['generator', 'generator', 'function']);
    }));

  it('starts its sources afresh for each subscription', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const all = of(work('a', 5), work('b', 5)).pipe(gatherAll());
      expect(yield* resultOf(all)).toEqual(['a', 'b']);
      expect(yield* resultOf(all)).toEqual(['a', 'b']);
      expect(events.filter((event) => event.includes('starts'))).toHaveLength(4);
    }));

  it('starts nothing before the list is complete', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const subscription = concat(of(work('a', 5)), NEVER)
        .pipe(gatherAll())
        .subscribe();
      yield* sleep(50);
      subscription.unsubscribe();
      yield* sleep(50);
      expect(events).toEqual([]);
    }));

  it('cancels what it has started when it is unsubscribed from, and no future that was given', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const given = createTask(work('given', 30));
      const subscription = of(given, work('own', 100)).pipe(gatherAll()).subscribe();
      yield* sleep(10);
      subscription.unsubscribe();
      yield* given;
      expect(events).toEqual([
        'given starts at 0',
        'own starts at 0',
        'own cancelled at 10',
        'own clean at 10',
        'given ends at 30',
      ]);
    }));

  it('leaves nothing behind at a future that it has watched', () =>
    runVirtual(function* () {
      const given = createTask(sleep(100));
      const counted = countedWatchers(given);
      const subscription = of(given, sleep(50)).pipe(gatherAll()).subscribe();
      yield* sleep(1);
      expect(counted.watchers).toBeGreaterThan(0);
      subscription.unsubscribe();
      expect(counted.watchers).toBe(0);
    }));

  it('leaves those alone that have ended', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const all = resultOf(of(work('a', 5), work('b', 10)).pipe(gatherAll()));
      yield* all;
      yield* sleep(100);
      expect(events).toEqual(['a starts at 0', 'b starts at 0', 'a ends at 5', 'b ends at 10']);
    }));

  it('fails with the first failure, and a task over it waits for the clean-up of the others', () =>
    runVirtual(function* () {
      const { events, note, work } = workshop();
      const given = createTask(sleep(200, 'given'));
      const sources = of(work('a', 1000, { cleanUp: 20 }), given, work('b', 10, { fails: true }));
      const error = yield* errorOf(createTask(sources.pipe(gatherAll())));
      note('task over');
      expect(error).toEqual(new Error('b'));
      expect(events).toEqual([
        'a starts at 0',
        'b starts at 0',
        'b ends at 10',
        'a cancelled at 10',
        'a clean at 30',
        'task over at 30',
      ]);
      expect(yield* given).toBe('given');
    }));

  it('waits for the clean-up when the task over it is cancelled, however late it was subscribed', () =>
    runVirtual(function* () {
      for (const source of [of(1), timer(5, getRunningLoop().scheduler)]) {
        const { events, note, work } = workshop();
        const begin = getRunningLoop().time();
        const all = source.pipe(switchMap(() => of(work('a', 1000, { cleanUp: 20 }), sleep(500)).pipe(gatherAll())));
        const task = createTask(all);
        yield* sleep(10);
        task.cancel('enough');
        expect(yield* errorOf(task)).toMatchObject({ message: 'enough' });
        note('task over');
        expect(events.slice(1)).toEqual([
          `a cancelled at ${begin + 10}`,
          `a clean at ${begin + 30}`,
          `task over at ${begin + 30}`,
        ]);
      }
    }));

  it('fails with the CancelledError of a source that was cancelled by itself', () =>
    runVirtual(function* () {
      const given = createTask(sleep(100));
      const all = createTask(of(given, sleep(50)).pipe(gatherAll()));
      yield* sleep(10);
      given.cancel('enough');
      expect(yield* errorOf(all)).toMatchObject({ name: 'CancelledError', message: 'enough' });
      expect(getRunningLoop().time()).toBe(10);
    }));

  it('makes failures values where returnExceptions says so', () =>
    runVirtual(function* () {
      const { work } = workshop();
      const given = createTask(sleep(100));
      getRunningLoop().callLater(5, () => given.cancel());
      const sources = of(
        work('a', 10, { fails: true }),
        given,
        sleep(20, 'c'),
        throwError(() => 'no error'),
      );
      const [a, b, c, d] = yield* resultOf(sources.pipe(gatherAll({ returnExceptions: true })));
      expect(a).toEqual(new Error('a'));
      expect(b).toBeInstanceOf(CancelledError);
      expect(c).toBe('c');
      expect(d).toBeInstanceOf(Error);
      expect((d as Error).cause).toBe('no error');
      expect(getRunningLoop().time()).toBe(20);
    }));

  it('cancels what it has started also where failures are values', () =>
    runVirtual(function* () {
      const { events, note, work } = workshop();
      const sources = of(work('a', 1000, { cleanUp: 20 }), work('b', 5, { fails: true }));
      const task = createTask(sources.pipe(gatherAll({ returnExceptions: true })));
      yield* sleep(10);
      task.cancel();
      yield* errorOf(task);
      note('task over');
      expect(events.slice(-3)).toEqual(['a cancelled at 10', 'a clean at 30', 'task over at 30']);
    }));

  it('reports a failure once that comes after the first one', async () => {
    const { work } = workshop();
    const { list, onContext } = reports();
    await runVirtual(
      function* () {
        const sources = of(
          work('a', 10, { fails: true }),
          work('b', 1000, { cleanUp: 5, cleanUpFails: true }),
          work('c', 10, { fails: true }),
        );
        expect(yield* errorOf(resultOf(sources.pipe(gatherAll())))).toEqual(new Error('a'));
        yield* sleep(100);
      },
      { onContext },
    );
    expect(list.sort()).toEqual(['late-failure: b is not clean', 'unretrieved: c']);
  });

  it('reports a failure once that comes after the subscriber has left', async () => {
    const { work } = workshop();
    const { list, onContext } = reports();
    await runVirtual(
      function* () {
        const sources = of(work('a', 1000, { cleanUpFails: true }), work('b', 1000));
        const subscription = sources.pipe(gatherAll()).subscribe();
        yield* sleep(10);
        subscription.unsubscribe();
        yield* sleep(100);
      },
      { onContext },
    );
    expect(list).toEqual(['late-failure: a is not clean']);
  });

  it('fails as the outer source does, and then has started nothing', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const boom = new Error('boom');
      const sources = concat(
        of(work('a', 5)),
        throwError(() => boom),
      );
      expect(yield* errorOf(resultOf(sources.pipe(gatherAll())))).toBe(boom);
      yield* sleep(10);
      expect(events).toEqual([]);
    }));

  it('refuses what is not a source, before it has started anything', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const error = yield* errorOf(resultOf(of(work('a', 5), 7 as unknown as TaskSource<string>).pipe(gatherAll())));
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toMatch(/^gatherAll\(\): expected a coroutine, .*, got 7 \(number\)$/);
      yield* sleep(10);
      expect(events).toEqual([]);
    }));

  it('starts its tasks on the loop where it was subscribed to, from wherever the sources come', () => {
    marbles(({ inLoop, expectObservable }) => {
      const comes = timer(1).pipe(map(() => sleep(2, 'x')));
      expectObservable(inLoop(comes.pipe(gatherAll()))).toBe('---(r|)', { r: ['x'] });
    });
  });

  it('works among other operators, once for each list', () =>
    runVirtual(function* () {
      const pages = of([1, 2], [3]).pipe(
        concatMap((ids) => from(ids.map((id) => sleep(id, id * 10))).pipe(gatherAll())),
        toArray(),
      );
      expect(yield* resultOf(pages)).toEqual([[10, 20], [30]]);
    }));
});
