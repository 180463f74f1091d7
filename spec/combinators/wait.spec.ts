import { EMPTY, Observable, of } from 'rxjs';
import {
  ALL_COMPLETED,
  CancelledError,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  type Future,
  RuntimeError,
  type Task,
  allTasks,
  coroutine,
  createTask,
  ensureFuture,
  getRunningLoop,
  run,
  sleep,
  wait,
} from 'rxtasks';
import { errorOf, idleLoop, runVirtual, thrownBy, turns } from '../support/virtual.js';

const failing = coroutine(function* (ms: number, message: string) {
  yield* sleep(ms);
  throw new RangeError(message);
});

const returning = coroutine(function* <T>(value: T) {
  yield;
  return value;
});

describe('wait', () => {
  it('returns when all are done, and again at once when they are already [test_wait]', async () => {
    await runVirtual(function* () {
      const loop = getRunningLoop();
      const a = createTask(sleep(100));
      const b = createTask(sleep(150));
      const both = coroutine(function* () {
        const { done, pending } = yield* wait([b, a]);
        expect(done.size).toBe(2);
        expect(done.has(a) && done.has(b)).toBe(true);
        expect(pending.size).toBe(0);
        return 42;
      });
      expect(yield* createTask(both())).toBe(42);
      expect(loop.time()).toBe(150);
      expect(yield* createTask(both())).toBe(42);
      expect(loop.time()).toBe(150);
    });
  });

  it('counts what is given twice once, and starts it once [test_wait_duplicate_coroutines]', async () => {
    await runVirtual(function* () {
      const task = createTask(returning('test'));
      const tasks = yield* wait([task, task, createTask(returning('spam'))]);
      expect(tasks.pending.size).toBe(0);
      expect([...tasks.done].map((each) => each.result())).toEqual(['test', 'spam']);

      const cold = returning('test');
      const started = yield* wait([cold, cold, returning('spam')]);
      expect([...started.done].map((each) => each.result())).toEqual(['test', 'spam']);
    });
  });

  it('refuses an empty collection and an unknown returnWhen with a RangeError [test_wait_errors]', () => {
    const empty = thrownBy(() => wait(new Set()));
    expect(empty).toBeInstanceOf(RangeError);
    expect((empty as Error).message).toBe('wait(sources): expected at least one source, got an empty list');
    for (const returnWhen of [-1, 'FIRST', null]) {
      expect(thrownBy(() => wait([sleep(10)], { returnWhen: returnWhen as never }))).toBeInstanceOf(RangeError);
    }
    expect(() => wait([sleep(10)], { returnWhen: -1 as never })).toThrow(
      'wait(sources): expected returnWhen to be ALL_COMPLETED, FIRST_COMPLETED or FIRST_EXCEPTION, got -1 (number)',
    );
  });

  it.each([
    ['a future', () => idleLoop().loop.createFuture(), '<Future pending>'],
    ['a coroutine', () => sleep(1), 'sleep()'],
    ['an Observable', () => of(1), '<Observable>'],
    ['a function', () => () => of(1), 'a function'],
    ['a number', () => 5, '5 (number)'],
    ['null', () => null, 'null'],
    ['a string', () => 'ab', '"ab" (string)'],
  ])('refuses %s instead of a list with a TypeError [test_wait_invalid_args]', (_name, source, got) => {
    const error = thrownBy(() => wait(source() as never)) as Error;
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe(`wait(sources): expected a list of sources, [a, b], got ${got}`);
    expect(thrownBy(() => wait([]))).toBeInstanceOf(RangeError);
  });

  it('refuses a list that holds anything but sources', async () => {
    await runVirtual(function* () {
      yield;
      const before = allTasks().size;
      expect(thrownBy(() => wait([sleep(1), 5 as never]))).toBeInstanceOf(TypeError);
      expect(allTasks().size).toBe(before);
    });
  });

  it('with FIRST_COMPLETED returns as soon as one is done, and the others run on [test_wait_first_completed]', async () => {
    await runVirtual(function* () {
      const loop = getRunningLoop();
      const a = createTask(sleep(10_000));
      const b = createTask(sleep(100));
      const { done, pending } = yield* createTask(wait([b, a], { returnWhen: FIRST_COMPLETED }));
      expect(done.size).toBe(1);
      expect(done.has(b)).toBe(true);
      expect(pending.size).toBe(1);
      expect(pending.has(a)).toBe(true);
      expect(a.done()).toBe(false);
      expect(b.done()).toBe(true);
      expect(b.result()).toBeUndefined();
      expect(loop.time()).toBe(100);

      yield* wait([a, b]);
      expect(a.cancelled()).toBe(false);
      expect(loop.time()).toBe(10_000);
    });
  });

  it('looks who is done when the waiting task resumes, not when it was woken [test_wait_really_done]', async () => {
    const { loop, runToEnd } = idleLoop();
    const a = loop.createTask(turns(1));
    const b = loop.createTask(turns(2));
    const { done, pending } = await runToEnd(loop.createTask(() => wait([b, a], { returnWhen: FIRST_COMPLETED })));
    expect(done.size).toBe(2);
    expect(done.has(a) && done.has(b)).toBe(true);
    expect(pending.size).toBe(0);
    expect(a.result()).toBeUndefined();
    expect(b.result()).toBeUndefined();
  });

  it('with FIRST_EXCEPTION returns once any has failed [test_wait_first_exception]', async () => {
    await runVirtual(function* () {
      const loop = getRunningLoop();
      const a = createTask(sleep(10_000));

      const b = createTask(function* () {
        throw new RangeError('err');
      });
      const { done, pending } = yield* createTask(wait<Task<unknown>>([b, a], { returnWhen: FIRST_EXCEPTION }));
      expect(done.size).toBe(1);
      expect(done.has(b)).toBe(true);
      expect(pending.has(a)).toBe(true);
      expect(loop.time()).toBe(0);
      expect(b.exception()).toEqual(new RangeError('err'));
    });
  });

  it('with FIRST_EXCEPTION returns also if one fails while it waits [test_wait_first_exception_in_wait]', async () => {
    await runVirtual(function* () {
      const loop = getRunningLoop();
      const a = createTask(sleep(10_000));
      const b = createTask(failing(10, 'err'));
      const { done, pending } = yield* wait<Task<unknown>>([b, a], { returnWhen: FIRST_EXCEPTION });
      expect([...done].map((task) => task === b)).toEqual([true]);
      expect([...pending].map((task) => task === a)).toEqual([true]);
      expect(loop.time()).toBe(10);
      b.exception();
    });
  });

  it('with FIRST_EXCEPTION does not return for one that ends well or is cancelled', async () => {
    await runVirtual(function* () {
      const loop = getRunningLoop();
      const tasks: Task<unknown>[] = [createTask(sleep(10)), createTask(sleep(1000)), createTask(failing(50, 'err'))];
      loop.callLater(20, () => tasks[1]?.cancel());
      const { done, pending } = yield* wait(tasks, { returnWhen: FIRST_EXCEPTION });
      expect(loop.time()).toBe(50);
      expect([done.size, pending.size]).toEqual([3, 0]);
      tasks[2]?.exception();
    });
  });

  it('with ALL_COMPLETED never throws: a failed task is done [test_wait_with_exception]', async () => {
    await runVirtual(function* () {
      const loop = getRunningLoop();
      const a = createTask(sleep(100));
      const b = createTask(failing(150, 'really'));
      for (let i = 0; i < 2; i++) {
        const { done, pending } = yield* wait<Task<unknown>>([b, a], { returnWhen: ALL_COMPLETED });
        expect(done.size).toBe(2);
        expect(pending.size).toBe(0);
        expect([...done].filter((task) => task.exception() !== null).length).toBe(1);
        expect(loop.time()).toBe(150);
      }
    });
  });

  it('returns when the time is up, without an error, and says who is pending [test_wait_with_timeout]', async () => {
    await runVirtual(function* () {
      const loop = getRunningLoop();
      const a = createTask(sleep(100));
      const b = createTask(sleep(150));
      const { done, pending } = yield* wait([b, a], { timeout: 110 });
      expect(done.size).toBe(1);
      expect(done.has(a)).toBe(true);
      expect(pending.size).toBe(1);
      expect(pending.has(b)).toBe(true);
      expect(loop.time()).toBe(110);
      yield* b;
      expect(loop.time()).toBe(150);
    });
  });

  it('counts a task that ends in the very moment of the timeout as done, as it is by then [test_wait_concurrent_complete]', async () => {
    await runVirtual(function* () {
      const loop = getRunningLoop();
      const a = createTask(sleep(100));
      const b = createTask(sleep(150));
      const { done, pending } = yield* createTask(wait([b, a], { timeout: 100 }));
      expect(done.size).toBe(1);
      expect(done.has(a)).toBe(true);
      expect(pending.has(b)).toBe(true);
      expect(loop.time()).toBe(100);
    });
  });

  it('takes any iterable [test_wait_with_iterator_of_tasks]', async () => {
    await runVirtual(function* () {
      const a = createTask(sleep(100));
      const b = createTask(sleep(150));
      for (const tasks of [
        [b, a][Symbol.iterator](),
        new Set([b, a]),
        new Map([
          [1, b],
          [2, a],
        ]).values(),
      ]) {
        const { done, pending } = yield* wait(tasks as Iterable<Task<void>>);
        expect([...done].map((task) => [a, b].indexOf(task))).toEqual([1, 0]);
        expect(pending.size).toBe(0);
      }
      expect(getRunningLoop().time()).toBe(150);
    });
  });

  it('takes a generator of tasks and consumes it once [test_wait_generator]', async () => {
    await runVirtual(function* () {
      let produced = 0;
      function* tasks() {
        for (let i = 0; i < 10; i++) {
          produced++;
          yield createTask(returning(i));
        }
      }
      const { done, pending } = yield* wait(tasks(), { returnWhen: ALL_COMPLETED });
      expect(produced).toBe(10);
      expect([...done].map((task) => task.result())).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(pending.size).toBe(0);
    });
  });

  it('does not cancel what it waits for when it is cancelled [test_yield_wait_does_not_shield_cancel]', async () => {
    const { loop, runToEnd, turn } = idleLoop();
    const waiter = loop.createFuture<void>();
    const proof: string[] = [];
    const outer = ensureFuture(
      function* () {
        yield* wait([
          createTask(function* () {
            yield* waiter;
            proof.push('inner');
          }),
        ]);
        proof.push('outer');
      },
      { loop },
    );
    turn(2);
    outer.cancel();
    await expect(runToEnd(outer)).rejects.toThrow(CancelledError);
    expect(waiter.cancelled()).toBe(false);
    waiter.setResult();
    turn(2);
    expect(proof).toEqual(['inner']);
  });

  it('hands out sets in the order of its arguments, a future itself and anything else as its task', async () => {
    await runVirtual(function* () {
      const future: Future<string> = getRunningLoop().createFuture<string>();
      getRunningLoop().callLater(5, () => future.setResult('future'));
      const given = [sleep(30, 'slow'), future, of('observable'), () => of('function'), sleep(10, 'fast')] as const;
      const { done, pending } = yield* wait(given, { timeout: 20 });
      expect([...done].map((task) => task.result())).toEqual(['future', 'observable', 'function', 'fast']);
      expect([...done][0]).toBe(future);
      expect([...pending].map((task) => String(task))).toEqual([expect.stringMatching(/^<Task pending .*sleep\(\)/)]);
      expect(yield* [...pending][0] as Task<string>).toBe('slow');
    });
  });

  it('waits for async functions and promises too', async () => {
    const results = await run(function* () {
      const { done } = yield* wait([async () => (await sleep(1), 'async'), Promise.resolve('promise')]);
      return [...done].map((task) => task.result());
    });
    expect(results).toEqual(['async', 'promise']);
  });

  it('starts nothing before it is awaited, being a coroutine, and starts afresh when it is awaited again', async () => {
    await runVirtual(function* () {
      let subscriptions = 0;
      const source$ = new Observable<number>((subscriber) => {
        subscriptions++;
        subscriber.next(1);
        subscriber.complete();
      });
      const waiting = wait([source$]);
      yield;
      expect(subscriptions).toBe(0);
      yield* waiting;
      expect(subscriptions).toBe(1);
      yield* waiting;
      expect(subscriptions).toBe(2);
    });
  });

  it('does not take errors as retrieved: looking at the tasks is up to the caller', async () => {
    const kinds: string[] = [];
    await runVirtual(
      function* () {
        yield* wait([failing(1, 'nobody looks')]);
        const { done } = yield* wait([EMPTY]);
        expect([...done][0]?.exception()).toMatchObject({ name: 'EmptyError' });
      },
      { onContext: ({ kind }) => kinds.push(kind) },
    );
    expect(kinds).toEqual(['unretrieved']);
  });

  it('waits without limit for a timeout of null, undefined or Infinity, and not at all for one of 0 or less', async () => {
    await runVirtual(function* () {
      const loop = getRunningLoop();
      for (const timeout of [null, undefined, Infinity]) {
        const { pending } = yield* wait([sleep(1000)], { timeout });
        expect(pending.size).toBe(0);
      }
      expect(loop.time()).toBe(3000);
      for (const timeout of [0, -5]) {
        const { done, pending } = yield* wait([createTask(sleep(1000))], { timeout });
        expect([done.size, pending.size]).toEqual([0, 1]);
      }
      expect(loop.time()).toBe(3000);
      expect(() => wait([sleep(1)], { timeout: NaN })).toThrow(
        new RangeError('wait(sources): expected timeout in milliseconds, got NaN'),
      );
      expect(() => wait([sleep(1)], { timeout: '5' as never })).toThrow(
        new TypeError('wait(sources): expected timeout in milliseconds, a number, got "5" (string)'),
      );
    });
  });

  it('leaves no timer and no callback behind, however it ends', async () => {
    await runVirtual(function* () {
      const loop = getRunningLoop();
      const slow = createTask(sleep(1000));
      yield* wait<Task<unknown>>([slow, createTask(sleep(10))], { timeout: 5000, returnWhen: FIRST_COMPLETED });
      const waiter = createTask(wait([slow], { timeout: 5000 }));
      yield;
      yield;
      waiter.cancel();
      expect(yield* errorOf(waiter)).toBeInstanceOf(CancelledError);
      yield* slow;
      expect(loop.time()).toBe(1000);
      expect(loop.pending).toEqual({ ready: 0, timers: 0 });
    });
    const { loop, turn } = idleLoop();
    const future = loop.createFuture<void>();
    const waiter = loop.createTask(wait([future], { timeout: 5000 }));
    turn();
    waiter.cancel();
    turn(2);
    expect(waiter.cancelled()).toBe(true);
    future.setResult();
    expect(loop.pending).toEqual({ ready: 0, timers: 0 }); // nobody is to be called back
  });

  it('of futures of different loops is a RangeError where it is awaited', async () => {
    const foreign = idleLoop().loop.createFuture();
    await runVirtual(function* () {
      const error = yield* errorOf(wait([getRunningLoop().createFuture(), foreign]));
      expect(error).toBeInstanceOf(RangeError);
      expect(yield* errorOf(wait([foreign]))).toBeInstanceOf(RuntimeError);
    });
  });
});
