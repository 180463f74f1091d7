import {
  EMPTY,
  NEVER,
  type Observable,
  type OperatorFunction,
  Subject,
  asapScheduler,
  concat,
  concatMap,
  defer,
  exhaustMap,
  filter,
  from,
  map,
  mergeMap,
  of,
  subscribeOn,
  switchMap,
  take,
  takeUntil,
  throwError,
  timer,
  toArray,
} from 'rxjs';
import {
  cancelOn,
  createTask,
  dropTask,
  enqueueTask,
  gather,
  ignoreCancelled,
  mapTask,
  resultOf,
  restartTask,
  sleep,
} from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';
import { collectReports, native, operators, outcomeOf } from './workplace.js';

type Inner = (n: number) => Observable<string>;

/** An operator of the library, and the one of RxJS whose values it emits. */
const twins: Record<
  string,
  [ours: (inner: Inner) => OperatorFunction<number, string>, theirs: (inner: Inner) => OperatorFunction<number, string>]
> = {
  'mapTask as mergeMap': [(inner) => mapTask(inner), (inner) => mergeMap(inner)],
  'mapTask, two at a time, as mergeMap': [(inner) => mapTask(inner, { concurrency: 2 }), (inner) => mergeMap(inner, 2)],
  'mapTask, one at a time, as concatMap': [(inner) => mapTask(inner, { concurrency: 1 }), (inner) => concatMap(inner)],
  'restartTask as switchMap': [(inner) => restartTask(inner), (inner) => switchMap(inner)],
  'dropTask as exhaustMap': [(inner) => dropTask(inner), (inner) => exhaustMap(inner)],
  'enqueueTask as concatMap': [(inner) => enqueueTask(inner), (inner) => concatMap(inner)],
};

/** Inner sources, by what there is of them. */
const inners: Record<string, Inner> = {
  'no value, at once': () => EMPTY,
  'no value, later': () => timer(3).pipe(mergeMap(() => EMPTY)),
  'one value': (n) => timer(3).pipe(map(() => `${n}`)),
  'one value, at once': (n) => of(`${n}`),
  'many values, at once': (n) => of(`${n}a`, `${n}b`, `${n}c`),
  'many values, as they come': (n) =>
    timer(1, 4).pipe(
      take(3),
      map((i) => `${n}.${i}`),
    ),
  'values, then an end without one': (n) => concat(of(`${n}`), timer(2).pipe(map(() => `${n}'`)), EMPTY),
  'now none, now many': (n) => (n % 2 === 0 ? EMPTY : of(`${n}a`, `${n}b`)),
  'a value that is undefined': () => of<string[]>(undefined as never),
};

/** A task starts a turn after it was made; so does the inner source of RxJS here. */
const later =
  (inner: Inner): Inner =>
  (n) =>
    inner(n).pipe(subscribeOn(asapScheduler));

/** When the values of the source come. */
const sources: Record<string, () => Observable<number>> = {
  'all at once': () => of(1, 2, 3, 4),
  'far from each other': () => timer(0, 20).pipe(take(3)),
  'close to each other': () => timer(0, 5).pipe(take(4)),
};

/** What comes, with the time. */
async function story(values: Observable<unknown>): Promise<string[]> {
  const log: string[] = [];
  const start = Date.now();
  const note = (what: string) => void log.push(`${what} at ${Date.now() - start}`);
  await new Promise<void>((resolve) =>
    values.subscribe({
      next: (value) => note(String(value)),
      error: (error: unknown) => resolve(note(String(error))),
      complete: () => resolve(note('complete')),
    }),
  );
  return log;
}

describe.each(Object.keys(twins))('%s', (name) => {
  const [ours, theirs] = twins[name]!;
  it.each(Object.keys(sources).flatMap((source) => Object.keys(inners).map((inner) => [inner, source])))(
    'emits the same of inner sources of %s, from a source of values %s',
    (inner, source) =>
      runVirtual(async () => {
        const actual = await story(sources[source]!().pipe(ours(inners[inner]!)));
        expect(actual).toEqual(await story(sources[source]!().pipe(theirs(later(inners[inner]!)))));
      }),
  );

  it('ends with the first error, after the values before it', () =>
    runVirtual(async () => {
      const inner = (n: number) => concat(of(`${n}`), n === 2 ? throwError(() => new Error('inner')) : EMPTY);
      const values = () => timer(0, 5).pipe(take(3));
      expect(await story(values().pipe(ours(inner)))).toEqual(await story(values().pipe(theirs(later(inner)))));
    }));

  it('tells the values that a source gave while it is subscribed to, one by one', () =>
    runVirtual(async () => {
      const echo = new Subject<number>();
      const flattened = echo.pipe(ours((n) => of(`${n}a`, `${n}b`)));
      const log: string[] = [];
      const subscription = flattened.subscribe((value) => {
        log.push(value);
        if (value === '1a') echo.next(2); // comes while 1 gives
      });
      echo.next(1);
      await native(5);
      subscription.unsubscribe();
      const dropped = name.startsWith('dropTask');
      const replaced = name.startsWith('restartTask');
      expect(log.sort()).toEqual(dropped ? ['1a', '1b'] : replaced ? ['1a', '2a', '2b'] : ['1a', '1b', '2a', '2b']);
    }));
});

