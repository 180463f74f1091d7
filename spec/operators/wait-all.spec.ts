import type { Observable } from 'rxjs';
import { EMPTY, NEVER, concat, map, of, switchMap, throwError, timer } from 'rxjs';
import {
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  Task,
  createTask,
  getRunningLoop,
  resultOf,
  sleep,
  waitAll,
  type Future,
  type ReturnWhen,
  type TaskSource,
  type Waited,
} from 'rxtasks';
import { errorOf, runVirtual } from '../support/virtual.js';
import { marbles, reports, workshop } from './work.js';

/** The names of who is done and who is not, in order. */
function names({ done, pending }: Waited<Future<unknown>>): string {
  const list = (set: Set<Future<unknown>>) => [...set].map((task) => (task as Task<unknown>).name).join(' ');
  return `${list(done)} / ${list(pending)}`;
}

describe('waitAll', () => {
  it('starts all when the last source has come, and emits when all have ended', () => {
    marbles(({ hot, inLoop, expectObservable }) => {
      const sources = { a: sleep(6, 1), b: sleep(3, 2) };
      const waited = inLoop(hot('          -a-b|', sources).pipe(waitAll(), map(sizes)));
      expectObservable(waited).toBe('      ----------(r|)', { r: [2, 0] });
    });
  });

  it('emits after the timeout who is done and who is not', () => {
    marbles(({ hot, inLoop, expectObservable }) => {
      const sources = { a: sleep(3, 1), b: sleep(100, 2) };
      const waited = inLoop(hot('          -a-b|', sources).pipe(waitAll({ timeout: 5 }), map(sizes)));
      expectObservable(waited).toBe('      ---------(r|)', { r: [1, 1] });
    });
  });

  it('gives sets in the order in which the sources came: futures as they are, anything else as its task', () =>
    runVirtual(function* () {
      const a = createTask(sleep(20), { name: 'a' });
      const b = createTask(sleep(10), { name: 'b' });
      const c = createTask(sleep(1000), { name: 'c' });
      const own = sleep(1, 'own');
      const { done, pending } = yield* resultOf(of(c, a, own, b).pipe(waitAll({ timeout: 50 })));
      const [first, second, third] = done;
      expect(first).toBe(a);
      expect(third).toBe(b);
      expect(second).toBeInstanceOf(Task);
      expect((second as Task<unknown>).recipe).toBe(own);
      expect(pending.size).toBe(1);
      expect(pending.has(c)).toBe(true);
    }));

  it('counts a future once that comes twice', () =>
    runVirtual(function* () {
      const task = createTask(sleep(5));
      expect(sizes(yield* resultOf(of(task, task).pipe(waitAll())))).toEqual([1, 0]);
    }));

  it('returns when the first has ended, or the first has failed, if asked to', () =>
    runVirtual(function* () {
      const { work } = workshop();
      const tasks = () => [
        createTask(work('b', 20, { fails: true }), { name: 'b' }),
        createTask(work('a', 10), { name: 'a' }),
        createTask(work('c', 30), { name: 'c' }),
      ];
      for (const [returnWhen, expected] of [
        [FIRST_COMPLETED, 'a / b c'],
        [FIRST_EXCEPTION, 'b a / c'],
      ] as [ReturnWhen, string][]) {
        const list = tasks();
        expect(names(yield* resultOf(of(...list).pipe(waitAll({ returnWhen }))))).toBe(expected);
        expect(yield* errorOf(list[0]!)).toEqual(new Error('b'));
      }
    }));

  it('throws no failure: it is looked at in the task', () =>
    runVirtual(function* () {
      const { work } = workshop();
      const { done } = yield* resultOf(of(work('a', 10, { fails: true })).pipe(waitAll()));
      const [task] = done;
      expect(task!.exception()).toEqual(new Error('a'));
    }));

  it('lets those in pending run on: a task over it does not wait for them, they are the caller\u2019s', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const waited = createTask(of(work('a', 100), sleep(5)).pipe(waitAll({ timeout: 10 })));
      const { pending } = yield* waited;
      expect(getRunningLoop().time()).toBe(10);
      const [a] = pending;
      expect(yield* a!).toBe('a');
      expect(events).toEqual(['a starts at 0', 'a ends at 100']);
    }));

  it('cancels what it has started when it is unsubscribed from before, and no future that was given', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const given = createTask(work('given', 30));
      const subscription = of(given, work('own', 100)).pipe(waitAll()).subscribe();
      yield* sleep(10);
      subscription.unsubscribe();
      yield* given;
      expect(events.slice(2)).toEqual(['own cancelled at 10', 'own clean at 10', 'given ends at 30']);
    }));

  it('cancels nothing when it is unsubscribed from afterwards', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const subscription = concat(of(of(work('a', 100)).pipe(waitAll({ timeout: 10 }))), NEVER)
        .pipe(switchMap((waited) => waited))
        .subscribe();
      yield* sleep(20);
      subscription.unsubscribe();
      yield* sleep(200);
      expect(events).toEqual(['a starts at 0', 'a ends at 100']);
    }));

  it('makes a task over it wait for the clean-up if that one is cancelled meanwhile', () =>
    runVirtual(function* () {
      for (const source of [of(1), timer(5, getRunningLoop().scheduler)]) {
        const { events, note, work } = workshop();
        const begin = getRunningLoop().time();
        const task = createTask(source.pipe(switchMap(() => of(work('a', 1000, { cleanUp: 20 })).pipe(waitAll()))));
        yield* sleep(10);
        task.cancel();
        yield* errorOf(task);
        note('task over');
        expect(events.slice(1)).toEqual([
          `a cancelled at ${begin + 10}`,
          `a clean at ${begin + 30}`,
          `task over at ${begin + 30}`,
        ]);
      }
    }));

  it('reports a failure once that comes after the subscriber has left', async () => {
    const { work } = workshop();
    const { list, onContext } = reports();
    await runVirtual(
      function* () {
        const subscription = of(work('a', 1000, { cleanUpFails: true }))
          .pipe(waitAll())
          .subscribe();
        yield* sleep(10);
        subscription.unsubscribe();
        yield* sleep(10);
      },
      { onContext },
    );
    expect(list).toEqual(['late-failure: a is not clean']);
  });

  it('fails for no source at all', () =>
    runVirtual(function* () {
      const error = yield* errorOf(resultOf((EMPTY as Observable<TaskSource<number>>).pipe(waitAll())));
      expect(error).toEqual(new RangeError('wait(sources): expected at least one source, got an empty list'));
    }));

  it('fails as the outer source does, and then has started nothing', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const boom = new Error('boom');
      const sources = concat(
        of(work('a', 5)),
        throwError(() => boom),
      );
      expect(yield* errorOf(resultOf(sources.pipe(waitAll())))).toBe(boom);
      yield* sleep(10);
      expect(events).toEqual([]);
    }));

  it('refuses what is not a source, before it has started anything', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const error = yield* errorOf(resultOf(of(work('a', 5), null as unknown as TaskSource<string>).pipe(waitAll())));
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toMatch(/^waitAll\(\): expected a coroutine, .*, got null$/);
      yield* sleep(10);
      expect(events).toEqual([]);
    }));

  it('fails for options that wait refuses, and starts nothing', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const cases: [object, new (message: string) => Error][] = [
        [{ returnWhen: 'SOMETIMES' }, RangeError],
        [{ timeout: NaN }, RangeError],
        [{ timeout: '5' }, TypeError],
      ];
      for (const [options, Expected] of cases) {
        const error = yield* errorOf(resultOf(of(work('a', 5)).pipe(waitAll(options))));
        expect(error).toBeInstanceOf(Expected);
        expect((error as Error).message).toMatch(/^wait\(sources\): expected /);
      }
      yield* sleep(10);
      expect(events).toEqual([]);
    }));

  it('starts its tasks on the loop where it was subscribed to, from wherever the sources come', () => {
    marbles(({ inLoop, expectObservable }) => {
      const comes = timer(1).pipe(map(() => sleep(2, 'x')));
      expectObservable(inLoop(comes.pipe(waitAll(), map(sizes)))).toBe('---(r|)', { r: [1, 0] });
    });
  });
});

function sizes({ done, pending }: Waited<Future<unknown>>): [number, number] {
  return [done.size, pending.size];
}
