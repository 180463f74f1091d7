import {
  BehaviorSubject,
  EMPTY,
  EmptyError,
  NEVER,
  Observable,
  type ObservableInput,
  Subject,
  type Subscriber,
  catchError,
  concat,
  concatMap,
  defer,
  exhaustMap,
  finalize,
  from,
  interval,
  lastValueFrom,
  merge,
  mergeMap,
  of,
  race,
  repeat,
  retry,
  share,
  switchMap,
  take,
  takeUntil,
  tap,
  throwError,
  timeout,
  timer,
} from 'rxjs';
import { Event, type Resume, type Task, coroutine, createTask, currentTask, getRunningLoop, run, sleep } from 'rxtasks';
import { errorOf, runVirtual } from '../../support/virtual.js';

const log: unknown[] = [];
beforeEach(() => void log.splice(0));

/** Waits for ever; its clean-up takes 20 ms. */
const slow = coroutine(function* (name: unknown = 'slow') {
  try {
    yield* sleep(Infinity);
  } finally {
    yield* sleep(20);
    log.push(`${String(name)} cleaned up`);
  }
});

/** Fails after 10 ms. */
const failing = coroutine(function* (error: unknown = new Error('boom')) {
  yield* sleep(10);
  throw error;
});

/** Waits for the end of `task`. */
function* ended(task: Task<unknown>): Generator<void, void, Resume> {
  try {
    yield* task;
  } catch {
    // the specs look at the task
  }
}

const clock = () => getRunningLoop().scheduler;

describe('the result of a task over an Observable', () => {
  it('is its last value; every value is progress', () =>
    runVirtual(function* () {
      const task = createTask(of(1, 2, 3));
      task.progress$.subscribe((value) => log.push(value));
      expect(yield* task).toBe(3);
      expect(log).toEqual([1, 2, 3]);
    }));

  it('is an EmptyError without a value, unless there is a default value, even undefined', () =>
    runVirtual(function* () {
      const empty = createTask(EMPTY);
      yield* ended(empty);
      expect(empty.exception()).toBeInstanceOf(EmptyError);
      expect(yield* createTask(EMPTY, { defaultValue: 7 })).toBe(7);
      expect(yield* createTask(EMPTY, { defaultValue: undefined })).toBeUndefined();
      expect(yield* createTask(() => EMPTY, { defaultValue: 8 })).toBe(8);
    }));

  it('is its error', () =>
    runVirtual(function* () {
      const error = new Error('boom');
      const task = createTask(
        concat(
          of(1),
          throwError(() => error),
        ),
      );
      yield* ended(task);
      expect(task.exception()).toBe(error);
    }));

  it.each<[string, Observable<number>]>([
    ['values', of(1, 2)],
    ['nothing', EMPTY],
    ['an error', throwError(() => new Error('boom'))],
    ['values over time', interval(1).pipe(take(3))],
    ['a promise', from(Promise.resolve(4))],
  ])('is that of lastValueFrom, for %s', async (_, source) => {
    const settle = async (promise: PromiseLike<unknown>) => {
      try {
        return [await promise];
      } catch (error) {
        // That a source was empty is told in words of our own, which name the task and the cure.
        return error instanceof EmptyError ? EmptyError : error;
      }
    };
    expect(await settle(run(source))).toEqual(await settle(lastValueFrom(source)));
  });

  it('is that of what a function returns, called with the task', () =>
    runVirtual(function* () {
      const task: Task<string> = createTask((self) => of(self.name), { name: 'a' });
      expect(yield* task).toBe('a');
    }));

  it('is an error that subscribe itself throws', () =>
    runVirtual(function* () {
      const source = {
        subscribe: () => {
          throw new Error('in subscribe');
        },
        pipe: () => {},
      };
      const task = createTask(source as unknown as Observable<number>);
      yield* ended(task);
      expect(task.exception()).toMatchObject({ message: 'in subscribe' });
    }));
});

