import { type Observable, type ObservableInput, Subject, defer, of, tap } from 'rxjs';
import {
  Condition,
  Event,
  Lock,
  Semaphore,
  type Task,
  type TaskFunction,
  createTask,
  currentTask,
  dropTask,
  eagerTaskFactory,
  enqueueTask,
  gather,
  getRunningLoop,
  keepLatestTask,
  mapTask,
  restartTask,
  resultOf,
  sleep,
  waitFor,
  withRetry,
  Backoff,
  withTaskGroup,
  withTimeout,
} from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';
import { operators, outcomeOf, workplace } from './workplace.js';

type Note = (what: string) => void;
type Ask = () => void;

/** What asks, in the first synchronous step, and then sleeps: cleans up, and tells if it was not cancelled. */
const bodies: Record<string, (ask: Ask, note: Note) => () => unknown> = {
  'a generator': (ask, note) =>
    function* () {
      ask();
      try {
        yield* sleep(100);
        note('went on');
      } finally {
        yield* sleep(3);
        note('clean');
      }
    },
  'an async function': (ask, note) => async () => {
    ask();
    try {
      await sleep(100);
      note('went on');
    } finally {
      await sleep(3);
      note('clean');
    }
  },
};

/** Where a body is awaited. */
const places: Record<string, (body: () => never) => PromiseLike<unknown>> = {
  'resultOf(function)': (body) => resultOf(body as TaskFunction<unknown>),
  'waitFor(function, ms)': (body) => waitFor(body as TaskFunction<unknown>, 5000),
  'waitFor(function)': (body) => waitFor(body as TaskFunction<unknown>),
  withTimeout: (body) => withTimeout(5000, body),
  'withTimeout(null)': (body) => withTimeout(null, body),
  'withTimeout in withTimeout': (body) => withTimeout(5000, () => withTimeout(4000, body) as never),
  withTaskGroup: (body) => withTaskGroup(body),
  'lock.runExclusive': (body) => new Lock().runExclusive(body),
  'semaphore.runExclusive': (body) => new Semaphore(1).runExclusive(body),
  'condition.runExclusive': (body) => new Condition().runExclusive(body),
  withRetry: (body) => withRetry(body as TaskFunction<unknown>, Backoff.exponential(1)),
  'gather of one function': (body) => gather([body as TaskFunction<unknown>]),
  'a task': (body) => createTask(body as () => PromiseLike<unknown>),
  'an eager task': (body) => createTask(body as () => PromiseLike<unknown>, { eager: true }),
};

/** Who waits for it. */
const waiters: Record<string, (make: () => PromiseLike<unknown>) => TaskFunction<unknown>> = {
  'a coroutine': (make) =>
    function* () {
      yield* resultOf(make() as never);
    },
  'an async function': (make) => async () => {
    await make();
  },
  'an async function, later': (make) => async () => {
    await sleep(0);
    await make();
  },
  'an async function by task.resultOf': (make) => async (task) => {
    await task.resultOf(make() as never);
  },
  'a pipeline': (make) => () => defer(() => make() as ObservableInput<unknown>),
};

/** These are hot: a pipeline watches them, and does not own them. */
const hot = ['gather of one function', 'a task', 'an eager task'];

describe.each(Object.keys(waiters))(
  '%s that is asked to cancel in the first synchronous step of what it waits for',
  (waiter) => {
    describe.each(Object.keys(bodies))('of %s', (body) => {
      it.each(Object.keys(places).filter((place) => waiter !== 'a pipeline' || !hot.includes(place)))(
        'is cancelled where that waits: %s',
        (place) =>
          runVirtual(async () => {
            for (const how of ['cancel', 'signal']) {
              const { events, note } = workplace();
              const start = Date.now();
              const stop = new AbortController();
              const ask = () => (how === 'signal' ? stop.abort('stop') : void task.cancel('stop'));
              const make = () => places[place]!(bodies[body]!(ask, note) as () => never);
              const task: Task<unknown> = createTask(waiters[waiter]!(make) as () => PromiseLike<unknown>, {
                signal: stop.signal,
              });
              note(await outcomeOf(task));
              const end = `at ${start + 3}`;
              expect([how, ...events]).toEqual([how, `clean ${end}`, `CancelledError: stop ${end}`]);
            }
          }),
      );
    });
  },
);

