import { Subject, defer, of, switchMap, tap, timer } from 'rxjs';
import {
  type Task,
  type TaskFunction,
  createTask,
  gather,
  isCancelled,
  mapTask,
  resultOf,
  restartTask,
  shield,
  sleep,
  waitFor,
  withTaskGroup,
  withTimeout,
} from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';
import { native, operators, outcomeOf } from './workplace.js';

/** What a CancelledError says of why it was thrown, and of who asked. */
interface Reason {
  readonly message: string;
  readonly source: string | undefined;
  readonly requester: string | undefined;
  readonly cause: unknown;
}

/** A body in each style that waits, and notes why it was cancelled. */
const bodies: Record<string, (reasons: Reason[]) => TaskFunction<string>> = {
  'a generator': (reasons) =>
    function* () {
      try {
        yield* sleep(100);
      } catch (error) {
        reasons.push(reasonOf(error));
        throw error;
      }
      return 'done';
    },
  'an async function': (reasons) => async () => {
    try {
      await sleep(100);
    } catch (error) {
      reasons.push(reasonOf(error));
      throw error;
    }
    return 'done';
  },
  'an async function that waits by its task': (reasons) => async (task) => {
    try {
      await task.resultOf(sleep(100));
    } catch (error) {
      reasons.push(reasonOf(error));
      throw error;
    }
    return 'done';
  },
};

function reasonOf(error: unknown): Reason {
  if (!isCancelled(error)) throw error;
  const { message, source, requester, cause } = error;
  return { message, source, requester, cause };
}

