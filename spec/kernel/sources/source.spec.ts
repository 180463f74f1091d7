import type { Observable } from 'rxjs';
import { EMPTY, EmptyError, defer, of } from 'rxjs';
import {
  type Resume,
  type Task,
  allTasks,
  coroutine,
  createTask,
  ensureFuture,
  gather,
  getRunningLoop,
  isCancelled,
  resultOf,
  run,
  shield,
  sleep,
  wait,
} from 'rxtasks';
import { runVirtual, thrownBy } from '../../support/virtual.js';
import { settled } from '../tasks/frame-by-frame.js';

const log: unknown[] = [];
beforeEach(() => void log.splice(0));

const note = <T>(value: T): T => {
  log.push('started');
  return value;
};

/** Every source whose start can be seen. */
const startable: [string, () => unknown][] = [
  [
    'a coroutine',
    () =>
      coroutine(function* () {
        yield;
        return note(1);
      })(),
  ],
  [
    'a generator object',
    () =>
      (function* () {
        yield;
        return note(1);
      })(),
  ],
  [
    'a generator function',
    () =>
      function* () {
        yield;
        return note(1);
      },
  ],
  ['an Observable', () => defer(() => of(note(1)))],
  [
    'a foreign Observable',
    () => ({
      pipe: () => {},
      subscribe: (observer: { next(value: number): void; complete(): void }) => {
        observer.next(note(1));
        observer.complete();
        return { unsubscribe: () => {} };
      },
    }),
  ],
  [
    'an interop Observable',
    () => ({ [(Symbol as { observable?: symbol }).observable ?? '@@observable']: () => of(note(1)) }),
  ],
  ['an async function', () => async () => note(1)],
  ['a function that gives a promise', () => () => Promise.resolve(note(1))],
  ['a function that gives an Observable', () => () => of(note(1))],
  [
    'a function that gives a generator',
    () => () =>
      (function* () {
        yield;
        return note(1);
      })(),
  ],
  [
    'a function that gives a coroutine',
    () => () =>
      coroutine(function* () {
        yield;
        return note(1);
      })(),
  ],
  [
    'a function that gives an async iterable',
    () => () =>
      (async function* () {
        yield note(1);
      })(),
  ],
  [
    'an async generator object',
    () =>
      (async function* () {
        yield note(1);
      })(),
  ],
  [
    'an async iterable',
    () => ({
      [Symbol.asyncIterator]: () => {
        note(1);
        return one();
      },
    }),
  ],
  [
    'a ReadableStream',
    () =>
      new ReadableStream<number>(
        {
          pull(controller) {
            controller.enqueue(note(1));
            controller.close();
          },
        },
        { highWaterMark: 0 },
      ),
  ],
];

async function* one() {
  yield 1;
}

describe.each(startable)('%s', (_, source) => {
  it('starts in the first step of its task, in the next iteration of the loop', () =>
    run(function* () {
      const task = createTask(source() as Observable<number>);
      expect(log).toEqual([]);
      expect(yield* task).toBe(1);
      expect(log).toEqual(['started']);
    }));

  it('starts at once in an eager task', () =>
    run(function* () {
      const task = createTask(source() as Observable<number>, { eager: true });
      if (log.length === 0) yield; // a coroutine of ours yields before it says so
      expect(log).toEqual(['started']);
      expect(yield* task).toBe(1);
    }));

  it('is never started if the task is cancelled before', () =>
    run(function* () {
      const task = createTask(source() as Observable<number>);
      task.cancel();
      yield* sleep(1);
      yield;
      expect(task.cancelled()).toBe(true);
      expect(log).toEqual([]);
    }));

  it('can be waited for by resultOf, in a coroutine and in an async function', async () => {
    expect(await run(resultOf(source() as Observable<number>))).toBe(1);
    expect(await run(async (task) => task.resultOf(source() as Observable<number>))).toBe(1);
  });
});

describe('a promise', () => {
  it('runs already: its result is that of the task', () =>
    run(function* () {
      expect(yield* createTask(Promise.resolve('value'))).toBe('value');
      const error = new Error('boom');
      const failed = createTask(Promise.reject(error));
      yield* sleep(1);
      expect(failed.exception()).toBe(error);
    }));

  it('is attached to at the creation of its task', () =>
    run(function* () {
      let attached = false;
      const thenable = {
        then: (resolve: (value: number) => void) => {
          attached = true;
          resolve(1);
        },
      };
      const task = createTask(thenable as PromiseLike<number>);
      expect(attached).toBe(true);
      expect(yield* task).toBe(1);
    }));

  it('is abandoned by a cancel, at once', () =>
    run(function* () {
      const task = createTask(new Promise<never>(() => {}));
      yield;
      task.cancel('enough');
      yield* sleep(0);
      yield;
      expect(task.cancelled()).toBe(true);
    }));

  it('can be waited for more than once by one resultOf, and each wait is cancelled for itself', () =>
    run(function* () {
      const cold = resultOf(new Promise((resolve) => setTimeout(resolve, 300, 'value')));
      const [a, b] = [createTask(cold), createTask(cold)];
      yield* sleep(1);
      a.cancel();
      expect(yield* b).toBe('value');
      expect(a.cancelled()).toBe(true);
      expect(yield* cold).toBe('value');
    }));

  it('cannot be shielded, but the function that makes it can', () =>
    run(function* () {
      const work = async () => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        return 'saved';
      };
      const saved = createTask(work);
      const waiter = createTask(shield(saved));
      yield* sleep(1);
      waiter.cancel();
      expect(yield* saved).toBe('saved');
      expect(waiter.cancelled()).toBe(true);
    }));
});