describe('who asks itself in its first step, and waits for nothing more', () => {
  it.each<[string, (ask: Ask) => TaskFunction<unknown> | Observable<unknown>, string]>([
    [
      'a generator: cancelled, as in asyncio',
      (ask) =>
        function* () {
          ask();
          return 'value';
        },
      'CancelledError: stop',
    ],
    ['an Observable: cancelled', (ask) => defer(() => (ask(), of('value'))), 'CancelledError: stop'],
    [
      'an async function: finished',
      (ask) => async () => {
        ask();
        return 'value';
      },
      'value',
    ],
  ])('%s', (_, make, outcome) =>
    runVirtual(async () => {
      const task: Task<unknown> = createTask(make(() => void task.cancel('stop')) as () => PromiseLike<unknown>);
      expect(await outcomeOf(task)).toBe(outcome);
    }),
  );
});

/** What an eager child does in its first step to those around it. */
const endings: Record<
  string,
  (group: { cancel: (reason?: string) => void; fail: () => void; parent: Task<unknown> }) => void
> = {
  'group.cancel()': ({ cancel }) => cancel('enough'),
  'an eager sibling that fails': ({ fail }) => fail(),
  'a cancel of the parent': ({ parent }) => void parent.cancel('enough'),
};

describe.each(Object.keys(bodies))('an eager child of a group, as %s', (body) => {
  it.each(
    Object.keys(endings).flatMap((ending) => ['a generator', 'an async function'].map((group) => [ending, group])),
  )('that ends its group in its first step by %s is cancelled, as every other child: the body is %s', (ending, group) =>
    runVirtual(async () => {
      const { events, note } = workplace();
      const ended = createTask(async () => {
        const parent = currentTask()!;
        const fill = (g: Parameters<Parameters<typeof withTaskGroup>[0]>[0]) => {
          const fail = () =>
            g.createTask(
              function* () {
                throw new Error('sibling');
              },
              { eager: true },
            );
          const ask = () => endings[ending]!({ cancel: (reason) => g.cancel(reason), fail, parent });
          g.createTask(bodies[body]!(ask, note) as TaskFunction<unknown> as never, { eager: true });
        };
        await withTaskGroup(
          group === 'a generator'
            ? function* (g) {
                fill(g);
                yield* new Event().wait();
              }
            : async (g) => {
                fill(g);
                await new Event().wait();
              },
        );
      });
      const outcome = await outcomeOf(ended);
      expect(events).toEqual(['clean at 3']);
      expect(outcome).toMatch(
        { 'group.cancel()': /^undefined$/, 'an eager sibling that fails': /^ExceptionGroup/ }[ending] ??
          /^CancelledError: enough$/,
      );
    }),
  );
});

