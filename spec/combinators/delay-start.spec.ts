import {
  EMPTY,
  EmptyError,
  Observable,
  concat,
  observable as observableKey,
  of,
  throwError,
  timer,
  toArray,
} from 'rxjs';
import {
  CancelledError,
  Coroutine,
  type Task,
  type TaskFunction,
  type TaskSource,
  allTasks,
  coroutine,
  createTask,
  currentTask,
  delayStart,
  getRunningLoop,
  resultOf,
  run,
  sleep,
} from 'rxtasks';
import { errorOf, runVirtual, thrownBy } from '../support/virtual.js';

describe('delayStart(ms, source)', () => {
  const sources: [string, () => TaskSource<string> | TaskFunction<string>][] = [
    ['a coroutine', () => sleep(5, 'value')],
    [
      'a generator',
      () =>
        (function* () {
          return yield* sleep(5, 'value');
        })(),
    ],
    [
      'a generator function',
      () =>
        function* () {
          return yield* sleep(5, 'value');
        },
    ],
    ['an Observable', () => concat(of('first'), sleep(5, 'value'))],
    ['a foreign Observable', () => ({ [observableKey]: () => sleep(5, 'value') }) as unknown as TaskSource<string>],
    ['a function to an Observable', () => () => sleep(5, 'value').asObservable()],
  ];

  it.each(sources)('starts %s when the time is over, and gives its result', async (_name, source) => {
    await runVirtual(function* () {
      const delayed = delayStart(10, source() as TaskSource<string>);
      expect(delayed).toBeInstanceOf(Coroutine);
      expect(yield* delayed).toBe('value');
      expect(getRunningLoop().time()).toBe(15);
    });
  });

  it('starts an async function and an async iterable when the time is over', async () => {
    const started: string[] = [];
    const results = await run(function* () {
      const one = createTask(
        delayStart(3, async () => {
          started.push('async function');
          await sleep(1);
          return 'one';
        }),
      );
      const two = createTask(
        delayStart(
          3,
          (async function* () {
            started.push('async iterable');
            yield await Promise.resolve('two');
          })(),
        ),
      );
      yield* sleep(1);
      expect(started).toEqual([]);
      return [yield* one, yield* two];
    });
    expect(results).toEqual(['one', 'two']);
    expect(started).toEqual(['async function', 'async iterable']);
  });

  it('delays only the waiting for what runs already: a future and a promise', async () => {
    await runVirtual(function* () {
      const task = createTask(sleep(5, 'value'));
      const delayed = createTask(delayStart(10, task));
      yield* task;
      expect(getRunningLoop().time()).toBe(5);
      expect(delayed.done()).toBe(false);
      expect(yield* delayed).toBe('value');
      expect(getRunningLoop().time()).toBe(10);
    });
    expect(await run(delayStart(1, Promise.resolve('promise')))).toBe('promise');
  });

  it('takes note of a promise at the call: one that is rejected meanwhile is no unhandled rejection', async () => {
    const boom = new RangeError('boom');
    await run(function* () {
      expect(yield* errorOf(delayStart(3, Promise.reject(boom)))).toBe(boom);
    });
  });

  it('is cold: runs in the waiting task, afresh each time, or in the background as a task', async () => {
    await runVirtual(function* (main) {
      const loop = getRunningLoop();
      const seen: [Task<unknown> | null, number][] = [];
      const work = coroutine(function* () {
        seen.push([currentTask(), loop.time()]);
        yield;
        return seen.length;
      });
      const delayed = delayStart(10, work());
      yield* sleep(100);
      expect(seen).toEqual([]);
      expect(yield* delayed).toBe(1);
      expect(yield* delayed).toBe(2);
      expect(allTasks().size).toBe(1);
      const background = createTask(delayed, { name: 'background' });
      yield* sleep(5);
      expect(seen.length).toBe(2);
      expect(yield* background).toBe(3);
      expect(seen.map(([task, time]) => [task?.name, time])).toEqual([
        [main.name, 110],
        [main.name, 120],
        ['background', 130],
      ]);
    });
  });

  it('cancelled before the time is over never starts the source, and leaves no timer', async () => {
    await runVirtual(function* () {
      const loop = getRunningLoop();
      const started: string[] = [];
      const task = createTask(
        delayStart(1000, () => {
          started.push('called');
          return of(1);
        }),
      );
      yield* sleep(10);
      task.cancel('changed my mind');
      expect(yield* errorOf(task)).toEqual(new CancelledError('changed my mind'));
      expect(loop.time()).toBe(10);
      expect(loop.pending.timers).toBe(0);
      expect(started).toEqual([]);
    });
  });

  it('cancelled afterwards cancels the source', async () => {
    await runVirtual(function* () {
      const events: string[] = [];
      const source$ = new Observable<never>(() => {
        events.push('subscribed');
        return () => events.push('unsubscribed');
      });
      const task = createTask(delayStart(10, source$));
      yield* sleep(20);
      task.cancel();
      expect(yield* errorOf(task)).toBeInstanceOf(CancelledError);
      expect(events).toEqual(['subscribed', 'unsubscribed']);

      const body = coroutine(function* () {
        try {
          yield* sleep(1000);
        } finally {
          yield* sleep(3);
          events.push(`cleaned up at ${getRunningLoop().time()}`);
        }
      });
      const working = createTask(delayStart(10, body()));
      yield* sleep(20);
      working.cancel();
      yield* errorOf(working);
      expect(events.at(-1)).toBe('cleaned up at 43');
    });
  });

  it('fails as the source does', async () => {
    await runVirtual(function* () {
      const boom = new RangeError('boom');
      expect(
        yield* errorOf(
          delayStart(
            1,
            throwError(() => boom),
          ),
        ),
      ).toBe(boom);
      expect(yield* errorOf(delayStart(1, EMPTY))).toBeInstanceOf(EmptyError);
      expect(
        yield* errorOf(
          delayStart(1, () => {
            throw boom;
          }),
        ),
      ).toBe(boom);
    });
  });

  it('of no time lets others run once, and of Infinity never starts', async () => {
    await runVirtual(function* () {
      const loop = getRunningLoop();
      const events: string[] = [];
      loop.callSoon(() => events.push('others'));
      for (const ms of [0, -5]) {
        yield* delayStart(ms, () => {
          events.push('started');
          return of(1);
        });
      }
      expect(events).toEqual(['others', 'started', 'started']);
      expect(loop.time()).toBe(0);
      const never = createTask(delayStart(Infinity, of(1)));
      yield* sleep(1e9);
      expect(never.done()).toBe(false);
    });
  });

  it('refuses at the call what is no time and what is not a source', () => {
    expect(() => delayStart(NaN, of(1))).toThrow(
      new RangeError('delayStart(ms, source): expected ms in milliseconds, got NaN'),
    );
    expect(() => delayStart('5' as never, of(1))).toThrow(
      new TypeError('delayStart(ms, source): expected ms in milliseconds, a number, got "5" (string)'),
    );
    expect(() => delayStart(sleep(1) as never)).toThrow(TypeError);
    const error = thrownBy(() => delayStart(5, 5 as never)) as Error;
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/^delayStart\(ms, source\): expected a coroutine.*got 5 \(number\)$/);
    expect(thrownBy(() => delayStart(5, undefined as never))).toBeInstanceOf(TypeError);
  });
});