describe('an async iterable', () => {
  it('gives its last value; every value is progress', () =>
    run(function* () {
      const task = createTask(
        (async function* () {
          yield 1;
          yield 2;
        })(),
      );
      task.progress$.subscribe((value) => log.push(value));
      expect(yield* task).toBe(2);
      expect(log).toEqual([1, 2]);
    }));

  it('without a value is an EmptyError, unless there is a default value', () =>
    run(function* () {
      const empty = async function* () {};
      const task = createTask(empty());
      yield* wait([task]);
      expect(task.exception()).toBeInstanceOf(EmptyError);
      expect(yield* createTask(empty(), { defaultValue: 3 })).toBe(3);
    }));

  it('is closed by a cancel, and its clean-up is awaited', () =>
    run(function* () {
      const task = createTask(
        (async function* () {
          try {
            yield 1;
            await new Promise((resolve) => setTimeout(resolve, 5));
            yield 2;
          } finally {
            await new Promise((resolve) => setTimeout(resolve, 5));
            log.push('closed');
          }
        })(),
      );
      yield* sleep(1);
      task.cancel();
      try {
        yield* task;
      } catch (error) {
        log.push(isCancelled(error));
      }
      expect(log).toEqual(['closed', true]);
    }));

  it('fails its task by an error of its own, and is not closed then', () =>
    run(function* () {
      const error = new Error('boom');
      const task = createTask({
        [Symbol.asyncIterator]: () => ({
          next: () => Promise.reject(error),
          return: () => {
            log.push('return');
            return Promise.resolve({ done: true as const, value: undefined });
          },
        }),
      });
      yield* wait([task]);
      expect(task.exception()).toBe(error);
      expect(log).toEqual([]);
    }));

  it('may give plain results instead of promises, as for await takes them', () =>
    run(function* () {
      let n = 0;
      const source = {
        [Symbol.asyncIterator]: () => ({ next: () => ({ done: n++ === 2, value: n }) }),
      } as unknown as AsyncIterable<number>;
      expect(yield* createTask(source)).toBe(2);
    }));

  it('may lack return()', () =>
    run(function* () {
      const task = createTask({ [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) });
      yield* sleep(1);
      task.cancel();
      yield* sleep(1);
      expect(task.cancelled()).toBe(true);
    }));
});

describe('a future', () => {
  it('is given back by ensureFuture; createTask makes a task that awaits it', () =>
    runVirtual(function* () {
      const future = getRunningLoop().createFuture<number>();
      expect(ensureFuture(future)).toBe(future);
      const task = createTask(future);
      expect(task).not.toBe(future);
      yield;
      future.setResult(1);
      expect(yield* task).toBe(1);
    }));

  it('is cancelled along with the task that awaits it', () =>
    runVirtual(function* () {
      const future = getRunningLoop().createFuture<number>();
      const task = createTask(future);
      yield;
      task.cancel();
      expect(future.cancelled()).toBe(true);
      yield;
      yield;
      expect(task.cancelled()).toBe(true);
    }));
});

