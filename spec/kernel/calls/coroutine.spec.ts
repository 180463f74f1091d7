import { Observable, firstValueFrom, isObservable, of, timer } from 'rxjs';
import { Coroutine, RuntimeError, coroutine, createTask, currentTask, sleep } from 'rxtasks';
import { runVirtual, thrownBy } from '../../support/virtual.js';

const greet = coroutine(function* greet(name: string) {
  yield* sleep(10);
  return `hello ${name}`;
});

describe('Coroutine', () => {
  it('is recognised by Coroutine.is, also that of another copy of the library, and nothing else is [CoroutineTests.test_iscoroutine]', () => {
    const ofAnotherCopy = { [Symbol.for('rxtasks.Coroutine')]: true };
    expect(Coroutine.is(greet('ann'))).toBe(true);
    expect(Coroutine.is(sleep(1))).toBe(true);
    expect(Coroutine.is(ofAnotherCopy)).toBe(true);
    for (const other of [greet, Coroutine, Coroutine.prototype, of(1), Promise.resolve(1), {}, 1, null, undefined]) {
      expect(Coroutine.is(other)).toBe(false);
    }
    expect(Coroutine.is((function* () {})())).toBe(false);
    expect(isObservable(greet('ann'))).toBe(true);
  });

  it('is a recipe: each wait is a run of its own, also while another one goes on [CoroutineTests.test_double_await]', () =>
    runVirtual(function* () {
      const runs: string[] = [];
      const work = coroutine(function* () {
        runs.push(`begins in ${currentTask()?.name}`);
        yield* sleep(100);
        runs.push(`ends in ${currentTask()?.name}`);
        return runs.length;
      });
      const recipe = work();
      const task = createTask(recipe, { name: 'task' });
      (currentTask() as { name: string }).name = 'main';
      yield;
      expect(runs).toEqual(['begins in task']);
      expect(yield* recipe).toBe(4);
      expect(task.result()).toBe(3);
      expect(runs).toEqual(['begins in task', 'begins in main', 'ends in task', 'ends in main']);
      expect(yield* recipe).toBe(6);
    }));

  it('runs nothing before somebody waits for it', () =>
    runVirtual(function* () {
      const started: number[] = [];
      const recipe = coroutine(function* (n: number) {
        started.push(n);
        yield;
        return n;
      })(1);
      yield* sleep(1);
      expect(started).toEqual([]);
      expect(yield* recipe).toBe(1);
      expect(started).toEqual([1]);
    }));

  it('as an Observable starts a task for each subscriber, and unsubscribing cancels that task', () =>
    runVirtual(function* () {
      const events: string[] = [];
      const recipe = coroutine(function* () {
        try {
          yield* sleep(10);
          events.push('done');
        } finally {
          events.push('left');
        }
        return 'value';
      })();
      const seen: string[] = [];
      const first = recipe.subscribe((value) => seen.push(value));
      recipe.subscribe((value) => seen.push(value));
      yield* sleep(5);
      first.unsubscribe();
      yield* sleep(10);
      expect(events).toEqual(['left', 'done', 'left']);
      expect(seen).toEqual(['value']);
    }));

  it('gives an Observable of the same that is not thenable', () =>
    runVirtual(function* () {
      const plain = greet('ann').asObservable();
      expect(plain).toBeInstanceOf(Observable);
      expect('then' in plain).toBe(false);
      const seen: string[] = [];
      plain.subscribe((value) => seen.push(value));
      yield* sleep(11);
      expect(seen).toEqual(['hello ann']);
    }));

  it('is awaited by code outside of tasks as a task of its own', async () => {
    expect(await greet('ann')).toBe('hello ann');
    expect(await firstValueFrom(greet('bob'))).toBe('hello bob');
    const failing = coroutine(function* () {
      yield;
      throw new Error('boom');
    });
    const settled: string[] = [];
    await failing()
      .finally(() => settled.push('finally'))
      .catch((error: unknown) => settled.push((error as Error).message));
    expect(settled).toEqual(['finally', 'boom']);
  });

  it('keeps the `this` of the call', () =>
    runVirtual(function* () {
      const counter = {
        n: 41,
        next: coroutine(function* (this: { n: number }, by: number) {
          yield;
          return (this.n += by);
        }),
      };
      expect(yield* counter.next(1)).toBe(42);
    }));

  it('has the name of its function as text', () => {
    expect(String(greet('ann'))).toBe('greet()');
    expect(String(coroutine(function* () {})())).toMatch(/\(\)$/);
  });

  it('refuses what is no generator function, at the call where that can be known', () => {
    expect(thrownBy(() => coroutine(5 as never))).toEqual(
      new TypeError('coroutine(fn): expected a generator function (function*), got 5 (number)'),
    );
    const notAGenerator = coroutine((() => 5) as never)();
    return expect(runVirtual(notAGenerator)).rejects.toThrow(
      new TypeError('coroutine(fn): expected fn to be a generator function (function*), but it returned 5 (number)'),
    );
  });

  it('refuses to be iterated outside of a task', () => {
    const error = thrownBy(() => [...(greet('ann') as unknown as Iterable<unknown>)]);
    expect(error).toBeInstanceOf(RuntimeError);
    expect((error as Error).message).toBe(
      'greet() was iterated outside of a task: write `yield* work()` in a coroutine, `await work()` in an async function, ' +
        'or run(work())',
    );
  });

  it('that yields what cannot be awaited gets an error that names the value and the cure', () =>
    runVirtual(function* () {
      const mistaken = coroutine(function* (): Generator<void, string> {
        try {
          yield timer(1) as never;
        } catch (error) {
          return (error as Error).message;
        }
        return 'no error';
      });
      expect(yield* mistaken()).toBe(
        'a coroutine yielded <Observable>, which is not awaitable like that: write `yield* resultOf(source)` to wait for a ' +
          'source, `yield* future` for a future, and a bare `yield` to let others run',
      );
    }));
});
