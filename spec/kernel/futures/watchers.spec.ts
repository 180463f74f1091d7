import {
  Observable,
  combineLatest,
  firstValueFrom,
  forkJoin,
  lastValueFrom,
  merge,
  of,
  race,
  switchMap,
  takeUntil,
  withLatestFrom,
} from 'rxjs';
import {
  type CancelledError,
  type ExceptionContext,
  type Future,
  type Task,
  asCompleted,
  coroutine,
  createTask,
  gather,
  getRunningLoop,
  isCancelled,
  run,
  sleep,
  wait,
} from 'rxtasks';
import { errorOf, runVirtual } from '../../support/virtual.js';

const log: unknown[] = [];
beforeEach(() => void log.splice(0));

const observer = (name: string) => ({
  next: (value: unknown) => log.push(`${name}: ${String(value)}`),
  error: (error: Error) => log.push(`${name}: ${error.name}`),
  complete: () => log.push(`${name} complete`),
});

const fails = coroutine(function* (ms: number) {
  yield* sleep(ms);
  throw new Error('boom');
});

describe('subscribing to a finished future', () => {
  it('delivers inside of subscribe, as AsyncSubject does', () =>
    runVirtual(function* () {
      const task = createTask(sleep(1, 'value'));
      yield* task;
      task.subscribe(observer('late'));
      expect(log).toEqual(['late: value', 'late complete']);
    }));

  it('lets withLatestFrom, race and takeUntil see it at once', () =>
    runVirtual(function* () {
      const task = createTask(sleep(1, 'value'));
      yield* task;
      of('x')
        .pipe(withLatestFrom(task))
        .subscribe((pair) => log.push(pair));
      race(task, of('other')).subscribe((value) => log.push(value));
      of('never').pipe(takeUntil(task)).subscribe(observer('until'));
      expect(log).toEqual([['x', 'value'], 'value', 'until complete']);
    }));

  it('delivers its error, or its cancellation', () =>
    runVirtual(function* () {
      const [failed, cancelled] = [createTask(fails(1)), createTask(sleep(5))];
      yield* sleep(2);
      cancelled.cancel();
      yield* wait([failed, cancelled]);
      failed.subscribe(observer('failed'));
      cancelled.subscribe(observer('cancelled'));
      expect(log).toEqual(['failed: Error', 'cancelled: CancelledError']);
    }));
});

describe('subscribing to a pending future', () => {
  it('delivers through the loop, in the order of registration among done callbacks', () =>
    runVirtual(function* () {
      const future = getRunningLoop().createFuture<number>();
      future.addDoneCallback(() => log.push('first callback'));
      future.subscribe(observer('watcher'));
      future.addDoneCallback(() => log.push('second callback'));
      future.setResult(1);
      expect(log).toEqual([]);
      yield;
      expect(log).toEqual(['first callback', 'watcher: 1', 'watcher complete', 'second callback']);
    }));

  it('delivers nothing once it is unsubscribed, though the future is done already', () =>
    runVirtual(function* () {
      const future = getRunningLoop().createFuture<number>();
      const watching = future.subscribe(observer('watcher'));
      future.setResult(1);
      watching.unsubscribe();
      yield;
      yield;
      expect(log).toEqual([]);
    }));

  it('stops watching by unsubscribing, and nothing else', () =>
    runVirtual(function* () {
      const task = createTask(sleep(10, 'value'));
      task.subscribe(observer('watcher')).unsubscribe();
      expect(yield* task).toBe('value');
      expect(log).toEqual([]);
    }));
});

describe('then and addDoneCallback', () => {
  it('never run synchronously, though the future is done', async () => {
    await run(async () => {
      const task = createTask(sleep(0, 1));
      await task;
      const reached = task.then(() => log.push('then'));
      task.addDoneCallback(() => log.push('callback'));
      expect(log).toEqual([]);
      await reached;
      await sleep(0);
      expect([...log].sort()).toEqual(['callback', 'then']);
    });
  });
});