describe.each(Object.keys(bodies))('the reason of a cancellation of %s', (body) => {
  const boom = new Error('boom');

  it.each(Object.keys(operators))('in %s: of who unsubscribes, by name', (name) =>
    runVirtual(async () => {
      const reasons: Reason[] = [];
      const subscription = of(0)
        .pipe(operators[name]!(() => bodies[body]!(reasons)))
        .subscribe();
      const leaver = async () => {
        await sleep(1);
        subscription.unsubscribe();
      };
      await createTask(leaver, { name: 'the leaver' });
      await sleep(1);
      expect(reasons).toEqual([{ message: '', source: 'unsubscribe', requester: 'the leaver', cause: undefined }]);
    }),
  );

  it.each(Object.keys(operators))('in %s: of who cancels the task of the pipeline, with the message', (name) =>
    runVirtual(async () => {
      const reasons: Reason[] = [];
      const task = createTask(of(0).pipe(operators[name]!(() => bodies[body]!(reasons))));
      const boss = async () => {
        await sleep(1);
        task.cancel('no time');
      };
      await createTask(boss, { name: 'the boss' });
      await outcomeOf(task);
      expect(reasons).toEqual([{ message: 'no time', source: 'cancel', requester: 'the boss', cause: undefined }]);
    }),
  );

  it.each(['mapTask', 'mapTask, two at a time', 'mapTask, in order'])(
    'in %s: the failure of a sibling is the cause',
    (name) =>
      runVirtual(async () => {
        const reasons: Reason[] = [];
        const project = (n: number): TaskFunction<string> =>
          n === 0
            ? bodies[body]!(reasons)
            : function* () {
                yield* sleep(1);
                throw boom;
              };
        await outcomeOf(createTask(of(0, 1).pipe(operators[name]!(project))));
        expect(reasons).toEqual([{ message: '', source: 'mapTask', requester: expect.any(String), cause: boom }]);
      }),
  );

  it.each(Object.keys(operators))('in %s: the failure of the source is the cause', (name) =>
    runVirtual(async () => {
      const reasons: Reason[] = [];
      const values = timer(0, 5).pipe(tap((n) => n === 1 && fail()));
      const fail = () => {
        throw boom;
      };
      await outcomeOf(createTask(values.pipe(operators[name]!(() => bodies[body]!(reasons)))));
      expect(reasons.map(({ cause }) => cause)).toEqual([boom]);
      expect(reasons[0]!.source).toBe(name.replace(/,.*/, ''));
    }),
  );

  it('in restartTask: a newer value', () =>
    runVirtual(async () => {
      const reasons: Reason[] = [];
      const values = new Subject<number>();
      const subscription = values
        .pipe(restartTask((n) => (n === 0 ? bodies[body]!(reasons) : sleep(1, ''))))
        .subscribe();
      const typing = async () => {
        values.next(0);
        await sleep(1);
        values.next(1);
      };
      await createTask(typing, { name: 'typing' });
      await sleep(5);
      subscription.unsubscribe();
      expect(reasons).toEqual([
        {
          message: 'restartTask: a newer value takes its place',
          source: 'restartTask',
          requester: 'typing',
          cause: undefined,
        },
      ]);
    }));

  it('in a group: the failure of a sibling is the cause, also that of its body', () =>
    runVirtual(async () => {
      const reasons: Reason[] = [];
      await outcomeOf(
        withTaskGroup(async (group) => {
          group.createTask(bodies[body]!(reasons) as () => PromiseLike<string>);
          group.createTask(async () => {
            await sleep(1);
            throw boom;
          });
        }),
      );
      await outcomeOf(
        withTaskGroup(async (group) => {
          group.createTask(bodies[body]!(reasons) as () => PromiseLike<string>);
          await sleep(1);
          throw boom;
        }),
      );
      expect(reasons.map(({ source, cause }) => [source, cause])).toEqual([
        ['task group', boom],
        ['task group', boom],
      ]);
    }));

  it('in a group: the reason of its cancel()', () =>
    runVirtual(async () => {
      const reasons: Reason[] = [];
      await withTaskGroup(async (group) => {
        group.createTask(bodies[body]!(reasons) as () => PromiseLike<string>);
        await sleep(1);
        group.cancel('enough');
      });
      expect(reasons.map(({ message, source }) => [message, source])).toEqual([['enough', 'task group']]);
    }));

  it('in a group whose task is cancelled: the cancellation is the cause, and who asked is known', () =>
    runVirtual(async () => {
      const reasons: Reason[] = [];
      const task = createTask(
        withTaskGroup(async (group) => {
          group.createTask(bodies[body]!(reasons) as () => PromiseLike<string>);
          await sleep(100);
        }),
      );
      const boss = async () => {
        await sleep(1);
        task.cancel('no time');
      };
      await createTask(boss, { name: 'the boss' });
      await outcomeOf(task);
      expect(reasons.map(({ source, requester }) => [source, requester])).toEqual([['task group', 'the boss']]);
      expect(String(reasons[0]!.cause)).toBe('CancelledError: no time');
    }));

  it('in an iteration that is left by an error or a cancellation of its task', () =>
    runVirtual(async () => {
      const reasons: Reason[] = [];
      const task = createTask(async () => {
        for await (const _ of mapTask([0], () => bodies[body]!(reasons)));
      });
      const boss = async () => {
        await sleep(1);
        task.cancel('no time');
      };
      await createTask(boss, { name: 'the boss' });
      await outcomeOf(task);
      expect(reasons.map(({ source, requester }) => [source, requester])).toEqual([['mapTask', 'the boss']]);
      expect(String(reasons[0]!.cause)).toBe('CancelledError: no time');
    }));

  it.each<[string, (work: TaskFunction<string>) => PromiseLike<unknown>]>([
    ['waitFor', (work) => waitFor(work, 5)],
    ['withTimeout', (work) => withTimeout(5, () => waitFor(work))],
    ['waitFor around gather', (work) => waitFor(gather([work]), 5)],
    ['waitFor around a pipeline', (work) => waitFor(of(0).pipe(mapTask(() => work)), 5)],
  ])('at a limit: %s', (_, limit) =>
    runVirtual(async () => {
      const reasons: Reason[] = [];
      const error: unknown = await createTask(async () => await limit(bodies[body]!(reasons))).catch(
        (failure: unknown) => failure,
      );
      expect(reasons.map(({ source }) => source)).toEqual(['timeout']);
      expect(isCancelled((error as Error).cause)).toBe(true);
    }),
  );

  it('by a signal: its reason is the cause', () =>
    runVirtual(async () => {
      const reasons: Reason[] = [];
      const stop = new AbortController();
      const task = createTask(bodies[body]!(reasons) as () => PromiseLike<string>, { signal: stop.signal });
      await sleep(1);
      stop.abort(boom);
      await outcomeOf(task);
      expect(reasons.map(({ message, source, cause }) => [message, source, cause])).toEqual([
        ['Error: boom', 'signal', boom],
      ]);
    }));
});