describe('with eagerTaskFactory', () => {
  /** Runs `body` on a loop whose tasks are eager. */
  const runEager = (body: TaskFunction<unknown>) =>
    runVirtual(function* () {
      getRunningLoop().setTaskFactory(eagerTaskFactory);
      return yield* resultOf(body);
    });

  describe.each(Object.keys(bodies))('a project that gives %s', (body) => {
    it.each(Object.keys(operators))(
      'and unsubscribes from its operator in its first step is cancelled: %s',
      async (name) => {
        const log: string[] = [];
        await runEager(function* () {
          const values = new Subject<number>();
          const ask = () => subscription.unsubscribe();
          const project = () => bodies[body]!(ask, (what) => log.push(what)) as TaskFunction<string>;
          const subscription = values.pipe(operators[name]!(project)).subscribe();
          values.next(1);
          yield* sleep(20);
        });
        expect(log).toEqual(['clean']);
      },
    );

    it.each(['restartTask', 'keepLatestTask', 'enqueueTask', 'dropTask', 'mapTask'])(
      'and gives its source the next value in its first step keeps the policy: %s',
      async (name) => {
        const log: string[] = [];
        const results: string[] = [];
        let running = 0;
        let most = 0;
        await runEager(function* () {
          const values = new Subject<number>();
          const project = (n: number): TaskFunction<string> =>
            function* () {
              most = Math.max(most, ++running);
              try {
                if (n < 3) values.next(n + 1);
                yield* sleep(1);
                return String(n);
              } finally {
                running--;
              }
            };
          const subscription = values.pipe(operators[name]!(project)).subscribe((result) => results.push(result));
          values.next(1);
          yield* sleep(30);
          subscription.unsubscribe();
        });
        expect(results.sort()).toEqual(
          { restartTask: ['3'], keepLatestTask: ['1', '2', '3'], enqueueTask: ['1', '2', '3'], dropTask: ['1'] }[
            name
          ] ?? ['1', '2', '3'],
        );
        expect([most, log]).toEqual([name === 'mapTask' ? 3 : 1, []]);
      },
    );
  });

  it('all operators emit results, values and failures as without', async () => {
    for (const operator of [
      mapTask,
      restartTask,
      dropTask,
      enqueueTask,
      keepLatestTask,
    ] as never as (typeof mapTask)[]) {
      await runEager(async () => {
        const task = (project: () => unknown) => createTask(of(0).pipe(operator(project as never)));
        expect(await task(() => sleep(1, 'coroutine'))).toBe('coroutine');
        expect(await task(async () => 'async')).toBe('async');
        expect(await task(() => of('a', 'b'))).toBe('b');
        expect(
          await outcomeOf(
            task(() => {
              throw new Error('thrown');
            }),
          ),
        ).toBe('Error: thrown');
      });
    }
  });

  it('an iteration of mapTask maps, is left, and is cancelled', async () => {
    await runEager(async () => {
      const log: string[] = [];
      for await (const n of mapTask([1, 2, 3], async (each) => each * 2, { concurrency: 2 })) log.push(String(n));
      const left = async () => {
        for await (const _ of mapTask(
          [1, 2, 3],
          bodies['an async function']!(
            () => {},
            (what) => log.push(what),
          ) as never,
          { concurrency: 2 },
        ));
      };
      const task = createTask(left);
      await sleep(1);
      task.cancel();
      log.push(await outcomeOf(task));
      expect(log).toEqual(['2', '4', '6', 'clean', 'clean', 'CancelledError']);
    });
  });
});

describe('a request between the making of something and its first step', () => {
  it.each(Object.keys(bodies))('reaches it: nothing of it runs (%s)', (body) =>
    runVirtual(async () => {
      const { events, note } = workplace();
      const fn = bodies[body]!(() => note('began'), note) as () => PromiseLike<unknown>;
      const made = [createTask(fn), createTask(of(0).pipe(mapTask(() => fn))), createTask(waitFor(fn, 100))];
      for (const task of made) task.cancel('before');
      for (const task of made) note(await outcomeOf(task));
      expect(events).toEqual(made.map(() => 'CancelledError: before at 0'));
    }),
  );

  it('of a pipeline reaches what its source starts while it is subscribed to', () =>
    runVirtual(async () => {
      const { events, note, work } = workplace();
      const task: Task<unknown> = createTask(
        of(1).pipe(
          tap(() => task.cancel('stop')),
          mapTask(() => work({ name: 'a', ms: 10 })),
        ),
      );
      note(await outcomeOf(task));
      expect(events).toEqual(['CancelledError: stop at 0']);
    }));
});
