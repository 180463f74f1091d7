import { EMPTY, EmptyError, VirtualTimeScheduler, defer, of } from 'rxjs';
import {
  CancelledError,
  EventLoop,
  RuntimeError,
  Task,
  type TaskSource,
  allTasks,
  coroutine,
  createTask,
  currentTask,
  getRunningLoop,
  sleep,
  wait,
  withTimeout,
} from 'rxtasks';
import { errorOf, idleLoop, runVirtual, thrownBy, virtualLoop } from '../../support/virtual.js';

const one = coroutine(function* () {
  yield;
  return 1;
});

describe('createTask', () => {
  it('makes a task on the running loop, that can be awaited [test_bare_create_task]', async () => {
    await runVirtual(function* () {
      const task = createTask(one());
      expect(task).toBeInstanceOf(Task);
      expect(task.loop).toBe(getRunningLoop());
      expect(task.done()).toBe(false);
      expect(yield* task).toBe(1);
      expect(yield* task).toBe(1);
    });
  });

  it('takes a name [test_bare_create_named_task]', async () => {
    await runVirtual(function* () {
      const task = createTask(one(), { name: 'No-op' });
      expect(task.name).toBe('No-op');
      yield* task;
      expect(task.name).toBe('No-op');
    });
  });

  it('refuses what is not a source with a TypeError, every time [test_create_task_with_noncoroutine]', () => {
    const { loop } = idleLoop();
    for (let i = 0; i < 2; i++) {
      const error = thrownBy(() => loop.createTask(123 as never));
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toBe(
        'createTask(source): expected a coroutine, an Observable, a promise, an async iterable or a function that gives ' +
          'one of these, got 123 (number)',
      );
    }
    expect(allTasks(loop).size).toBe(0);
  });

  it.each([
    ['null', null, 'null'],
    ['undefined', undefined, 'undefined'],
    ['an object', {}, '{}'],
    ['a subscribe() alone, as a Redis client has', { subscribe: () => undefined }, '{subscribe: '],
  ])('refuses %s and names it', (_name, source, got) => {
    const { loop } = idleLoop();
    expect(() => createTask(source as never, { loop })).toThrow(TypeError);
    expect(() => createTask(source as never, { loop })).toThrow(`got ${got}`);
  });

  it.each([
    ['a string', 'work', 'got "work" (string)'],
    ['an array', [1, 2], 'got [1, 2]'],
    ['a set', new Set([1]), 'got <Set>'],
  ])('refuses %s, a synchronous iterable, and tells what to do', (_name, source, got) => {
    const { loop } = idleLoop();
    const error = thrownBy(() => createTask(source as never, { loop })) as Error;
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain(got);
    expect(error.message).toContain('; for its items use from(items), for a list of sources gather(items)');
  });

  it('of a function that returns no source fails the task with a TypeError that names what came', async () => {
    const main = runVirtual(function* () {
      return yield* errorOf(
        createTask(function work() {
          return 5;
        } as never),
      );
    });
    const error = (await main) as Error;
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(
      /^function work returned 5 \(number\); expected a function that gives a generator, a promise/,
    );
  });

  it('makes tasks of coroutines again and again, each a run of its own [test_create_task_with_async_function]', async () => {
    const { loop, runToEnd } = idleLoop();
    let runs = 0;
    const work = coroutine(function* () {
      yield;
      return ++runs;
    });
    for (const expected of [1, 2]) {
      const task = loop.createTask(work());
      expect(task).toBeInstanceOf(Task);
      expect(await runToEnd(task)).toBe(expected);
    }
    const cold = work();
    expect(await runToEnd(loop.createTask(cold))).toBe(3);
    expect(await runToEnd(loop.createTask(cold))).toBe(4);
  });

  it('drives any object with next, throw and return [test_create_task_with_asynclike_function]', async () => {
    const { loop, runToEnd } = idleLoop();
    const generatorLike = () => {
      const calls: string[] = [];
      const source = {
        next: () => {
          calls.push('next');
          return calls.length < 3 ? { done: false, value: undefined } : { done: true, value: 42 };
        },
        throw: (error: unknown) => {
          calls.push(`throw ${(error as Error).name}`);
          return { done: true, value: 'caught' };
        },
        return: (value: unknown) => ({ done: true, value }),
      };
      return { calls, source: source as unknown as TaskSource<unknown> };
    };
    for (let i = 0; i < 2; i++) {
      const { calls, source } = generatorLike();
      const task = loop.createTask(source);
      expect(task).toBeInstanceOf(Task);
      expect(await runToEnd(task)).toBe(42);
      expect(calls).toEqual(['next', 'next', 'next']);
    }
    const { calls, source } = generatorLike();
    const task = loop.createTask(source);
    loop.callSoon(() => task.cancel());
    expect(await runToEnd(task)).toBe('caught');
    expect(calls).toEqual(['next', 'throw CancelledError']);
  });

  it('throws when the first step cannot be scheduled, and then leaves no task behind [test_error_in_call_soon]', () => {
    const virtual = new VirtualTimeScheduler();
    let broken = false;
    const loop = new EventLoop({
      scheduler: {
        now: () => virtual.now(),
        schedule: (...args: Parameters<typeof virtual.schedule>) => {
          if (broken) throw new RangeError('no more work');
          return virtual.schedule(...args);
        },
      },
    });
    const events: string[] = [];

    function* work(name: string) {
      events.push(name);
    }
    broken = true;
    expect(() => loop.createTask(work('refused'))).toThrow(new RangeError('no more work'));
    expect([...allTasks(loop)]).toEqual([]);

    broken = false;
    const task = loop.createTask(work('accepted'));
    expect([...allTasks(loop)][0]).toBe(task);
    virtual.flush();
    expect(events).toEqual(['accepted']);
    expect(task.done()).toBe(true);
    expect([...allTasks(loop)]).toEqual([]);
  });

  it('closes a generator that a closed loop refuses', () => {
    const { loop } = idleLoop();
    loop.close();
    const events: string[] = [];
    function* work() {
      try {
        yield;
      } finally {
        events.push('closed');
      }
    }
    const body = work();
    body.next();
    const error = thrownBy(() => loop.createTask(body));
    expect(error).toBeInstanceOf(RuntimeError);
    expect((error as Error).message).toMatch(/^createTask\(source\): the loop is closed/);
    expect(events).toEqual(['closed']);
  });

  it('runs nothing of any source before the next iteration, and nothing at all when it is cancelled before', async () => {
    const started: string[] = [];
    const sources = (): TaskSource<unknown>[] => [
      coroutine(function* () {
        started.push('coroutine');
        yield;
      })(),
      defer(() => {
        started.push('observable');
        return of(1);
      }),
      {
        [Symbol.asyncIterator]() {
          started.push('async iterable');
          return { next: () => Promise.resolve({ done: true, value: undefined }) };
        },
      } as AsyncIterable<unknown>,
    ];
    await runVirtual(function* () {
      const tasks = [
        ...sources().map((source) => createTask(source)),
        createTask(() => {
          started.push('function');
          return of(1);
        }),
      ];
      expect(started).toEqual([]);
      for (const task of tasks) expect(task.cancel()).toBe(true);
      yield* wait(tasks);
      expect(tasks.map((task) => task.cancelled())).toEqual([true, true, true, true]);
      expect(started).toEqual([]);

      const eager = createTask(sources()[0] as TaskSource<unknown>, { eager: true });
      expect(started).toEqual(['coroutine']);
      yield* eager;
    });
  });

  it('fails with an EmptyError when there is no value, unless there is a default value', async () => {
    await runVirtual(function* () {
      expect(yield* errorOf(createTask(EMPTY))).toBeInstanceOf(EmptyError);
      expect(yield* createTask(EMPTY, { defaultValue: 'none' })).toBe('none');
      expect(yield* createTask(EMPTY, { defaultValue: undefined })).toBeUndefined();
      expect(yield* createTask(of(1, 2), { defaultValue: 'none' })).toBe(2);
    });
  });

  it('cancels the task when the signal given is aborted, with what it was aborted for', async () => {
    await runVirtual(function* () {
      const aborting = new AbortController();
      const task = createTask(sleep(10), { signal: aborting.signal });
      yield;
      aborting.abort(new Error('user left'));
      const error = (yield* errorOf(task)) as CancelledError;
      expect(error).toBeInstanceOf(CancelledError);
      expect(error.message).toBe('Error: user left');
      expect(error.source).toBe('signal');
      expect(error.cause).toEqual(new Error('user left'));

      const late = createTask(sleep(10), { signal: AbortSignal.abort('too late') });
      expect(yield* errorOf(late)).toEqual(new CancelledError('too late'));
    });
  });
});