describe('subscribe without an error handler', () => {
  it.each<[string, (task: Task<unknown>) => unknown]>([
    ['nothing', (task) => task.subscribe()],
    ['a function', (task) => task.subscribe((value) => log.push(value))],
    ['an observer of values', (task) => task.subscribe({ next: (value) => log.push(value) })],
    ['an observer of the end', (task) => task.subscribe({ complete: () => log.push('complete') })],
  ])('drops a CancelledError and reports any other error: given %s', async (_, subscribe) => {
    const reports: ExceptionContext[] = [];
    await runVirtual(
      function* () {
        const cancelled = createTask(sleep(5));
        const failed = createTask(fails(2), { name: 'failed' });
        subscribe(cancelled);
        subscribe(failed);
        yield* sleep(1);
        cancelled.cancel();
        yield* sleep(5);
        subscribe(cancelled);
      },
      { onContext: (context) => reports.push(context) },
    );
    expect(reports).toMatchObject([{ kind: 'unretrieved', exception: { message: 'boom' } }]);
    expect((reports[0]?.future as Task<unknown>).name).toBe('failed');
    expect(log).toEqual([]);
  });

  it('keeps `this` of an observer that is an object with methods', () =>
    runVirtual(function* () {
      class Collector {
        readonly values: unknown[] = [];
        next(value: unknown): void {
          this.values.push(value);
        }
      }
      const collector = new Collector();
      createTask(sleep(1, 'value')).subscribe(collector);
      yield* sleep(2);
      expect(collector.values).toEqual(['value']);
    }));

  it('passes an error to a handler given as an argument, as RxJS allows', () =>
    runVirtual(function* () {
      createTask(fails(1)).subscribe(null, (error: unknown) => log.push((error as Error).message));
      yield* sleep(2);
      expect(log).toEqual(['boom']);
    }));
});

describe('an operator', () => {
  it('takes futures as they are', () =>
    runVirtual(function* () {
      const task = (ms: number) => createTask(sleep(ms, ms));
      expect(yield* createTask(forkJoin([task(2), task(1)]))).toEqual([2, 1]);
      expect(yield* createTask(combineLatest({ a: task(2), b: task(1) }))).toEqual({ a: 2, b: 1 });
      expect(yield* createTask(of(1).pipe(switchMap(() => task(3))))).toBe(3);
      expect(yield* createTask(merge(task(2), task(1)))).toBe(2);
    }));

  it('is no owner of the futures that it watches', () =>
    runVirtual(function* () {
      const task = createTask(sleep(10, 'runs on'));
      const watching = of(1)
        .pipe(switchMap(() => task))
        .subscribe();
      yield;
      watching.unsubscribe();
      expect(task.cancelling()).toBe(0);
      expect(yield* task).toBe('runs on');
    }));

  it('owns the run of a cold coroutine', () =>
    runVirtual(function* () {
      const work = coroutine(function* () {
        try {
          yield* sleep(Infinity);
        } catch (error) {
          log.push(isCancelled(error) && error.source);
          throw error;
        }
      });
      const watching = of(1)
        .pipe(switchMap(() => work()))
        .subscribe();
      yield;
      watching.unsubscribe();
      yield* sleep(1);
      expect(log).toEqual(['unsubscribe']);
    }));

  it('on a promise side: firstValueFrom and lastValueFrom give the result', async () => {
    await run(async () => {
      const task = createTask(sleep(1, 'value'));
      expect(await firstValueFrom(task)).toBe('value');
      expect(await lastValueFrom(task)).toBe('value');
    });
  });
});

describe('laws for hot tasks', () => {
  const tasks = () => [3, 1, 2].map((ms) => createTask(sleep(ms, `${ms}`)));

  it('gather gives what forkJoin gives', () =>
    runVirtual(function* () {
      const hot = tasks();
      const joined = createTask(forkJoin(hot));
      expect(yield* gather(hot)).toEqual(yield* joined);
    }));

  it('asCompleted gives the tasks in the order in which merge gives their values', () =>
    runVirtual(function* () {
      const hot = tasks();
      const merged: string[] = [];
      merge(...hot).subscribe((value) => merged.push(value));
      const completed: string[] = [];
      asCompleted(hot).subscribe((task) => completed.push(task.result()));
      yield* wait(hot);
      yield;
      expect(completed).toEqual(['1', '2', '3']);
      expect(merged).toEqual(completed);
    }));
});

describe('cancel() of a gather', () => {
  it('cancels all children', () =>
    runVirtual(function* () {
      const children = [createTask(sleep(10)), createTask(sleep(20))];
      const gathering = gather(children);
      expect(gathering.cancel('all')).toBe(true);
      expect(yield* errorOf(gathering)).toMatchObject({ name: 'CancelledError', message: 'all' });
      expect(children.map((child) => child.cancelled())).toEqual([true, true]);
    }));
});

