import {
  EMPTY,
  EmptyError,
  NEVER,
  Observable,
  type Subscriber,
  concat,
  from,
  observable as observableKey,
  of,
  throwError,
  timer,
} from 'rxjs';
import {
  CancelledError,
  Coroutine,
  type ExceptionContext,
  RuntimeError,
  type Task,
  type TaskFunction,
  type TaskSource,
  allTasks,
  coroutine,
  createTask,
  currentTask,
  getEventLoop,
  getRunningLoop,
  resultOf,
  run,
  sleep,
} from 'rxtasks';
import { reportUnretrieved } from '../../lib/kernel/index.js';
import { errorOf, idleLoop, runVirtual, thrownBy } from '../support/virtual.js';

/** What can be waited for in virtual time, each giving 'value' after 10 ms. */
const sources: [string, () => TaskSource<string> | TaskFunction<string>][] = [
  ['a coroutine', () => sleep(10, 'value')],
  ['a task', () => createTask(sleep(10, 'value'))],
  [
    'a future',
    () => {
      const future = getRunningLoop().createFuture<string>();
      getRunningLoop().callLater(10, () => future.setResult('value'));
      return future;
    },
  ],
  [
    'a generator',
    () =>
      (function* () {
        return yield* sleep(10, 'value');
      })(),
  ],
  [
    'a generator function',
    () =>
      function* () {
        return yield* sleep(10, 'value');
      },
  ],
  [
    'an Observable',
    () => concat(of('first'), timer(10, getRunningLoop().scheduler), of('value')) as Observable<string>,
  ],
  [
    'a foreign Observable, through Symbol.observable',
    () => ({ [observableKey]: () => sleep(10, 'value') }) as unknown as TaskSource<string>,
  ],
  [
    'a foreign Observable, through subscribe and pipe',
    () => {
      const inner = sleep(10, 'value').asObservable();
      return {
        subscribe: (observer: Subscriber<string>) => {
          const subscription = inner.subscribe(observer);
          return { unsubscribe: () => subscription.unsubscribe() };
        },
        pipe: () => undefined,
      } as unknown as TaskSource<string>;
    },
  ],
  [
    'a thenable',
    () =>
      ({
        then: (resolve: (value: string) => void) => void getRunningLoop().callLater(10, resolve, 'value'),
      }) as unknown as PromiseLike<string>,
  ],
  ['a function to an Observable', () => () => sleep(10, 'value').asObservable()],
  ['a function to a coroutine', () => () => sleep(10, 'value')],
];