describe('a cancel', () => {
  it('unsubscribes at once; the task ends cancelled and cannot refuse', () =>
    runVirtual(function* () {
      const task = createTask(NEVER.pipe(finalize(() => log.push('torn down'))));
      yield;
      task.cancel('enough');
      expect(log).toEqual(['torn down']);
      yield* ended(task);
      expect(task.cancelled()).toBe(true);
    }));

  it('runs exactly the teardowns that unsubscribe runs, in their order', () => {
    const source = (name: string) =>
      merge(
        NEVER.pipe(finalize(() => log.push(`${name}: a`))),
        of(1).pipe(
          switchMap(() => NEVER.pipe(finalize(() => log.push(`${name}: inner`)))),
          finalize(() => log.push(`${name}: outer`)),
        ),
      ).pipe(finalize(() => log.push(`${name}: all`)));
    source('x').subscribe().unsubscribe();
    const expected = log.splice(0);
    return runVirtual(function* () {
      const task = createTask(source('x'));
      yield;
      task.cancel();
      yield* ended(task);
      expect(log).toEqual(expected);
    });
  });

  it('before the start never subscribes', () =>
    runVirtual(function* () {
      const task = createTask(defer(() => of(log.push('subscribed'))));
      task.cancel();
      yield* ended(task);
      expect(task.cancelled()).toBe(true);
      expect(log).toEqual([]);
    }));

  it('while the source subscribes is heard as soon as that is over', () =>
    runVirtual(function* () {
      const task: Task<unknown> = createTask(
        new Observable(() => {
          task.cancel();
          return () => log.push('torn down');
        }),
      );
      yield* ended(task);
      expect(task.cancelled()).toBe(true);
      expect(log).toEqual(['torn down']);
    }));

  it('comes too late when the source has completed', () =>
    runVirtual(function* () {
      const subject = new Subject<number>();
      const task = createTask(subject);
      yield;
      subject.next(1);
      subject.complete();
      task.cancel();
      yield* ended(task);
      expect(task.done()).toBe(true);
      expect(task.cancelled()).toBe(true);
    }));
});

describe('a cancelled task waits for the clean-up of the coroutines', () => {
  const shapes: [string, () => ObservableInput<unknown>][] = [
    ['that its source is', () => slow().pipe(tap(() => {}))],
    ['behind switchMap', () => of(1).pipe(switchMap(() => slow()))],
    ['behind switchMap of a later value', () => timer(3, clock()).pipe(switchMap(() => slow()))],
    ['behind takeUntil', () => slow().pipe(takeUntil(NEVER))],
    ['behind timeout', () => slow().pipe(timeout({ each: 1000, scheduler: clock() }))],
    ['behind retry', () => slow().pipe(retry(3))],
    ['behind mergeMap', () => of(1).pipe(mergeMap(() => slow()))],
    ['behind concatMap', () => of(1, 2).pipe(concatMap(() => slow()))],
    ['behind exhaustMap', () => of(1).pipe(exhaustMap(() => slow()))],
    ['behind share', () => slow().pipe(share())],
    ['behind defer and finalize', () => defer(() => slow()).pipe(finalize(() => log.push('finalized')))],
    ['that follow others', () => concat(sleep(3), slow())],
    [
      'that a retry has started',
      () => {
        let first = true;
        return defer(() => {
          if (!first) return slow();
          first = false;
          return sleep(3).pipe(switchMap(() => throwError(() => new Error('once'))));
        }).pipe(retry(1));
      },
    ],
    [
      'that catchError has started',
      () =>
        sleep(3).pipe(
          switchMap(() => throwError(() => new Error('boom'))),
          catchError(() => slow()),
        ),
    ],
    [
      'that a Subject has started',
      () => {
        const subject = new Subject<number>();
        getRunningLoop().callLater(3, () => subject.next(1));
        return subject.pipe(switchMap(() => slow()));
      },
    ],
    ['nested two pipelines deep', () => of(1).pipe(switchMap(() => of(2).pipe(switchMap(() => slow()))))],
  ];

  it.each(shapes)('%s', (_, source) =>
    runVirtual(function* () {
      const loop = getRunningLoop();
      const task = createTask(source() as Observable<unknown>);
      yield* sleep(7);
      task.cancel();
      yield* ended(task);
      expect(task.cancelled()).toBe(true);
      expect(loop.time()).toBe(27);
      expect(log.filter((line) => line !== 'finalized')).toEqual(['slow cleaned up']);
    }),
  );

  it('that run side by side, the slowest included', () =>
    runVirtual(function* () {
      const task = createTask(from(['a', 'b', 'c']).pipe(mergeMap((name) => slow(name))));
      yield* sleep(1);
      task.cancel();
      yield* ended(task);
      expect(log).toEqual(['a cleaned up', 'b cleaned up', 'c cleaned up']);
    }));

  it('of an Observable that a coroutine of the task waits for', () =>
    runVirtual(function* () {
      const inner = coroutine(function* () {
        yield* createTask(of(1).pipe(switchMap(() => slow())));
      });
      const task = createTask(of(1).pipe(switchMap(() => inner())));
      yield* sleep(1);
      task.cancel();
      yield* ended(task);
      expect(log).toEqual(['slow cleaned up']);
    }));
});

