import { Observable, type OperatorFunction, finalize, interval, of, switchMap, take } from 'rxjs';
import {
  CancelledError,
  asCompletedAll,
  coroutine,
  createTask,
  delayStart,
  dropTask,
  enqueueTask,
  gatherAll,
  isCancelled,
  keepLatestTask,
  mapTask,
  restartTask,
  run,
  shield,
  shielded,
  sleep,
  waitFor,
  withRetry,
  Backoff,
} from 'rxtasks';
import { inChildProcess } from '../support/child-process.js';

/** Real time: RxJS's own timers go on when `run()` is over. */
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const nap = coroutine(function* nap(n: number) {
  yield* sleep(60_000);
  return n;
});

/** What starts something of the library for each value, and what it gives for one. */
const operators: Record<string, OperatorFunction<number, unknown>> = {
  'a coroutine in switchMap': switchMap((n) => nap(n)),
  'waitFor in switchMap': switchMap((n) => waitFor(nap(n), 1000)),
  'withRetry in switchMap': switchMap((n) => withRetry(nap(n), Backoff.exponential(1))),
  'delayStart in switchMap': switchMap((n) => of(n).pipe(delayStart(60_000))),
  'shielded in switchMap': switchMap((n) => of(n).pipe(delayStart(60_000), shielded())),
  'gatherAll in switchMap': switchMap((n) => of(nap(n)).pipe(gatherAll())),
  'asCompletedAll in switchMap': switchMap((n) => of(nap(n)).pipe(asCompletedAll())),
  mapTask: mapTask((n) => nap(n)),
  'mapTask of an async function': mapTask(async (n) => await nap(n)),
  'mapTask, one at a time': mapTask(nap, { concurrency: 1 }),
  'mapTask, in order': mapTask(nap, { ordered: true }),
  restartTask: restartTask(nap),
  dropTask: dropTask(nap),
  enqueueTask: enqueueTask(nap),
  keepLatestTask: keepLatestTask(nap),
};

/** A source that gives its values when it is told to. */
function source() {
  const emit: ((n: number) => void)[] = [];
  const values = new Observable<number>((subscriber) => void emit.push((n) => subscriber.next(n)));
  return { values, emit: (n: number) => emit.forEach((each) => each(n)) };
}

/** They emit a task, however that has ended. */
const ofTasks = ['asCompletedAll in switchMap'];

describe.each(Object.keys(operators))('a pipeline that is still subscribed when its run ends: %s', (name) => {
  const operator = operators[name]!;

  it('is told with a CancelledError of the shutdown, and its finalize runs, if something of it was running', async () => {
    const { values, emit } = source();
    const errors: unknown[] = [];
    let finalized = 0;
    await run(async () => {
      values
        .pipe(
          operator,
          finalize(() => finalized++),
        )
        .subscribe({ error: (error: unknown) => errors.push(error) });
      emit(1);
      await sleep(1);
    });
    if (ofTasks.includes(name)) {
      expect([errors, finalized]).toEqual([[], 0]);
    } else {
      expect(errors).toEqual([expect.any(CancelledError)]);
      expect([(errors[0] as CancelledError).source, finalized]).toEqual(['shutdown', 1]);
    }
  });

  it('is told when it would start something afterwards', async () => {
    const { values, emit } = source();
    const errors: unknown[] = [];
    let finalized = 0;
    let open!: () => void;
    let afterwards!: Promise<void>;
    const gate = new Promise<void>((resolve) => (open = resolve));
    await run(async () => {
      values
        .pipe(
          operator,
          finalize(() => finalized++),
        )
        .subscribe({ error: (error: unknown) => errors.push(error) });
      afterwards = gate.then(() => emit(1)); // as a timer of RxJS would that was set in the run
      await sleep(1);
    });
    expect([errors.length, finalized]).toEqual([0, 0]);
    open();
    await afterwards;
    expect(String(errors[0])).toBe('CancelledError: the run that this belonged to has ended');
    expect([(errors[0] as CancelledError).source, errors.length, finalized]).toEqual(['shutdown', 1, 1]);
  });
});