describe.each(Object.keys(operators))('an inner source that ends without a value in %s', (name) => {
  const operator = operators[name]!;

  it.each<[string, (stop: Observable<unknown>) => Observable<string>]>([
    [
      'takeUntil',
      (stop) =>
        timer(10).pipe(
          map(() => 'got'),
          takeUntil(stop),
        ),
    ],
    ['a filter', () => of('no').pipe(filter((text) => text === 'yes'))],
    ['EMPTY', () => EMPTY],
    ['ignoreCancelled', (stop) => defer(() => sleep(10, 'got')).pipe(cancelOn(stop), ignoreCancelled())],
  ])('is nothing to it, and the pipeline goes on: by %s', (_, inner) =>
    runVirtual(async () => {
      const values = new Subject<number>();
      const stop = new Subject<void>();
      const log: string[] = [];
      const subscription = values
        .pipe(operator((n) => (n === 1 ? inner(stop) : of('got 2'))))
        .subscribe({ next: (value) => log.push(value), error: (error: unknown) => log.push(`dead: ${error}`) });
      values.next(1);
      await sleep(2);
      stop.next();
      await sleep(2);
      values.next(2);
      await sleep(20);
      expect([log, subscription.closed]).toEqual([['got 2'], false]);
      values.complete();
      await sleep(1);
      expect(subscription.closed).toBe(true);
    }),
  );

  it('as an async iterable, too', () =>
    runVirtual(async () => {
      const empty = async function* (): AsyncGenerator<string> {};
      const many = async function* () {
        yield 'a';
        await sleep(1);
        yield 'b';
      };
      expect(await createTask(of(0).pipe(operator(empty), toArray()))).toEqual([]);
      expect(
        await createTask(
          of(0).pipe(
            operator(() => many()),
            toArray(),
          ),
        ),
      ).toEqual(['a', 'b']);
      expect(
        await createTask(
          of(0).pipe(
            operator(() => many),
            toArray(),
          ),
        ),
      ).toEqual(['a', 'b']);
    }));

  it('gives one result of a coroutine, a generator, a promise and an async function, also undefined', () =>
    runVirtual(async () => {
      const nothing = [
        () => sleep(1),
        function* () {
          yield* sleep(1);
        },
        async () => {},
        () => async () => {},
        () => Promise.resolve(undefined),
      ];
      for (const project of nothing) {
        expect(await createTask(of(0).pipe(operator(project as never), toArray()))).toEqual([undefined]);
      }
    }));

  it('emits nothing more of what was unsubscribed from', () =>
    runVirtual(async () => {
      const inner = new Subject<string>();
      const log: string[] = [];
      const subscription = of(0)
        .pipe(operator(() => inner))
        .subscribe((value) => log.push(value));
      await sleep(1);
      inner.next('a');
      subscription.unsubscribe();
      inner.next('b');
      await sleep(5);
      expect([log, inner.observed]).toEqual([['a'], false]);
    }));
});

describe('in order', () => {
  it('all values of a task come before those of the next, which are kept meanwhile', () =>
    runVirtual(async () => {
      const inner = (n: number) =>
        timer(n, 10).pipe(
          take(2),
          map((i) => `${n}.${i}`),
        );
      expect(await story(of(3, 2, 1).pipe(mapTask(inner, { ordered: true })))).toEqual([
        '3.0 at 3',
        '3.1 at 13',
        '2.0 at 13',
        '2.1 at 13',
        '1.0 at 13',
        '1.1 at 13',
        'complete at 13',
      ]);
    }));

  it('values come as they are given by the one whose turn it is, and an empty one passes its turn on', () =>
    runVirtual(async () => {
      const inner = (n: number) => (n === 1 ? timer(5).pipe(filter(() => false)) : timer(n, 3).pipe(take(2)));
      expect(await story(of(1, 4).pipe(mapTask(inner, { ordered: true })))).toEqual([
        '0 at 5',
        '1 at 7',
        'complete at 7',
      ]);
    }));

  it('kept values of a later task are not told when an earlier one fails', () =>
    runVirtual(async () => {
      const inner = (n: number) =>
        n === 1 ? timer(5).pipe(mergeMap(() => throwError(() => new Error('first')))) : of('kept');
      expect(await story(of(1, 2).pipe(mapTask(inner, { ordered: true })))).toEqual(['Error: first at 5']);
    }));
});