describe('a task whose source ends waits for what that tears down', () => {
  const error = new Error('outer');
  const boom = (ms: number) => timer(ms, clock()).pipe(switchMap(() => throwError(() => error)));

  it.each<[string, () => Observable<unknown>]>([
    ['merge', () => merge(slow(), boom(7))],
    ['switchMap, by the outer source', () => merge(of(1), boom(7)).pipe(switchMap(() => slow()))],
    ['mergeMap, by the outer source', () => merge(of(1), boom(7)).pipe(mergeMap(() => slow()))],
    ['concatMap, by the outer source', () => merge(of(1), boom(7)).pipe(concatMap(() => slow()))],
    ['takeUntil, by the notifier', () => slow().pipe(takeUntil(boom(7)))],
    [
      'a coroutine that a later value has started',
      () => merge(timer(3, clock()), boom(7)).pipe(switchMap(() => slow())),
    ],
  ])('by an error: %s', (_, source) =>
    runVirtual(function* () {
      const loop = getRunningLoop();
      const task = createTask(source());
      yield* ended(task);
      expect(task.exception()).toBe(error);
      expect(loop.time()).toBe(27);
      expect(log).toEqual(['slow cleaned up']);
    }),
  );

  it.each<[string, () => Observable<unknown>]>([
    ['takeUntil', () => merge(of('value'), slow()).pipe(takeUntil(timer(7, clock())))],
    ['race', () => race(slow(), timer(7, clock()))],
    ['take', () => merge(slow(), timer(7, clock())).pipe(take(1))],
    [
      'switchMap, whose inner source is replaced by the last value',
      () => merge(of(1), timer(7, clock())).pipe(switchMap((value) => (value === 0 ? of('last') : slow()))),
    ],
  ])('by its completion: %s', (_, source) =>
    runVirtual(function* () {
      const loop = getRunningLoop();
      const task = createTask(source());
      yield* ended(task);
      expect(task.exception()).toBeNull();
      expect(loop.time()).toBe(27);
      expect(log).toEqual(['slow cleaned up']);
    }),
  );

  it('by a time-out', () =>
    runVirtual(function* () {
      const loop = getRunningLoop();
      const task = createTask(slow().pipe(timeout({ each: 7, scheduler: clock() })));
      yield* ended(task);
      expect(task.exception()).toMatchObject({ name: 'TimeoutError' });
      expect(loop.time()).toBe(27);
      expect(log).toEqual(['slow cleaned up']);
    }));

  it('by a time-out, each time of a retry', () =>
    runVirtual(function* () {
      let n = 0;
      const task = createTask(defer(() => slow(++n)).pipe(timeout({ each: 7, scheduler: clock() }), retry(2)));
      yield* ended(task);
      expect(log).toEqual(['1 cleaned up', '2 cleaned up', '3 cleaned up']);
    }));

  it('and tells the outcome then', () =>
    runVirtual(function* () {
      const task = createTask(merge(of('value'), slow()).pipe(takeUntil(timer(7, clock()))));
      yield* sleep(10);
      expect(task.done()).toBe(false);
      yield* sleep(20);
      expect(task.result()).toBe('value');
    }));
});