describe('createTask from outside of the loop', () => {
  function* add(a: number, b: number, { fail = false, cancel = false } = {}) {
    yield* sleep(50);
    if (fail) throw new RangeError('Fail!');
    if (cancel) {
      currentTask()?.cancel('by itself');
      yield;
    }
    return a + b;
  }

  it('gives an outside promise its value [test_run_coroutine_threadsafe]', async () => {
    const { loop, flush } = virtualLoop();
    const outside: Promise<number> = Promise.resolve(loop.createTask(add(1, 2)));
    await Promise.resolve(); // the promise calls `then` in a microtask
    flush();
    expect(await outside).toBe(3);
    expect(loop.time()).toBe(50);
  });

  it('gives an outside promise its error [test_run_coroutine_threadsafe_with_exception]', async () => {
    const { loop, flush } = virtualLoop();
    const outside = loop.createTask(add(1, 2, { fail: true })).then();
    flush();
    await expect(outside).rejects.toThrow(new RangeError('Fail!'));
  });

  it('is cancelled by an outside that gives up [test_run_coroutine_threadsafe_with_timeout]', async () => {
    const giveUp = new AbortController();
    const task = createTask(() => add(1, 2), { signal: giveUp.signal });
    const outside = task.then();
    setTimeout(() => giveUp.abort(new DOMException('too slow', 'TimeoutError')), 2);
    await expect(outside).rejects.toThrow(CancelledError);
    expect(task.cancelled()).toBe(true);
    expect(allTasks(task.loop).has(task as Task<unknown>)).toBe(false);

    let inner: Task<unknown> | undefined;
    const limited = withTimeout(2, async () => {
      inner = currentTask() as Task<unknown>;
      return createTask(() => add(1, 2));
    });
    await expect(limited.then()).rejects.toThrow(expect.objectContaining({ name: 'TimeoutError' }));
    expect(inner?.done()).toBe(true);
  });

  it('that cancels itself rejects the outside promise with a CancelledError [test_run_coroutine_threadsafe_task_cancelled]', async () => {
    const { loop, flush } = virtualLoop();
    const task = loop.createTask(add(1, 2, { cancel: true }));
    const outside = task.then();
    flush();
    await expect(outside).rejects.toThrow(new CancelledError('by itself'));
    expect(task.cancelled()).toBe(true);
  });

  it('throws the error of a failing task factory, and starts nothing [test_run_coroutine_threadsafe_task_factory_exception]', () => {
    const { loop, flush, contexts } = virtualLoop();
    loop.setTaskFactory(() => {
      throw new TypeError('no tasks today');
    });
    expect(() => loop.createTask(add(1, 2))).toThrow(new TypeError('no tasks today'));
    loop.callSoon(() => loop.createTask(add(1, 2)));
    flush();
    expect(contexts.map(({ kind, exception }) => [kind, exception])).toEqual([
      ['callback', new TypeError('no tasks today')],
    ]);
    expect(allTasks(loop).size).toBe(0);
  });
});