describe('who asked', () => {
  it.each<[string, (task: Task<unknown>) => TaskFunction<unknown>]>([
    [
      'a coroutine',
      (task) =>
        function* () {
          yield* sleep(1);
          task.cancel();
        },
    ],
    [
      'an async function, after an await',
      (task) => async () => {
        await sleep(1);
        task.cancel();
      },
    ],
    [
      'an async function, after a native await',
      (task) => async () => {
        await native(1);
        task.cancel();
      },
    ],
    ['a pipeline', (task) => () => timer(1).pipe(tap(() => void task.cancel()))],
    [
      'a pipeline with an async function in it',
      (task) => () =>
        of(0).pipe(
          switchMap(async () => {
            await native(1);
            task.cancel();
          }),
        ),
    ],
    [
      'a project of mapTask with an asynchronous source',
      (task) => () =>
        timer(1).pipe(
          mapTask(
            async () => {
              await native(1);
              task.cancel();
            },
            { name: 'the boss' },
          ),
        ),
    ],
  ])('is known by name: %s', (_, boss) =>
    runVirtual(async () => {
      const task = createTask(sleep(100));
      const asking = createTask(boss(task) as () => PromiseLike<unknown>, { name: 'the boss' });
      const error: unknown = await task.catch((failure: unknown) => failure);
      await asking;
      expect(reasonOf(error).requester).toBe('the boss');
    }),
  );
});

describe('a shield', () => {
  it('keeps the message of a cancellation of what it protects, as asyncio does, and tells the rest', () =>
    runVirtual(async () => {
      const work = createTask(sleep(100));
      const shielded = shield(work);
      const boss = async () => {
        await sleep(1);
        work.cancel('mine');
      };
      await createTask(boss, { name: 'the boss' });
      const reason = reasonOf(await shielded.catch((failure: unknown) => failure));
      expect([reason.message, reason.source, reason.requester]).toEqual(['', 'cancel', 'the boss']);
      expect(String(reason.cause)).toBe('CancelledError: mine');
    }));

  /** In each style: waits for the shield. */
  const waiters: Record<string, (work: () => PromiseLike<unknown>) => Task<unknown>> = {
    'a coroutine': (work) =>
      createTask(function* () {
        return yield* resultOf(work() as never);
      }),
    'an async function': (work) => createTask(async () => await work()),
    'an async function by task.resultOf': (work) => createTask(async (task) => await task.resultOf(work() as never)),
    'a pipeline': (work) => createTask(defer(work as never)) as Task<unknown>,
    'a project of mapTask': (work) => createTask(of(0).pipe(mapTask(work as never))),
    waitFor: (work) => createTask(waitFor(work as never, 1000)),
  };

  it.each(Object.keys(waiters))('protects the work from who waits for it: %s', (waiter) =>
    runVirtual(async () => {
      const task = createTask(async () => {
        await sleep(20);
        return 'saved';
      });
      const waiting = waiters[waiter]!(() => shield(task));
      await sleep(5);
      waiting.cancel('stop');
      const outcome = await outcomeOf(waiting);
      expect([outcome, Date.now(), await task, Date.now()]).toEqual(['CancelledError: stop', 5, 'saved', 20]);
    }),
  );

  it.each(Object.keys(waiters))('gives the result, and the failure: %s', (waiter) =>
    runVirtual(async () => {
      const fails = async () => {
        await sleep(5);
        throw new Error('failed');
      };
      expect(await outcomeOf(waiters[waiter]!(() => shield(sleep(5, 'value'))))).toBe('value');
      expect(await outcomeOf(waiters[waiter]!(() => shield(fails)))).toBe('Error: failed');
    }),
  );
});