describe('children', () => {
  it('that have been replaced earlier are waited for too', () =>
    runVirtual(function* () {
      const subject = new BehaviorSubject('a');
      const task = createTask(subject.pipe(switchMap((name) => slow(name))));
      yield* sleep(1);
      subject.next('b');
      yield* sleep(1);
      task.cancel();
      yield* ended(task);
      expect(log).toEqual(['a cleaned up', 'b cleaned up']);
    }));

  it('are reached by a second cancel', () =>
    runVirtual(function* () {
      const patient = coroutine(function* () {
        try {
          yield* sleep(Infinity);
        } finally {
          log.push(((yield* errorOf(sleep(1000))) as Error).message);
        }
      });
      const task = createTask(of(1).pipe(switchMap(() => patient())));
      yield* sleep(1);
      task.cancel('first');
      yield* sleep(1);
      task.cancel('second');
      yield* ended(task);
      expect(log).toEqual(['second']);
      expect(getRunningLoop().time()).toBe(2);
    }));

  it('that clean up after the end of the source are reached by the first cancel', () =>
    runVirtual(function* () {
      const task = createTask(slow().pipe(takeUntil(timer(5, clock()))));
      yield* sleep(10);
      task.cancel();
      yield* ended(task);
      expect(task.cancelled()).toBe(true);
      expect(getRunningLoop().time()).toBe(10);
      expect(log).toEqual([]);
    }));

  it('are asked once: the clean-up of async code is not interrupted', () =>
    runVirtual(function* () {
      const child = coroutine(function* () {
        try {
          yield* sleep(Infinity);
        } catch (error) {
          log.push((currentTask() as Task<unknown>).cancelling(), (error as Error).message);
          throw error;
        }
      });
      const task = createTask(of(1).pipe(switchMap(() => child())));
      yield* sleep(1);
      task.cancel('enough');
      yield* ended(task);
      expect(log).toEqual([1, 'enough']);
    }));

  it('that others hold too, behind share, are neither cancelled nor waited for', () =>
    runVirtual(function* () {
      const shared = slow().pipe(share());
      const cancelled = createTask(shared);
      const completed = createTask(merge(of('value'), shared).pipe(takeUntil(timer(5, clock()))));
      const last = createTask(shared);
      yield* sleep(1);
      cancelled.cancel();
      yield* ended(cancelled);
      expect(getRunningLoop().time()).toBe(1);
      expect(yield* completed).toBe('value');
      expect(getRunningLoop().time()).toBe(5);
      expect(log).toEqual([]);
      last.cancel();
      yield* ended(last);
      expect(log).toEqual(['slow cleaned up']);
    }));

  it('whose clean-up fails are reported', async () => {
    const reports: unknown[] = [];
    const error = new Error('in the clean-up');
    const failsToCleanUp = coroutine(function* () {
      try {
        yield* sleep(Infinity);
      } finally {
        yield* sleep(1);
        yield* failing(error);
      }
    });
    await runVirtual(
      function* () {
        const task = createTask(of(1).pipe(switchMap(() => failsToCleanUp())));
        yield* sleep(1);
        task.cancel();
        yield* ended(task);
        expect(task.cancelled()).toBe(true);
      },
      { onContext: ({ kind, exception }) => reports.push([kind, exception]) },
    );
    expect(reports).toEqual([['late-failure', error]]);
  });

  it('that clean up when their source has failed do not let a cancel hide that failure', async () => {
    const reports: unknown[] = [];
    await runVirtual(
      function* () {
        const task = createTask(merge(slow(), failing()));
        yield* sleep(15);
        task.cancel();
        yield* ended(task);
        expect(task.cancelled()).toBe(true);
        expect(log).toEqual([]);
      },
      { onContext: ({ kind, exception }) => reports.push([kind, (exception as Error).message]) },
    );
    expect(reports).toEqual([['late-failure', 'boom']]);
  });

  it('are not what merely runs at the same time', () =>
    runVirtual(function* () {
      const other = createTask(sleep(100));
      const task = createTask(of(1).pipe(switchMap(() => other)));
      yield* sleep(1);
      task.cancel();
      yield* ended(task);
      expect(getRunningLoop().time()).toBe(1);
      expect(other.cancelling()).toBe(0);
    }));

  it('are not what another task subscribes to meanwhile', () =>
    runVirtual(function* () {
      const task = createTask(timer(10, clock()));
      createTask(function* () {
        slow('of nobody').subscribe({ error: () => {} });
        yield;
      });
      yield* task;
      expect(getRunningLoop().time()).toBe(10);
    }));

  it('of repeat follow one another', () =>
    runVirtual(function* () {
      expect(yield* createTask(sleep(5, 'x').pipe(repeat(3)))).toBe('x');
      expect(getRunningLoop().time()).toBe(15);
    }));
});