describe('an iteration', () => {
  it.each([1, 2, Infinity])('gives all values of each item, %s at a time', (concurrency) =>
    runVirtual(async () => {
      for (const ordered of [false, true]) {
        const list: string[] = [];
        const inner = (n: number) => (n === 0 ? EMPTY : from([`${n}a`, `${n}b`]));
        for await (const value of mapTask([1, 0, 2], inner, { concurrency, ordered })) list.push(value);
        expect(list).toEqual(['1a', '1b', '2a', '2b']);
      }
    }),
  );

  it('takes the next item only when the task of this one has ended and its values are taken', () =>
    runVirtual(async () => {
      const taken: number[] = [];
      function* items() {
        for (let n = 0; n < 3; n++) {
          taken.push(n);
          yield n;
        }
      }
      const inner = (n: number) =>
        timer(1, 1).pipe(
          take(3),
          map((i) => `${n}.${i}`),
        );
      const log: string[] = [];
      for await (const value of mapTask(items(), inner, { concurrency: 1 })) {
        await sleep(10);
        log.push(`${value} of ${taken.length}`);
      }
      // While the last value of an item is handled its place is free already.
      const ofItem = (n: number) => [`${n}.0 of ${n + 1}`, `${n}.1 of ${n + 1}`, `${n}.2 of ${Math.min(n + 2, 3)}`];
      expect(log).toEqual([0, 1, 2].flatMap(ofItem));
    }));

  it('of items without any value is over when the source is', () =>
    runVirtual(async () => {
      const list: unknown[] = [];
      for await (const value of mapTask([1, 2, 3], () => EMPTY, { concurrency: 2 })) list.push(value);
      expect(list).toEqual([]);
    }));
});

describe('a result, and not a stream', () => {
  const results: Record<string, (source: Observable<unknown>) => PromiseLike<unknown>> = {
    createTask: (source) => createTask(source, { name: 'mine' }),
    'createTask of a function': (source) => createTask(() => source, { name: 'mine' }),
    'gather, whose children are tasks': (source) => gather([createTask(source, { name: 'mine' })]),
    'resultOf in a task': (source) =>
      createTask(
        function* () {
          return yield* resultOf(source);
        },
        { name: 'mine' },
      ),
    'resultOf in an async function': (source) => createTask(async () => await resultOf(source), { name: 'mine' }),
  };

  it.each(Object.keys(results))('is an EmptyError that names the task and the cure, where there is none: %s', (name) =>
    runVirtual(async () => {
      for (const source of [EMPTY, NEVER.pipe(takeUntil(timer(1)))]) {
        const error: unknown = await results[name]!(source).then(
          () => null,
          (failure: unknown) => failure,
        );
        expect((error as Error).name).toBe('EmptyError');
        expect((error as Error).message).toMatch(
          /the task 'mine' ended without a value.*\{ defaultValue: undefined \}/,
        );
      }
    }),
  );

  it('is the last value of several', () =>
    runVirtual(async () => {
      expect(await outcomeOf(createTask(of(1, 2, 3)))).toBe('3');
      expect(await createTask(EMPTY, { defaultValue: 'nothing' })).toBe('nothing');
    }));
});

describe('a value on its way', () => {
  it('of a replaced task is told to nobody', () =>
    runVirtual(async () => {
      const reports = collectReports();
      const first = new Subject<string>();
      const values = new Subject<Observable<string>>();
      const log: string[] = [];
      const subscription = values.pipe(restartTask((inner) => inner)).subscribe((value) => log.push(value));
      values.next(first);
      await sleep(1);
      first.next('a');
      values.next(of('b'));
      first.next('too late');
      await sleep(1);
      subscription.unsubscribe();
      expect([log, reports]).toEqual([['a', 'b'], []]);
    }));
});