describe('what nobody handles at the end of run()', () => {
  const moments = { 'while one of its tasks runs': 1000, 'between two of its tasks': 0 };
  const forms = {
    'a coroutine in switchMap': 'rx.switchMap((n) => nap(n))',
    'a shield in switchMap': 'rx.switchMap((n) => rxtasks.shield(nap(n)))',
    shielded: 'rx.switchMap((n) => nap(n).pipe(rxtasks.shielded()))',
    mapTask: 'rxtasks.mapTask(nap)',
    'an async project of restartTask': 'rxtasks.restartTask(async (n) => await nap(n))',
  };

  const cases = Object.entries(moments).flatMap(([when, ms]) =>
    Object.entries(forms).map(([name, form]) => ({ name, when, form, ms })),
  );

  // A shield is a task that user code starts: on a closed loop that is an error, and not the pipeline's.
  it.each(cases.filter(({ name, ms }) => ms > 0 || !name.startsWith('a shield')))(
    'ends no process: $name, $when',
    async ({ form, ms }) => {
      const { status, stdout, stderr } = await inChildProcess(`
        const { run, sleep, coroutine } = rxtasks;
        const nap = coroutine(function* (n) { yield* sleep(${ms}); return n; });
        const values = new rx.Subject();
        let open;
        const gate = new Promise((resolve) => (open = resolve));
        await run(async () => {
          values.pipe(${form}, rx.finalize(() => console.log('finalized'))).subscribe(() => {});
          values.next(1);
          void gate.then(() => values.next(2)); // as a timer of RxJS would that was set in the run
          await sleep(5);
        });
        console.log('main is over');
        open();
        await new Promise((resolve) => setTimeout(resolve, 30));
        console.log('the process goes on');
      `);
      expect(stderr).toBe('');
      expect(stdout.split('\n').sort()).toEqual(['finalized', 'main is over', 'the process goes on']);
      expect(status).toBe(0);
    },
  );

  it('but a CancelledError goes by its own ways, as other errors do', async () => {
    const { status, stdout } = await inChildProcess(`
      const { run, sleep } = rxtasks;
      rx.config.onUnhandledError = (error) => console.log('theirs', String(error));
      await run(async () => {
        sleep(1000).subscribe(() => {});
        new rx.Observable((subscriber) => subscriber.error(new Error('mine'))).subscribe();
        new rx.Observable((subscriber) => subscriber.error(new rxtasks.CancelledError('no shutdown'))).subscribe();
      });
      await new Promise((resolve) => setTimeout(resolve, 10));
    `);
    expect([status, stdout.split('\n')]).toEqual([0, ['theirs Error: mine', 'theirs CancelledError: no shutdown']]);
  });
});

describe('while a run closes', () => {
  it('a task that cleans up may subscribe, and start operators', async () => {
    const log: unknown[] = [];
    await run(async () => {
      createTask(function* () {
        try {
          yield* sleep(1000);
        } finally {
          log.push(yield* createTask(of(1).pipe(switchMap((n) => sleep(1, n)))));
          log.push(yield* createTask(of(2).pipe(mapTask((n) => sleep(1, n)))));
          log.push(yield* createTask(of(3).pipe(restartTask(async (n) => await sleep(1, n)))));
        }
      });
      await sleep(1);
    });
    expect(log).toEqual([1, 2, 3]);
  });

  const cleanUp = (asked: unknown[]) =>
    coroutine(function* (n: number) {
      try {
        yield* sleep(1000);
      } finally {
        try {
          yield* sleep(5);
        } catch (error) {
          asked.push(error);
        }
        asked.push(`${n} clean`);
      }
    });

  it.each(['unsubscribing', 'replacing'])('%s does not ask again who was asked', async (how) => {
    const asked: unknown[] = [];
    const { values, emit } = source();
    await run(async () => {
      const subscription = values.pipe(restartTask(cleanUp(asked))).subscribe({ error: () => {} });
      emit(1);
      await sleep(1);
      createTask(function* () {
        try {
          yield* sleep(1000);
        } finally {
          yield* sleep(1);
          if (how === 'unsubscribing') subscription.unsubscribe();
          else emit(2);
        }
      });
      await sleep(1);
    });
    expect(asked).toEqual(['1 clean']);
  });

  it('the finalize of a pipeline whose coroutine is told runs once, and nothing is left', async () => {
    const log: string[] = [];
    await run(async () => {
      interval(1)
        .pipe(
          take(20),
          switchMap((n) => nap(n)),
          finalize(() => log.push('finalized')),
        )
        .subscribe({ error: (error: unknown) => log.push(String(isCancelled(error))) });
      await sleep(5);
    });
    await pause(30);
    expect(log).toEqual(['true', 'finalized']);
  });
});

describe('shield', () => {
  it('tells of the shutdown, as what it protects', async () => {
    let error: unknown;
    await run(async () => {
      shield(nap(1)).subscribe({ error: (failure: unknown) => (error = failure) });
      await sleep(1);
    });
    expect([isCancelled(error), (error as CancelledError).source]).toEqual([true, 'shutdown']);
  });
});
