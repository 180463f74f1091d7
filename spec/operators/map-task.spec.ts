import {
  EMPTY,
  NEVER,
  Observable,
  Subject,
  concat,
  from,
  map,
  of,
  range,
  switchMap,
  take,
  takeUntil,
  tap,
  throwError,
  timer,
  toArray,
} from 'rxjs';
import { allTasks, createTask, currentTask, getRunningLoop, mapTask, resultOf, sleep, type Coroutine } from 'rxtasks';
import { errorOf, runVirtual, thrownBy } from '../support/virtual.js';
import { countedWatchers, marbles, reports, workshop } from './work.js';

/** The names of the tasks that live beside the current one. */
function others(): string[] {
  return [...allTasks()].filter((task) => task !== currentTask()).map((task) => task.name);
}

describe('mapTask', () => {
  it('runs a task for every value and emits the results as they come', () => {
    marbles(({ cold, inLoop, expectObservable }) => {
      const source = cold('                                           -a-b-c|');
      const times: Record<string, number> = { a: 6, b: 1, c: 4 };
      const mapped = source.pipe(mapTask((name) => sleep(times[name]!, name.toUpperCase())));
      expectObservable(inLoop(mapped)).toBe('                         ----B--A-(C|)');
    });
  });

  it('runs at most so many at the same time; the others wait for a place, in order', () => {
    marbles(({ cold, inLoop, expectObservable }) => {
      const mapped = (concurrency: number) => {
        const source = cold('                  -a-b-c|');
        return inLoop(source.pipe(mapTask((name) => sleep(4, name), { concurrency })));
      };
      expectObservable(mapped(1)).toBe('       -----a---b---(c|)');
      expectObservable(mapped(2)).toBe('       -----a-b-(c|)');
      expectObservable(mapped(3)).toBe('       -----a-b-(c|)');
      expectObservable(mapped(Infinity)).toBe('-----a-b-(c|)');
    });
  });

  it('completes when source and tasks have, at once if there was nothing', () => {
    marbles(({ cold, inLoop, expectObservable }) => {
      const mapped = (marble: string) => inLoop(cold(marble).pipe(mapTask((name) => sleep(2, name))));
      expectObservable(mapped('--|  ')).toBe('--|');
      expectObservable(mapped('a---|')).toBe('--a-|');
      expectObservable(mapped('a|   ')).toBe('--(a|)');
      expectObservable(mapped('a----')).toBe('--a---');
    });
  });

  it('never runs more than so many, whatever the source, and starts all of them in order', () =>
    runVirtual(function* () {
      for (const concurrency of [1, 2, 7]) {
        const started: number[] = [];
        let running = 0;
        let most = 0;
        const mapped = range(0, 100).pipe(
          mapTask(
            function* (n, index) {
              expect(index).toBe(n);
              started.push(n);
              most = Math.max(most, ++running);
              yield* sleep((n * 7) % 5);
              running--;
              return n;
            },
            { concurrency },
          ),
          toArray(),
        );
        const results = yield* resultOf(mapped);
        expect(most).toBe(concurrency);
        expect(started).toEqual([...Array(100).keys()]);
        expect(results.sort((a, b) => a - b)).toEqual(started);
      }
    }));

  it('calls the project only when there is a place, with value and index', () =>
    runVirtual(function* () {
      const calls: string[] = [];
      const project = (value: string, index: number) => {
        calls.push(`${value}${index} at ${getRunningLoop().time()}`);
        return sleep(5, value);
      };
      yield* resultOf(of('a', 'b', 'c').pipe(mapTask(project, { concurrency: 2 })));
      expect(calls).toEqual(['a0 at 0', 'b1 at 0', 'c2 at 5']);
    }));

  it('takes every kind of source from the project', () =>
    runVirtual(function* () {
      const given = createTask(sleep(1, 'task'));
      const projects = [
        () => sleep(1, 'coroutine'),
        () => of('not this', 'observable'), // all of its values, as with mergeMap
        function* () {
          yield* sleep(1);
          return 'generator';
        },
        () => () => sleep(1, 'function'),
        () => given,
      ];
      const mapped = from(projects).pipe(
        mapTask((project) => project() as Coroutine<string>, { concurrency: 1 }),
        toArray(),
      );
      expect(yield* resultOf(mapped)).toEqual(['coroutine', 'not this', 'observable', 'generator', 'function', 'task']);
    }));

  it('takes async functions and promises', async () => {
    const mapped = of(1, 2).pipe(
      mapTask(async (n) => n * 10),
      toArray(),
    );
    expect(await createTask(mapped)).toEqual([10, 20]);
  });

  it('names its tasks', () =>
    runVirtual(function* () {
      const names = function* (name?: string | ((value: string, index: number) => string)) {
        const source = of('a', 'b').pipe(mapTask(() => sleep(5), { name }));
        const subscription = source.subscribe();
        yield;
        const found = others();
        subscription.unsubscribe();
        yield* sleep(0);
        yield* sleep(0);
        return found;
      };
      expect(yield* names('load')).toEqual(['load', 'load']);
      expect(yield* names((value, index) => `load ${value} ${index}`)).toEqual(['load a 0', 'load b 1']);
      expect(yield* names()).toEqual([expect.stringMatching(/^Task-\d+$/), expect.stringMatching(/^Task-\d+$/)]);
    }));

  it('starts its tasks on the loop where it was subscribed to, from wherever the values come', () => {
    marbles(({ inLoop, expectObservable }) => {
      expectObservable(inLoop(timer(1).pipe(mapTask(() => sleep(2, 'x'))))).toBe('---(x|)');
    });
  });

  it('can be subscribed to again: it starts afresh', () =>
    runVirtual(function* () {
      const mapped = of(1, 2).pipe(
        mapTask((n, index) => sleep(n, `${n} ${index}`)),
        toArray(),
      );
      expect(yield* resultOf(mapped)).toEqual(['1 0', '2 1']);
      expect(yield* resultOf(mapped)).toEqual(['1 0', '2 1']);
    }));
});

