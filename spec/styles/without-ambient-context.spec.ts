import { of, timer, concat, map, toArray } from 'rxjs';
import {
  Condition,
  Lock,
  Semaphore,
  type Task,
  type TaskFunction,
  createTask,
  mapTask,
  resultOf,
  restartTask,
  sleep,
  waitFor,
  withTaskGroup,
  withTimeout,
} from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';
import { collectReports, native, operators, outcomeOf, workplace } from './workplace.js';

// No test of this file switches the ambient context on: nothing tells whose code runs after the first `await` of an async function, but
// the task, or the scope, by which that waits.
const run = (main: (task: Task<unknown>) => Promise<void>) => runVirtual(main, { asyncContext: false });

type Body = (note: (what: string) => void, task: Task<unknown>) => () => Promise<unknown>;

/** Waits by its task in the first step, after it, and in its clean-up. */
const hearing: Body = (note, task) => async () => {
  try {
    await task.resultOf(sleep(1));
    await task.resultOf(sleep(100));
    note('went on');
  } finally {
    await task.resultOf(sleep(3));
    note('clean');
  }
};

/** Is asked while it waits for nothing of the library. */
const late: Body = (note, task) => async () => {
  try {
    await native(20);
    await task.resultOf(sleep(100));
    note('went on');
  } finally {
    await task.resultOf(sleep(3));
    note('clean');
  }
};

/** What an async function waits for by `task.resultOf`, in which another one runs. */
const places: Record<string, (body: () => Promise<unknown>) => PromiseLike<unknown>> = {
  'resultOf(function)': (body) => resultOf(body),
  'waitFor(function, ms)': (body) => waitFor(body, 1000),
  'waitFor in waitFor': (body) => waitFor(waitFor(body, 1000), 900),
  withTimeout: (body) => withTimeout(1000, body),
  'withTimeout in withTimeout': (body) => withTimeout(1000, () => withTimeout(900, body)),
  withTaskGroup: (body) => withTaskGroup(body),
  'lock.runExclusive': (body) => new Lock().runExclusive(body),
  'semaphore.runExclusive': (body) => new Semaphore(1).runExclusive(body),
  'condition.runExclusive': (body) => new Condition().runExclusive(body),
};

describe.each(Object.keys(places))('an async function that waits by its task, inside of %s', (name) => {
  const place = places[name]!;
  const around: Record<string, (body: Body, note: (what: string) => void) => Task<unknown>> = {
    'a coroutine': (body, note) =>
      createTask(function* (task) {
        return yield* resultOf(place(body(note, task)) as never);
      }),
    'an async function': (body, note) =>
      createTask(async (task) => await task.resultOf(place(body(note, task)) as never)),
    'an async function, later': (body, note) =>
      createTask(async (task) => {
        await task.resultOf(sleep(1));
        return await task.resultOf(place(body(note, task)) as never);
      }),
  };

  it.each(Object.keys(around))('is cancelled where it waits, and waited for: in %s', (style) =>
    run(async (main) => {
      const { events, note } = workplace();
      const task = around[style]!(hearing, note);
      await main.resultOf(sleep(10));
      task.cancel('stop');
      note(await outcomeOf(main.resultOf(task)));
      expect(events).toEqual(['clean at 13', 'CancelledError: stop at 13']);
    }),
  );

  it.each(Object.keys(around))('gets at its next await what came before: in %s', (style) =>
    run(async (main) => {
      const { events, note } = workplace();
      const task = around[style]!(late, note);
      await main.resultOf(sleep(10));
      task.cancel('stop');
      note(await outcomeOf(main.resultOf(task)));
      const end = style.includes('later') ? 24 : 23;
      expect(events).toEqual([`clean at ${end}`, `CancelledError: stop at ${end}`]);
    }),
  );

  it.each(Object.keys(around))('hears the limit of what is around it, and is not left behind: in %s', (style) =>
    run(async (main) => {
      const { events, note } = workplace();
      const reports = collectReports();
      note(await outcomeOf(main.resultOf(waitFor(around[style]!(hearing, note), 10))));
      expect([events, reports]).toEqual([['clean at 13', 'TimeoutError: the time limit was reached at 13'], []]);
    }),
  );
});

