import { BehaviorSubject, NEVER, Observable, Subject, of, pipe, share, tap, throwError, timer, toArray } from 'rxjs';
import { type Task, createTask, currentTask, mapTask, resultOf, run, sleep, toTask } from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';
import { outcomeOf } from './workplace.js';

const styles: Record<string, (body: () => void) => () => PromiseLike<unknown>> = {
  'a coroutine': (body) => () =>
    createTask(function* () {
      body();
      yield* sleep(5);
    }),
  'an async function': (body) => async () => {
    body();
    await sleep(5);
  },
  'an async function, after an await': (body) => async () => {
    await sleep(1);
    body();
    await sleep(5);
  },
  'a pipeline': (body) => () => createTask(timer(1).pipe(tap(body))),
};

describe.each(Object.keys(styles))('toTask() in %s', (style) => {
  const inStyle = (body: () => void) => runVirtual(async () => void (await styles[style]!(body)()));

  it('sees of a hot Observable what subscribe sees', async () => {
    let check!: () => void;
    await inStyle(() => {
      const values = new Subject<number>();
      const seen: number[] = [];
      values.subscribe((n) => seen.push(n));
      const task = pipe(toArray<number>(), toTask())(values);
      for (const n of [1, 2, 3]) values.next(n);
      values.complete();
      check = () => expect([task.result(), seen]).toEqual([seen, [1, 2, 3]]);
    });
    check();
  });

  it('is a done task of a source that ends at once: with its value, or its error', () =>
    inStyle(() => {
      expect(toTask<number>()(of(1, 2)).result()).toBe(2);
      const failed = toTask()(throwError(() => new Error('failed')));
      expect(failed.exception()).toEqual(new Error('failed'));
      expect(toTask({ defaultValue: 'nothing' })(new Observable((subscriber) => subscriber.complete())).result()).toBe(
        'nothing',
      );
    }));

  it('with a signal that is aborted already is a done task, cancelled, and has subscribed to nothing', () =>
    inStyle(() => {
      let subscriptions = 0;
      const source = new Observable<number>(() => void subscriptions++);
      const task = toTask({ signal: AbortSignal.abort('before') })(source);
      expect([task.done(), task.cancelled(), subscriptions]).toEqual([true, true, 0]);
    }));

  it('subscribes once, in its own task', () =>
    inStyle(() => {
      const names: (string | undefined)[] = [];
      const source = new Observable<number>((subscriber) => {
        names.push(currentTask()?.name);
        subscriber.next(1);
        subscriber.complete();
      });
      const around = currentTask()?.name;
      const task = toTask({ name: 'mine' })(source);
      task.subscribe();
      expect([names, currentTask()?.name]).toEqual([['mine'], around]);
    }));
});

describe('createTask() of an Observable', () => {
  it('subscribes one turn later, like every source; { eager: true } and toTask() do at once', () =>
    runVirtual(async () => {
      const values = new Subject<number>();
      const tasks: Task<unknown>[] = [
        createTask(values.pipe(toArray())),
        createTask(values.pipe(toArray()), { eager: true }),
        toTask<number[]>()(values.pipe(toArray())),
      ];
      values.next(1);
      await sleep(0);
      values.next(2);
      values.complete();
      expect(await Promise.all(tasks)).toEqual([[2], [1, 2], [1, 2]]);
    }));

  it('has the value that a BehaviorSubject, or a replay, has kept', () =>
    runVirtual(async () => {
      const state = new BehaviorSubject(1);
      const task = createTask(state);
      state.next(2);
      await sleep(0);
      state.complete();
      expect(await task).toBe(2);
    }));
});

describe('the task of toTask()', () => {
  it('is cancelled as every other: unsubscribes, and waits for what it started', () =>
    runVirtual(async () => {
      const log: string[] = [];
      const source = of(0).pipe(
        mapTask(async () => {
          try {
            await sleep(100);
          } finally {
            await sleep(3);
            log.push(`clean at ${Date.now()}`);
          }
        }),
        share(),
      );
      const task = toTask()(source);
      await sleep(5);
      task.cancel('stop');
      log.push(await outcomeOf(task), String(Date.now()));
      expect(log).toEqual(['clean at 8', 'CancelledError: stop', '8']);
    }));

  it('belongs to its loop, and ends with that', async () => {
    let task!: Task<unknown>;
    await run(async () => {
      task = toTask()(NEVER);
      await resultOf(sleep(0));
    });
    expect(task.cancelled()).toBe(true);
  });
});