describe('a failure in mapTask', () => {
  it('cancels the siblings, waits for their clean-up, and then errors', () =>
    runVirtual(function* () {
      const { events, note, work } = workshop();
      const seen: unknown[] = [];
      of('a', 'b', 'c')
        .pipe(mapTask((name) => work(name, name === 'b' ? 10 : 1000, { fails: true, cleanUp: name === 'a' ? 20 : 5 })))
        .subscribe({
          next: (value) => seen.push(value),
          error: (error: unknown) => {
            note('errors');
            seen.push(error);
          },
        });
      yield* sleep(100);
      expect(seen).toEqual([new Error('b')]);
      expect(events.slice(3)).toEqual([
        'b ends at 10',
        'a cancelled at 10',
        'c cancelled at 10',
        'c clean at 15',
        'a clean at 30',
        'errors at 30',
      ]);
    }));

  it('starts nothing more, and takes no more values', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const source = new Subject<string>();
      const error = createTask(
        source.pipe(mapTask((name) => work(name, 5, { fails: name === 'a' }), { concurrency: 1 })),
      );
      yield;
      source.next('a');
      source.next('b');
      expect(yield* errorOf(error)).toEqual(new Error('a'));
      expect(source.observed).toBe(false);
      source.next('c');
      yield* sleep(10);
      expect(events).toEqual(['a starts at 0', 'a ends at 5']);
    }));

  it('leaves the source at once, also while the siblings clean up', () =>
    runVirtual(function* () {
      const { work } = workshop();
      const source = new Subject<string>();
      const task = createTask(
        source.pipe(mapTask((name) => work(name, name === 'a' ? 5 : 1000, { fails: true, cleanUp: 50 }))),
      );
      yield;
      source.next('a');
      source.next('b');
      yield* sleep(6);
      expect(source.observed).toBe(false);
      expect(task.done()).toBe(false);
      expect(yield* errorOf(task)).toEqual(new Error('a'));
      expect(getRunningLoop().time()).toBe(55);
    }));

  it('is the CancelledError of a task that was cancelled by itself', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const task = createTask(of('a', 'b').pipe(mapTask((name) => work(name, 1000), { name: (value) => value })));
      yield* sleep(10);
      [...allTasks()].find(({ name }) => name === 'b')!.cancel('enough');
      expect(yield* errorOf(task)).toMatchObject({ name: 'CancelledError', message: 'enough' });
      expect(events.slice(2)).toEqual(['b cancelled at 10', 'b clean at 10', 'a cancelled at 10', 'a clean at 10']);
    }));

  it('is what the project throws', () =>
    runVirtual(function* () {
      const { events, note, work } = workshop();
      const boom = new Error('boom');
      const mapped = of('a', 'b').pipe(
        mapTask((name) => {
          if (name === 'b') throw boom;
          return work(name, 1000);
        }),
      );
      expect(yield* errorOf(resultOf(mapped))).toBe(boom);
      note('over');
      // It is called in the first step of the task of its value; those before it have begun by then.
      expect(events).toEqual(['a starts at 0', 'a cancelled at 0', 'a clean at 0', 'over at 0']);

      const later = concat(of('a'), sleep(10, 'b')).pipe(
        mapTask((name) => {
          if (name === 'b') throw boom;
          return work(name, 1000, { cleanUp: 20 });
        }),
      );
      expect(yield* errorOf(resultOf(later))).toBe(boom);
      note('over');
      expect(events.slice(4)).toEqual(['a starts at 0', 'a cancelled at 10', 'a clean at 30', 'over at 30']);
    }));

  it('is a TypeError where the project gives no source', () =>
    runVirtual(function* () {
      const mapped = of('a').pipe(mapTask((() => 5) as never));
      const error = yield* errorOf(resultOf(mapped));
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toMatch(/^mapTask\(project\): expected a coroutine, .*, got 5 \(number\)$/);
    }));

  it('is what the function for names throws', () =>
    runVirtual(function* () {
      const boom = new Error('boom');
      const name = () => {
        throw boom;
      };
      expect(yield* errorOf(resultOf(of('a').pipe(mapTask(() => sleep(1), { name }))))).toBe(boom);
    }));

  it('is that of the source, after the clean-up of what runs', () =>
    runVirtual(function* () {
      const { events, note, work } = workshop();
      const boom = new Error('boom');
      const source = concat(
        of('a'),
        sleep(10, 'b'),
        throwError(() => boom),
      );
      expect(yield* errorOf(resultOf(source.pipe(mapTask((name) => work(name, 1000, { cleanUp: 20 })))))).toBe(boom);
      note('over');
      expect(events).toEqual(['a starts at 0', 'a cancelled at 10', 'a clean at 30', 'over at 30']);
    }));

  it('neither cancels nor waits for a future that the project gave', () =>
    runVirtual(function* () {
      const { work } = workshop();
      const given = createTask(sleep(1000, 'given'));
      const mapped = of('a', 'b').pipe(mapTask((name) => (name === 'a' ? given : work(name, 10, { fails: true }))));
      expect(yield* errorOf(resultOf(mapped))).toEqual(new Error('b'));
      expect(getRunningLoop().time()).toBe(10);
      expect(yield* given).toBe('given');
    }));

  it('is told once where several fail: the others go to the exception handler, each once', async () => {
    const { work } = workshop();
    const { list, onContext } = reports();
    await runVirtual(
      function* () {
        const mapped = of('a', 'b', 'c').pipe(
          mapTask((name) => work(name, name === 'c' ? 1000 : 10, { fails: true, cleanUpFails: true })),
        );
        expect(yield* errorOf(resultOf(mapped))).toEqual(new Error('a'));
        yield* sleep(100);
      },
      { onContext },
    );
    expect(list.sort()).toEqual(['late-failure: b', 'late-failure: c is not clean']);
  });

  it('of a key or a name stops a source that emits without end while it is subscribed to; a project is called too late for that', () =>
    runVirtual(function* () {
      let emitted = 0;
      const endless = new Observable<number>((subscriber) => {
        while (!subscriber.closed) {
          if (++emitted > 1000) throw new Error('goes on');
          subscriber.next(emitted);
        }
      });
      const boom = new Error('boom');
      const name = (n: number) => {
        if (n === 3) throw boom;
        return String(n);
      };
      expect(yield* errorOf(resultOf(endless.pipe(mapTask(() => sleep(1000), { name }))))).toBe(boom);
      expect(emitted).toBe(3);
    }));
});