describe('the message of a cancel', () => {
  const cancelledTask = function* (message: string) {
    const task = createTask(sleep(10), { name: 'asked' });
    yield;
    task.cancel(message);
    yield* wait([task]);
    return task as Future<unknown>;
  };
  const message = (fn: () => unknown) => {
    try {
      fn();
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  };

  it('reaches the first consumer; those after it get an error without it', () =>
    runVirtual(function* () {
      const task = yield* cancelledTask('enough');
      expect(message(() => task.result())).toBe('enough');
      expect(message(() => task.result())).toBe('');
      expect(message(() => task.exception())).toBe('');
    }));

  it('is not used up by watchers and texts, which see the original error each time', () =>
    runVirtual(function* () {
      const task = yield* cancelledTask('enough');
      for (let i = 0; i < 2; i++) task.subscribe({ error: (error: unknown) => log.push((error as Error).message) });
      String(task);
      void task.then(null, (error) => log.push((error as Error).message));
      yield* sleep(1);
      expect(message(() => task.result())).toBe('enough');
      expect(log.slice(0, 2)).toEqual(['enough', 'enough']);
    }));

  it('is exactly what was given; who asked and why are beside it, not enumerable', () =>
    runVirtual(function* () {
      const task = createTask(sleep(10));
      yield;
      const asker = createTask(
        function* () {
          yield;
          task.cancel('reason');
        },
        { name: 'asker' },
      );
      yield* asker;
      const error = (yield* errorOf(task)) as CancelledError;
      expect(error.message).toBe('reason');
      expect([error.source, error.requester]).toEqual(['cancel', 'asker']);
      expect(Object.keys(error)).toEqual([]);
    }));
});

describe('progress$', () => {
  it('emits during report(), replays the last report to late watchers, and completes with the task', () =>
    runVirtual(function* () {
      const task = createTask(function* (self: Task<unknown, number>) {
        self.report(1);
        yield* sleep(1);
        self.report(2);
        log.push('reported');
        yield* sleep(5);
        self.report(3);
      });
      task.progress$.subscribe(observer('early'));
      yield* sleep(3);
      task.progress$.subscribe(observer('late'));
      yield* task;
      expect(log).toEqual([
        'early: 1',
        'early: 2',
        'reported',
        'late: 2',
        'early: 3',
        'late: 3',
        'early complete',
        'late complete',
      ]);
      task.progress$.subscribe(observer('after'));
      expect(log.slice(-2)).toEqual(['after: 3', 'after complete']);
    }));

  it.each<[string, () => Task<unknown>]>([
    ['fails', () => createTask(fails(1))],
    [
      'is cancelled',
      () => {
        const task = createTask(sleep(5));
        getRunningLoop().callLater(1, () => task.cancel());
        return task;
      },
    ],
    [
      'is cancelled before its start',
      () => {
        const task = createTask(sleep(5));
        task.cancel();
        return task;
      },
    ],
  ])('completes and never errors, though the task %s', (_, start) =>
    runVirtual(function* () {
      const task = start();
      task.progress$.subscribe(observer('progress'));
      yield* errorOf(task);
      expect(log).toEqual(['progress complete']);
    }),
  );

  it('is made only when somebody asks; what was reported before is replayed', () =>
    runVirtual(function* () {
      const task = createTask(function* (self: Task<unknown, string>) {
        self.report('a');
        self.report('b');
        yield* sleep(5);
      });
      yield* sleep(1);
      task.progress$.subscribe((value) => log.push(value));
      expect(log).toEqual(['b']);
    }));
});

describe('what RxJS keeps for itself', () => {
  it('is not among our members', () =>
    runVirtual(function* () {
      const plain = new Observable<number>(() => {});
      for (const ours of [createTask(sleep(1)), getRunningLoop().createFuture(), sleep(1)]) {
        const added = new Set<string>();
        for (let o: object = ours; o !== Observable.prototype; o = Object.getPrototypeOf(o) as object) {
          for (const key of Object.getOwnPropertyNames(o)) added.add(key);
        }
        for (const key of Object.getOwnPropertyNames(plain)) added.delete(key);
        for (const key of ['source', 'operator', 'lift', 'forEach']) expect(added).not.toContain(key);
        expect([...added].filter((key) => key.startsWith('_'))).toEqual([]);
      }
      yield;
    }));

  it('leaves the loop and internals out of what is enumerable', () =>
    runVirtual(function* () {
      const plain = Object.keys(new Observable<number>(() => {}));
      const task = createTask(sleep(1));
      String(task);
      void task.signal;
      task.progress$.subscribe();
      for (const ours of [task, getRunningLoop().createFuture(), sleep(1)]) {
        expect(Object.keys(ours).filter((key) => !plain.includes(key))).toEqual([]);
        const listed: string[] = [];
        for (const key in ours) listed.push(key);
        expect(listed).not.toContain('loop');
      }
      yield* task;
    }));
});
