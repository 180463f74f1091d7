import { NEVER, Subject, concat, of, throwError, timer, map } from 'rxjs';
import { allTasks, createTask, currentTask, getRunningLoop, restartTask, resultOf, sleep } from 'rxtasks';
import { errorOf, runVirtual, thrownBy } from '../support/virtual.js';
import { marbles, reports, workshop } from './work.js';

describe('restartTask', () => {
  it('lets the newest value win', () => {
    marbles(({ cold, inLoop, expectObservable }) => {
      const source = cold('                                                   -a--b--c------|');
      expectObservable(inLoop(source.pipe(restartTask((n) => sleep(4, n))))).toBe(
        '                                                               -----------c--|',
      );
    });
  });

  it('waits for the clean-up of what it replaces', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const source = new Subject<string>();
      const results: unknown[] = [];
      source.pipe(restartTask((name) => work(name, 10, { cleanUp: 5 }))).subscribe((result) => results.push(result));
      source.next('a');
      yield* sleep(3);
      source.next('b');
      yield* sleep(2);
      source.next('c');
      yield* sleep(100);
      expect(results).toEqual(['c']);
      expect(events).toEqual(['a starts at 0', 'a cancelled at 3', 'a clean at 8', 'c starts at 8', 'c ends at 18']);
    }));

  it('emits nothing of what was replaced, whatever it does', () =>
    runVirtual(function* () {
      const source = new Subject<string>();
      const results: unknown[] = [];
      const stubborn = restartTask(function* (name: string) {
        try {
          yield* sleep(10);
        } catch {}
        return name;
      });
      source.pipe(stubborn).subscribe((result) => results.push(result));
      source.next('a');
      yield* sleep(3);
      source.next('b');
      yield* sleep(100);
      expect(results).toEqual(['b']);
    }));

  it('has a slot for every key', () => {
    marbles(({ cold, inLoop, expectObservable }) => {
      const source = cold('-a-b-A---|');
      const restarted = source.pipe(restartTask((n) => sleep(4, n), { key: (n) => n.toLowerCase() }));
      expectObservable(inLoop(restarted)).toBe('-------b-(A|)');
    });
  });

  it('says in the cancellation who asked', () =>
    runVirtual(function* () {
      let error: unknown;
      const source = concat(of('a'), timer(1, getRunningLoop().scheduler).pipe(map(() => 'b')));
      yield* resultOf(
        source.pipe(
          restartTask(function* (name) {
            try {
              yield* sleep(10);
            } catch (caught) {
              error = caught;
              throw caught;
            }
            return name;
          }),
        ),
      );
      expect(error).toMatchObject({ message: 'restartTask: a newer value takes its place', source: 'restartTask' });
    }));

  it('no longer heeds a future that was given to it, and lets it run on', () =>
    runVirtual(function* () {
      const given = createTask(sleep(50, 'given'));
      const source = concat(of('a'), timer(1, getRunningLoop().scheduler).pipe(map(() => 'b')));
      const restarted = source.pipe(restartTask((name) => (name === 'a' ? given : sleep(1, name))));
      expect(yield* resultOf(restarted)).toBe('b');
      expect(getRunningLoop().time()).toBe(2);
      expect(yield* given).toBe('given');
    }));

  it('fails with the failure of a clean-up, after that of the others', () =>
    runVirtual(function* () {
      const { events, note, work } = workshop();
      const source = concat(of('a'), timer(1, getRunningLoop().scheduler).pipe(map(() => 'b')), NEVER);
      const restarted = source.pipe(restartTask((name) => work(name, 10, { cleanUp: 5, cleanUpFails: true })));
      expect(yield* errorOf(resultOf(restarted))).toEqual(new Error('a is not clean'));
      note('over');
      expect(events).toEqual(['a starts at 0', 'a cancelled at 1', 'a clean at 6', 'over at 6']);
    }));

  it('fails with a failure, a cancellation that was not its own, the error of the source', () =>
    runVirtual(function* () {
      const { work } = workshop();
      const boom = new Error('boom');
      expect(yield* errorOf(resultOf(of('a').pipe(restartTask((n) => work(n, 1, { fails: true })))))).toEqual(
        new Error('a'),
      );
      const failing = concat(
        of('a'),
        throwError(() => boom),
      );
      expect(yield* errorOf(resultOf(failing.pipe(restartTask((n) => work(n, 1)))))).toBe(boom);
      const key = () => {
        throw boom;
      };
      expect(yield* errorOf(resultOf(of('a').pipe(restartTask((n) => work(n, 1), { key }))))).toBe(boom);
      const watched = createTask(of('a').pipe(restartTask((n) => sleep(50, n), { name: 'victim' })));
      yield* sleep(1);
      [...allTasks()].find(({ name }) => name === 'victim')!.cancel('by hand');
      expect(yield* errorOf(watched)).toMatchObject({ message: 'by hand' });
    }));

  it('makes a task over it wait for all clean-up, of what was replaced too', async () => {
    const { list, onContext } = reports();
    const { events, note, work } = workshop();
    await runVirtual(
      function* () {
        const source = concat(of('a'), timer(1, getRunningLoop().scheduler).pipe(map(() => 'b')), NEVER);
        const task = createTask(source.pipe(restartTask((name) => work(name, 10, { cleanUp: 20 }))));
        yield* sleep(3);
        task.cancel();
        yield* errorOf(task);
        note('over');
        expect([...allTasks()].filter((each) => each !== currentTask())).toEqual([]);
      },
      { onContext },
    );
    expect(events).toEqual(['a starts at 0', 'a cancelled at 1', 'a clean at 21', 'over at 21']);
    expect(list).toEqual([]);
  });

  it('lets the project make the source emit', () =>
    runVirtual(function* () {
      const source = new Subject<number>();
      const started: number[] = [];
      const results: unknown[] = [];
      source
        .pipe(
          restartTask((n) => {
            started.push(n);
            if (n < 3) source.next(n + 1);
            return sleep(1, n);
          }),
        )
        .subscribe((result) => results.push(result));
      source.next(1);
      yield* sleep(10);
      expect(results).toEqual([3]);
      expect(started).toEqual([1, 2, 3]);
    }));

  it('refuses what is no function, and numbers that make no sense', () => {
    expect(String(thrownBy(() => restartTask(5 as never)))).toMatch(
      /^TypeError: restartTask\(project\): expected a function that gives a source, got 5/,
    );
    expect(String(thrownBy(() => restartTask(() => NEVER, { concurrency: 0 })))).toMatch(
      /^RangeError: restartTask\(project, { concurrency }\): expected a number of 1 or more, got 0/,
    );
    expect(String(thrownBy(() => restartTask(() => NEVER, { key: 1 as never })))).toMatch(
      /^TypeError: restartTask\(project, { key }\)/,
    );
  });
});