describe('cancelling mapTask', () => {
  it('cancels all when it is unsubscribed from, and starts none that still waits', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const subscription = of('a', 'b', 'c')
        .pipe(mapTask((name) => work(name, 1000, { cleanUp: 5 }), { concurrency: 2 }))
        .subscribe();
      yield* sleep(10);
      subscription.unsubscribe();
      yield* sleep(100);
      expect(events.slice(2)).toEqual(['a cancelled at 10', 'b cancelled at 10', 'a clean at 15', 'b clean at 15']);
      expect(others()).toEqual([]);
    }));

  it('makes a task over it wait for the clean-up, also of what has started later', () =>
    runVirtual(function* () {
      const { events, note, work } = workshop();
      const later = timer(5, getRunningLoop().scheduler).pipe(map(() => 'a'));
      const task = createTask(later.pipe(mapTask((name) => work(name, 1000, { cleanUp: 20 }))));
      yield* sleep(10);
      task.cancel('enough');
      expect(yield* errorOf(task)).toMatchObject({ message: 'enough' });
      note('task over');
      expect(events).toEqual(['a starts at 5', 'a cancelled at 10', 'a clean at 30', 'task over at 30']);
    }));

  it('waits for the clean-up after a failure, which then goes to the exception handler', async () => {
    const { events, note, work } = workshop();
    const { list, onContext } = reports();
    await runVirtual(
      function* () {
        const mapped = of('a', 'b').pipe(
          mapTask((name) => work(name, name === 'a' ? 10 : 1000, { fails: true, cleanUp: 50 })),
        );
        const task = createTask(mapped);
        yield* sleep(20);
        task.cancel();
        yield* errorOf(task);
        note('task over');
        expect(task.cancelled()).toBe(true);
      },
      { onContext },
    );
    expect(events.slice(3)).toEqual(['b cancelled at 10', 'b clean at 60', 'task over at 60']);
    expect(list).toEqual(['late-failure: a']);
  });

  it('starts nothing more when an operator behind it has left', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const first = of('a', 'b', 'c').pipe(
        mapTask((name) => work(name, 5), { concurrency: 1 }),
        take(1),
      );
      expect(yield* resultOf(first)).toBe('a');
      yield* sleep(100);
      expect(events).toEqual(['a starts at 0', 'a ends at 5']);
    }));

  it('leaves a source that emits without end while it is subscribed to', () =>
    runVirtual(function* () {
      let emitted = 0;
      const stop = new Subject<void>();
      const endless = new Observable<number>((subscriber) => {
        while (!subscriber.closed) {
          if (++emitted > 1000) throw new Error('goes on');
          subscriber.next(emitted);
        }
      });
      const mapped = endless.pipe(
        tap((n) => {
          if (n === 3) stop.next(); // what has to happen in the very event
        }),
        mapTask((n) => sleep(1, n)),
        takeUntil(stop),
        toArray(),
      );
      expect(yield* resultOf(mapped)).toEqual([]);
      expect(emitted).toBe(3);
    }));

  it('does not cancel a future that the project gave', () =>
    runVirtual(function* () {
      const given = createTask(sleep(50, 'given'));
      const subscription = concat(of(1), NEVER)
        .pipe(mapTask(() => given))
        .subscribe();
      yield* sleep(10);
      subscription.unsubscribe();
      expect(yield* given).toBe('given');
    }));

  it('leaves nothing behind at a future that it has watched', () =>
    runVirtual(function* () {
      const given = createTask(sleep(100));
      const counted = countedWatchers(given);
      const subscription = of(1, 2)
        .pipe(mapTask(() => given))
        .subscribe();
      yield* sleep(1);
      expect(counted.watchers).toBeGreaterThan(0);
      subscription.unsubscribe();
      expect(counted.watchers).toBe(0);
    }));

  it('ends with switchMap as any other source, and the task over it waits', () =>
    runVirtual(function* () {
      const { events, note, work } = workshop();
      const requests = concat(of('a'), sleep(10, 'b'));
      const task = createTask(
        requests.pipe(switchMap((name) => of(name).pipe(mapTask((n) => work(n, 20, { cleanUp: 100 }))))),
      );
      expect(yield* task).toBe('b');
      note('task over');
      expect(events).toEqual([
        'a starts at 0',
        'a cancelled at 10',
        'b starts at 10',
        'b ends at 30',
        'a clean at 110',
        'task over at 110',
      ]);
    }));

  it('reports a failure once that comes after the subscriber has left', async () => {
    const { work } = workshop();
    const { list, onContext } = reports();
    await runVirtual(
      function* () {
        const subscription = of('a')
          .pipe(mapTask((name) => work(name, 1000, { cleanUpFails: true })))
          .subscribe();
        yield* sleep(10);
        subscription.unsubscribe();
        yield* sleep(10);
      },
      { onContext },
    );
    expect(list).toEqual(['late-failure: a is not clean']);
  });
});

describe('mapTask at the call', () => {
  it('refuses a project that is no function', () => {
    for (const [project, got] of [
      [undefined, 'undefined'],
      [EMPTY, '<Observable>'],
      ['x', '"x" (string)'],
    ]) {
      expect(thrownBy(() => mapTask(project as never))).toEqual(
        new TypeError(`mapTask(project): expected a function that gives a source, got ${got as string}`),
      );
    }
  });

  it('refuses a concurrency with which nothing would run', () => {
    for (const [concurrency, got] of [
      [0, '0 (number)'],
      [0.5, '0.5 (number)'],
      [-3, '-3 (number)'],
      [NaN, 'NaN (number)'],
      ['2', '"2" (string)'],
      [null, 'null'],
    ]) {
      expect(thrownBy(() => mapTask(() => EMPTY, { concurrency: concurrency as number }))).toEqual(
        new RangeError(`mapTask(project, { concurrency }): expected a number of 1 or more, got ${got}`),
      );
    }
  });
});