describe('a limit around an async function that waits by its task', () => {
  it.each<[string, (body: () => Promise<unknown>) => PromiseLike<unknown>]>([
    ['waitFor', (body) => waitFor(body, 10)],
    ['waitFor around resultOf', (body) => waitFor(resultOf(body), 10)],
    ['withTimeout', (body) => withTimeout(10, body)],
    ['withTimeout around a lock', (body) => withTimeout(10, () => new Lock().runExclusive(body))],
  ])('is heard: %s', (_, limited) =>
    run(async (main) => {
      const { events, note } = workplace();
      const reports = collectReports();
      const task = createTask(async (me) => await me.resultOf(limited(hearing(note, me)) as never));
      note(await outcomeOf(main.resultOf(task)));
      expect([events, reports]).toEqual([['clean at 13', 'TimeoutError: the time limit was reached at 13'], []]);
    }),
  );

  it('is heard by who waits by the scope', () =>
    run(async (main) => {
      const { events, note } = workplace();
      const reports = collectReports();
      const task = createTask(async (me) => {
        await me.resultOf(
          withTimeout(10, async (scope) => {
            try {
              await scope.resultOf(sleep(1));
              await scope.resultOf(sleep(100));
            } finally {
              await scope.resultOf(sleep(3));
              note('clean');
            }
          }),
        );
      });
      note(await outcomeOf(main.resultOf(task)));
      expect([events, reports]).toEqual([['clean at 13', 'TimeoutError: the time limit was reached at 13'], []]);
    }));

  it('leaves a function of bare awaits behind: nobody can know what it awaits', () =>
    run(async (main) => {
      const { events, note } = workplace();
      const reports = collectReports();
      const task = createTask(async (me) => {
        await me.resultOf(
          waitFor(async () => {
            await native(1);
            await sleep(50);
            note('went on');
          }, 10),
        );
      });
      note(await outcomeOf(main.resultOf(task)));
      await main.resultOf(sleep(100));
      expect(events).toEqual(['TimeoutError: the time limit was reached at 11', 'went on at 51']);
      expect(reports).toEqual([expect.stringMatching(/^abandoned/)]);
    }));
});

describe.each(Object.keys(operators))(
  'a project of %s that gives an async function which waits by its task',
  (name) => {
    const project =
      (note: (what: string) => void): (() => TaskFunction<string>) =>
      () =>
      async (task) => {
        await hearing(note, task)();
        return 'done';
      };

    it('is cancelled and waited for', () =>
      run(async (main) => {
        const { events, note } = workplace();
        const task = createTask(of(0).pipe(operators[name]!(project(note))));
        await main.resultOf(sleep(10));
        task.cancel('stop');
        note(await outcomeOf(main.resultOf(task)));
        expect(events).toEqual(['clean at 13', 'CancelledError: stop at 13']);
      }));

    it('is cancelled when it is unsubscribed from', () =>
      run(async (main) => {
        const { events, note } = workplace();
        const subscription = of(0)
          .pipe(operators[name]!(project(note)))
          .subscribe();
        await main.resultOf(sleep(10));
        subscription.unsubscribe();
        await main.resultOf(sleep(10));
        expect(events).toEqual(['clean at 13']);
      }));
  },
);

describe('operators and iterations of async functions that wait by their tasks', () => {
  it('restartTask runs one at a time', () =>
    run(async (main) => {
      const { events, toldWork } = workplace();
      const pieces = ['a', 'b'].map((name) => ({ name, ms: 10 }));
      const values = concat(of(pieces[0]!), timer(4).pipe(map(() => pieces[1]!)));
      const project = (piece: (typeof pieces)[number]) => (task: Task<unknown>) => toldWork(piece, task);
      const results = await main.resultOf(createTask(values.pipe(restartTask(project), toArray())));
      expect(results).toEqual(['b']);
      expect(events).toEqual(['a starts at 0', 'a cancelled at 4', 'a clean at 7', 'b starts at 7', 'b ends at 17']);
    }));

  it.each([1, 2, Infinity])(
    'an iteration whose next() was called in the first step cancels its items, %s at a time',
    (concurrency) =>
      run(async (main) => {
        const { events, note, toldWork } = workplace();
        const pieces = ['a', 'b'].map((name) => ({ name, ms: 100 }));
        const task = createTask(async (me) => {
          const iterator = mapTask(pieces, (piece) => (own: Task<unknown>) => toldWork(piece, own), { concurrency })[
            Symbol.asyncIterator
          ]();
          await me.resultOf(iterator.next());
        });
        await main.resultOf(sleep(10));
        task.cancel('stop');
        note(await outcomeOf(main.resultOf(task)));
        await main.resultOf(sleep(10));
        const names = concurrency === 1 ? ['a'] : ['a', 'b'];
        expect(events).toEqual([
          ...names.map((name) => `${name} starts at 0`),
          ...names.map((name) => `${name} cancelled at 10`),
          'CancelledError: stop at 10', // a promise, as that of next(), cannot be waited for once more
          ...names.map((name) => `${name} clean at 13`),
        ]);
      }),
  );
});