describe('the current task', () => {
  it('is the task while its source subscribes and is torn down', () =>
    runVirtual(function* () {
      const task: Task<unknown> = createTask(
        new Observable(() => {
          log.push(currentTask() === task);
        }),
        { name: 'a' },
      );
      yield;
      expect(log).toEqual([true]);
      task.cancel();
    }));
});

describe('foreign Observables', () => {
  interface Foreign {
    subscribe(observer: Subscriber<unknown>): { unsubscribe(): void };
  }
  const foreign = (subscribe: (observer: Subscriber<unknown>) => void): Foreign => ({
    subscribe(observer) {
      subscribe(observer);
      return { unsubscribe: () => log.push('unsubscribed') };
    },
  });

  it('are driven to their last value', () =>
    runVirtual(function* () {
      const source = foreign((observer) => {
        observer.next(1);
        getRunningLoop().callLater(5, () => {
          observer.next(2);
          observer.complete();
        });
      });
      const key = (Symbol as { observable?: symbol }).observable ?? '@@observable';
      expect(yield* createTask({ [key]: () => source } as unknown as Observable<number>)).toBe(2);
      expect(yield* createTask({ ...source, pipe: () => {} } as unknown as Observable<number>)).toBe(2);
    }));

  it('are unsubscribed by a cancel', () =>
    runVirtual(function* () {
      const source = { ...foreign(() => {}), pipe: () => {} };
      const task = createTask(source as unknown as Observable<number>);
      yield;
      task.cancel();
      yield* ended(task);
      expect(log).toEqual(['unsubscribed']);
      expect(task.cancelled()).toBe(true);
    }));
});

describe('with timers of RxJS, and ambient context on', () => {
  it('a coroutine that switchMap replaced from a timer is waited for', async () => {
    await run(async () => {
      const entered = new Set<number>();
      const tidy = new Event();
      const work = coroutine(function* (n: number) {
        try {
          entered.add(n);
          yield* sleep(Infinity);
        } finally {
          yield* tidy.wait();
          log.push(`${n} cleaned up`);
        }
      });
      const task = createTask(timer(0, 5).pipe(take(2), switchMap(work)));
      while (!entered.has(1)) await new Promise((resolve) => setTimeout(resolve, 1));
      expect(log).toEqual([]);
      task.cancel();
      tidy.set();
      await task.catch(() => {});
      expect(log.sort()).toEqual(['0 cleaned up', '1 cleaned up']);
    });
  });

  it('and one that it replaced long before the end of the source, which comes by itself', async () => {
    await run(async () => {
      const task = createTask(
        timer(0, 4).pipe(
          take(3),
          switchMap((n) => (n < 2 ? slow(n) : of('last'))),
        ),
      );
      expect(await task).toBe('last');
      expect(log).toEqual(['0 cleaned up', '1 cleaned up']);
    });
  });
});