describe('resultOf', () => {
  it.each(sources)('gives the result of %s', async (_name, source) => {
    await runVirtual(function* (task) {
      const given = source() as TaskSource<string>;
      const before = allTasks().size;
      const waiting = resultOf(given);
      expect(waiting).toBeInstanceOf(Coroutine);
      expect(yield* waiting).toBe('value');
      expect(getRunningLoop().time()).toBe(10);
      expect(allTasks().size).toBeLessThanOrEqual(before);
      expect(currentTask()).toBe(task);
    });
  });

  it('gives the result of a promise, an async function and an async iterable', async () => {
    const seen = await run(function* () {
      const one = yield* resultOf(Promise.resolve('promise'));
      const two = yield* resultOf(async () => {
        await sleep(1);
        return 'async function';
      });
      const three = yield* resultOf(
        (async function* () {
          yield 'first';
          await sleep(1);
          yield 'async iterable';
        })(),
      );
      const four = yield* resultOf(async function* () {
        await Promise.resolve();
        yield 'function to an async iterable';
      });
      return [one, two, three, four];
    });
    expect(seen).toEqual(['promise', 'async function', 'async iterable', 'function to an async iterable']);
  });

  it('gives the same in an async function', async () => {
    const seen = await run(async () => {
      const plain = await resultOf(from(['a', 'b']));
      const later = await resultOf(async () => {
        await sleep(1);
        return 'async function';
      });
      return [plain, later, await resultOf(sleep(1, 'coroutine'))];
    });
    expect(seen).toEqual(['b', 'async function', 'coroutine']);
  });

  it('runs the source inside of the waiting task, which a function is given', async () => {
    await runVirtual(function* (task) {
      let seen: unknown[] = [];
      const before = allTasks().size;
      yield* resultOf((argument) => {
        seen = [argument === (task as unknown), currentTask() === task, allTasks().size];
        return of(1);
      });
      expect(seen).toEqual([true, true, before]);
    });
  });

  it('is cold: starts nothing before it is awaited, and each wait is a fresh run', async () => {
    await runVirtual(function* () {
      let subscriptions = 0;
      const waiting = resultOf(
        new Observable<number>((subscriber) => {
          subscriber.next(++subscriptions);
          subscriber.complete();
        }),
      );
      yield;
      expect(subscriptions).toBe(0);
      expect(yield* waiting).toBe(1);
      expect(yield* waiting).toBe(2);
    });
  });

  it('waits for a promise as often as it is awaited, since that runs but once', async () => {
    const promise = new Promise<string>((resolve) => setTimeout(resolve, 2, 'value'));
    const seen = await run(function* () {
      const waiting = resultOf(promise);
      return [yield* waiting, yield* waiting];
    });
    expect(seen).toEqual(['value', 'value']);
  });

  describe('when the source fails', () => {
    const boom = new RangeError('boom');
    const failing: [string, () => TaskSource<unknown> | TaskFunction<unknown>][] = [
      ['a coroutine', () => failingCoroutine(boom)],
      [
        'an Observable',
        () =>
          concat(
            of(1),
            throwError(() => boom),
          ),
      ],
      [
        'a function that throws',
        () => () => {
          throw boom;
        },
      ],
      ['a thenable', () => ({ then: (_: unknown, reject: (error: unknown) => void) => reject(boom) }) as never],
      [
        'a future',
        () => {
          const future = getRunningLoop().createFuture();
          future.setException(boom);
          return future;
        },
      ],
    ];

    it.each(failing)('throws the very error of %s', async (_name, source) => {
      await runVirtual(function* () {
        expect(yield* errorOf(resultOf(source() as TaskSource<unknown>))).toBe(boom);
      });
    });

    it('throws the error of a promise, an async function and an async iterable', async () => {
      await run(function* () {
        expect(yield* errorOf(resultOf(Promise.reject(boom)))).toBe(boom);
        expect(yield* errorOf(resultOf(() => Promise.reject(boom)))).toBe(boom);
        const iterable = async function* () {
          await Promise.resolve();
          yield 1;
          throw boom;
        };
        expect(yield* errorOf(resultOf(iterable()))).toBe(boom);
      });
    });

    it('throws an EmptyError for a source without a value', async () => {
      await runVirtual(function* () {
        expect(yield* errorOf(resultOf(EMPTY))).toBeInstanceOf(EmptyError);
      });
    });
  });

  describe('when the waiting task is cancelled', () => {
    it('unsubscribes from an Observable', async () => {
      const events: string[] = [];
      await runVirtual(function* () {
        const source$ = new Observable<never>(() => () => events.push('unsubscribed'));
        const task = createTask(function* () {
          try {
            yield* resultOf(source$);
          } catch (error) {
            events.push((error as Error).message);
            throw error;
          }
        });
        yield* sleep(5);
        task.cancel('enough');
        expect(events).toEqual(['unsubscribed']);
        expect(yield* errorOf(task)).toEqual(new CancelledError('enough'));
      });
      expect(events).toEqual(['unsubscribed', 'enough']);
    });

    it('throws at the yield* of a coroutine, and cancels a task along', async () => {
      await runVirtual(function* () {
        const events: string[] = [];
        const inner = coroutine(function* () {
          try {
            yield* sleep(1000);
          } finally {
            yield* sleep(5);
            events.push(`cleaned up at ${getRunningLoop().time()}`);
          }
        });
        const given = createTask(sleep(1000));
        const tasks = [
          createTask(function* () {
            yield* resultOf(inner());
          }),
          createTask(function* () {
            yield* resultOf(given);
          }),
        ];
        yield* sleep(10);
        for (const task of tasks) task.cancel();
        for (const task of tasks) expect(yield* errorOf(task)).toBeInstanceOf(CancelledError);
        expect(events).toEqual(['cleaned up at 15']);
        expect(given.cancelled()).toBe(true);
      });
    });

    it('waits for the clean-up of a coroutine that an Observable has subscribed to', async () => {
      await runVirtual(function* () {
        const loop = getRunningLoop();
        const inner = coroutine(function* () {
          try {
            yield* sleep(1000);
          } finally {
            yield* sleep(7);
          }
          return 'never';
        });
        const task = createTask(function* () {
          yield* resultOf(concat(of(1), inner()));
        });
        yield* sleep(10);
        task.cancel();
        expect(yield* errorOf(task)).toBeInstanceOf(CancelledError);
        expect(loop.time()).toBe(17);
      });
    });

    it('abandons a promise, which makes it interruptible, and reports its rejection if that comes later', async () => {
      const contexts: ExceptionContext[] = [];
      let reject = (_error: Error): void => {};
      await run(function* () {
        getRunningLoop().setExceptionHandler((_loop, context) => contexts.push(context));
        const task = createTask(function* () {
          yield* resultOf(new Promise<never>((_resolve, rejectPromise) => (reject = rejectPromise)));
        });
        yield* sleep(1);
        task.cancel('enough');
        expect(yield* errorOf(task)).toEqual(new CancelledError('enough'));
        expect(contexts).toEqual([]);
        reject(new RangeError('too late'));
        yield* sleep(1);
      });
      expect(contexts.map(({ kind, exception }) => [kind, exception])).toEqual([
        ['late-rejection', new RangeError('too late')],
      ]);
    });

    it('reaches an async function where it awaits this library', async () => {
      const events: string[] = [];
      await run(function* () {
        const task = createTask(function* () {
          yield* resultOf(async () => {
            try {
              await sleep(1000);
            } finally {
              await sleep(1);
              events.push('cleaned up');
            }
          });
        });
        yield* sleep(1);
        task.cancel('enough');
        expect(yield* errorOf(task)).toEqual(new CancelledError('enough'));
      });
      expect(events).toEqual(['cleaned up']);
    });

    it('closes an async iterable with return(), and waits for that', async () => {
      const events: string[] = [];
      const numbers = {
        [Symbol.asyncIterator]: () => ({
          next: () => new Promise<IteratorResult<number>>(() => {}),
          return: async () => {
            await new Promise((resolve) => setTimeout(resolve, 2));
            events.push('returned');
            return { done: true as const, value: undefined };
          },
        }),
      };
      await run(function* () {
        const task = createTask(function* () {
          yield* resultOf(numbers as AsyncIterable<number>);
        });
        yield* sleep(1);
        task.cancel();
        expect(yield* errorOf(task)).toBeInstanceOf(CancelledError);
        expect(events).toEqual(['returned']);
      });
    });

    it('never starts a source if that came before', async () => {
      await runVirtual(function* () {
        let started = false;
        const task: Task<void> = createTask(function* () {
          yield* resultOf(
            new Observable<never>(() => {
              started = true;
            }),
          );
        });
        task.cancel();
        expect(yield* errorOf(task)).toBeInstanceOf(CancelledError);
        expect(started).toBe(false);
      });
    });
  });

  it('attaches to a promise at the call, so that no rejection goes unnoticed', async () => {
    await run(function* () {
      const waiting = resultOf(Promise.reject(new RangeError('boom')));
      yield* sleep(2);
      expect(yield* errorOf(waiting)).toEqual(new RangeError('boom'));
    });
  });

  it('made where no loop runs is awaited on the loop of the run, and its error is told once', async () => {
    const boom = new RangeError('boom');
    const reports: unknown[] = [];
    const outside = getEventLoop();
    outside.setExceptionHandler((_loop, context) => reports.push(context.exception));
    try {
      await expect(run(resultOf(Promise.reject(boom)))).rejects.toBe(boom);
      const later = new Promise<never>((_resolve, reject) => setTimeout(reject, 2, boom));
      await expect(run(resultOf(later))).rejects.toBe(boom);
      reportUnretrieved(outside);
      expect(reports).toEqual([]);
    } finally {
      outside.setExceptionHandler(null);
    }
  });

  it('refuses what is not a source with a TypeError, at the call', () => {
    for (const [neither, got] of [
      [5, '5 (number)'],
      [null, 'null'],
      ['text', '"text" (string); for its items use from(items)'],
      [[1], '[1]; for its items use from(items)'],
    ]) {
      const error = thrownBy(() => resultOf(neither as never)) as Error;
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toMatch(/^resultOf\(source\): expected a coroutine, an Observable, a promise/);
      expect(error.message).toContain(`got ${got as string}`);
    }
  });

  it('refuses a future of another loop where it is awaited', async () => {
    const foreign = idleLoop().loop.createFuture();
    const main = runVirtual(function* () {
      yield* resultOf(foreign);
    });
    await expect(main).rejects.toThrow(RuntimeError);
  });

  it('is an Observable as every coroutine, whose unsubscription ends the source', async () => {
    const events: string[] = [];
    await runVirtual(function* () {
      const source$ = new Observable<number>((subscriber) => {
        subscriber.next(1);
        return () => events.push('torn down');
      });
      const subscription = resultOf(source$).subscribe(() => events.push('next'));
      yield* sleep(1);
      subscription.unsubscribe();
      yield* sleep(1);
      expect(events).toEqual(['torn down']);
      const never = resultOf(NEVER).subscribe();
      never.unsubscribe();
    });
  });
});

const failingCoroutine = coroutine(function* (error: Error) {
  yield;
  throw error;
});