describe('what is not a source', () => {
  const refused: [string, unknown][] = [
    ['a string', 'text'],
    ['an array', [1]],
    ['a set', new Set([1])],
    ['an iterator of an array', [1][Symbol.iterator]()],
    ['a number', 5],
    ['null', null],
    ['undefined', undefined],
    ['an object', {}],
    ['an object that has only subscribe, as a Redis client', { subscribe: () => {} }],
  ];

  it.each(refused)('is refused at the call, with nothing started: %s', (_, value) =>
    runVirtual(function* () {
      const before = allTasks().size;
      for (const call of [createTask, ensureFuture, resultOf, shield, (x: never) => gather([x])]) {
        expect(thrownBy(() => (call as (x: unknown) => unknown)(value))).toBeInstanceOf(TypeError);
      }
      expect(allTasks().size).toBe(before);
      yield;
    }),
  );

  it.each([
    ['a string', 'text', '"text"'],
    ['an array', [1, 2], '[1, 2]'],
    ['a set', new Set(), '<Set>'],
  ])('names what came and the cure: %s', (_, value, text) => {
    expect(thrownBy(() => createTask(value as never))).toMatchObject({
      message: expect.stringMatching(/from\(.*\).*gather\(/),
    });
    expect(thrownBy(() => createTask(value as never))).toMatchObject({ message: expect.stringContaining(text) });
  });

  it.each<[string, () => unknown, string]>([
    ['nothing', () => undefined, 'undefined'],
    ['a number', () => 5, '5'],
    ['an array', () => [1], '[1]'],
    ['a function', () => () => {}, 'a function'],
  ])('fails the task if a function returns it: %s', (_, fn, text) =>
    runVirtual(function* () {
      const task = createTask(fn as () => Promise<void>);
      yield;
      yield;
      expect(task.exception()).toBeInstanceOf(TypeError);
      expect(task.exception()).toMatchObject({ message: expect.stringContaining(`returned ${text}`) });
    }),
  );
});

describe('a value that is several kinds of source at once', () => {
  const key = (Symbol as { observable?: symbol }).observable ?? '@@observable';

  it('a thenable comes before Symbol.observable and async iterables', () =>
    run(function* () {
      const source = {
        then: (resolve: (value: string) => void) => resolve('thenable'),
        [key]: () => of('observable'),
        [Symbol.asyncIterator]: () => one(),
      };
      expect(yield* createTask(source as unknown as PromiseLike<string>)).toBe('thenable');
    }));

  it('Symbol.observable comes before async iterables', () =>
    run(function* () {
      const source = { [key]: () => of('observable'), [Symbol.asyncIterator]: () => one() };
      expect(yield* createTask(source as unknown as Observable<string>)).toBe('observable');
    }));

  it('an async iterable comes before a structural subscribe, as of a Node stream', () =>
    run(function* () {
      const source = { [Symbol.asyncIterator]: () => one(), subscribe: () => {}, pipe: () => {} };
      expect(yield* createTask(source as unknown as AsyncIterable<number>)).toBe(1);
    }));

  it('an Observable with a then of its own is an Observable', () =>
    run(function* () {
      const source = Object.assign(of('observable'), { then: () => note(1) });
      expect(yield* createTask(source as unknown as Observable<string>)).toBe('observable');
      expect(log).toEqual([]);
    }));

  it('a function with a then is a thenable, as query builders are', () =>
    run(function* () {
      const query = Object.assign(() => note(1), { then: (resolve: (value: string) => void) => resolve('rows') });
      expect(yield* createTask(query as unknown as PromiseLike<string>)).toBe('rows');
      expect(log).toEqual([]);
    }));
});

describe('what is given twice', () => {
  it('counts once: a future, coroutine, generator or promise', () =>
    run(function* () {
      const work = coroutine(function* () {
        yield;
        return note(1);
      })();
      const generator = (function* (): Generator<void, number, Resume> {
        yield;
        return note(2);
      })();
      const promise = Promise.resolve(3);
      const task = createTask(sleep(1, 4));
      expect(yield* gather([work, work, generator, generator, promise, promise, task, task])).toEqual([
        1, 1, 2, 2, 3, 3, 4, 4,
      ]);
      expect(log).toEqual(['started', 'started']);
    }));

  it('starts at each position: a function or an Observable', () =>
    run(function* () {
      const fn = async () => note(1);
      const source = defer(() => of(note(2)));
      expect(yield* gather([fn, fn, source, source])).toEqual([1, 1, 2, 2]);
      expect(log).toHaveLength(4);
    }));
});

describe('misuse of what can be waited for', () => {
  it('iterating a future or a coroutine outside of a step is a RuntimeError that names the cure', async () => {
    let task!: Task<void>;
    const running = run(function* () {
      task = createTask(sleep(5));
      yield* task;
    });
    await settled();
    expect(thrownBy(() => [...(task as Iterable<unknown>)])).toMatchObject({
      name: 'RuntimeError',
      message: expect.stringMatching(/yield\* future.*await future/),
    });
    expect(thrownBy(() => [...(sleep(1) as unknown as Iterable<unknown>)])).toMatchObject({ name: 'RuntimeError' });
    await running;
  });

  it('iterating a pending future as a collection, in a step, is a RuntimeError too', () =>
    runVirtual(function* () {
      const future = getRunningLoop().createFuture<void>();
      expect(thrownBy(() => [...(future as Iterable<unknown>)])).toMatchObject({ name: 'RuntimeError' });
      yield;
    }));

  it.each<[string, unknown, string]>([
    ['a number', 5, 'write `yield* resultOf(source)`'],
    ['a promise', Promise.resolve(), 'write `yield* resultOf(source)`'],
    ['a coroutine', sleep(1), 'write `yield*`, with the star'],
    ['an Observable', EMPTY, 'write `yield* resultOf(source)`'],
  ])('yielding %s instead of yield* is a RuntimeError that the coroutine may catch', (_, value, cure) =>
    runVirtual(function* () {
      let caught: unknown;
      try {
        yield value as undefined;
      } catch (error) {
        caught = error;
      }
      expect(caught).toMatchObject({
        name: 'RuntimeError',
        message: expect.stringContaining(cure),
      });
    }),
  );
});