describe('delayStart(ms), the operator', () => {
  it('subscribes to the source when the time is over, and passes all of its values', async () => {
    await runVirtual(function* () {
      const loop = getRunningLoop();
      const seen: unknown[] = [];
      const source$ = new Observable<string>((subscriber) => {
        seen.push(`subscribed at ${loop.time()}`);
        subscriber.next('a');
        const handle = loop.callLater(5, () => {
          subscriber.next('b');
          subscriber.complete();
        });
        return () => handle.cancel();
      });
      const values = yield* resultOf(source$.pipe(delayStart(30), toArray()));
      expect(values).toEqual(['a', 'b']);
      expect(seen).toEqual(['subscribed at 30']);
      expect(loop.time()).toBe(35);
    });
  });

  it('passes completion without a value, and errors', async () => {
    await runVirtual(function* () {
      expect(yield* resultOf(EMPTY.pipe(delayStart(5), toArray()))).toEqual([]);
      const boom = new Error('boom');
      const failing = concat(
        of(1),
        throwError(() => boom),
      ).pipe(delayStart(5));
      const seen: unknown[] = [];
      failing.subscribe({ next: (value) => seen.push(value), error: (error: unknown) => seen.push(error) });
      yield* sleep(10);
      expect(seen).toEqual([1, boom]);
    });
  });

  it('never subscribes when it is unsubscribed before, and unsubscribes the source afterwards', async () => {
    await runVirtual(function* () {
      const loop = getRunningLoop();
      const events: string[] = [];
      const source$ = new Observable<number>(() => {
        events.push('subscribed');
        return () => events.push('unsubscribed');
      }).pipe(delayStart(10));
      const early = source$.subscribe();
      yield* sleep(5);
      early.unsubscribe();
      yield* sleep(20);
      expect(events).toEqual([]);
      expect(loop.pending.timers).toBe(0);

      const late = source$.subscribe();
      yield* sleep(20);
      expect(events).toEqual(['subscribed']);
      late.unsubscribe();
      expect(events).toEqual(['subscribed', 'unsubscribed']);
    });
  });

  it('delays each subscription', async () => {
    await runVirtual(function* () {
      const loop = getRunningLoop();
      const times: number[] = [];
      const source$ = of(1).pipe(delayStart(10));
      source$.subscribe(() => times.push(loop.time()));
      yield* sleep(5);
      source$.subscribe(() => times.push(loop.time()));
      yield* sleep(20);
      expect(times).toEqual([10, 15]);
    });
  });

  it('in a task is cancelled with it, and the task waits for the clean-up of a coroutine that it started', async () => {
    await runVirtual(function* () {
      const loop = getRunningLoop();
      const body = coroutine(function* () {
        try {
          yield* sleep(1000);
        } finally {
          yield* sleep(7);
        }
        return 1;
      });
      const waiting = createTask(timer(1, loop.scheduler).pipe(delayStart(100)));
      const working = createTask(body().pipe(delayStart(10)));
      yield* sleep(20);
      waiting.cancel();
      working.cancel();
      expect(yield* errorOf(waiting)).toBeInstanceOf(CancelledError);
      expect(loop.time()).toBe(20);
      expect(yield* errorOf(working)).toBeInstanceOf(CancelledError);
      expect(loop.time()).toBe(27);
    });
  });

  it('refuses what is no time, at the call', () => {
    expect(() => delayStart(NaN)).toThrow(RangeError);
    expect(() => delayStart('5' as never)).toThrow(TypeError);
  });
});
