import { of } from 'rxjs';
import {
  type Task,
  coroutine,
  createTask,
  currentTask,
  isCancelled,
  mapTask,
  resultOf,
  sleep,
  waitFor,
  withTaskGroup,
  withTimeout,
} from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';
import { native, outcomeOf, workplace } from './workplace.js';

const fail = function* (): Generator<never, void> {
  throw new Error('child');
};

/** Catches its first cancellation, then does `afterwards`. */
const styles: Record<string, (afterwards: () => PromiseLike<unknown>, note: (what: string) => void) => Task<unknown>> =
  {
    'a coroutine': (afterwards, note) =>
      createTask(function* () {
        try {
          yield* sleep(1000);
        } catch (error) {
          if (!isCancelled(error)) throw error;
          note(String(yield* resultOf(outcomeOf(afterwards()))));
        }
        yield* sleep(1);
        return 'went on';
      }),
    'an async function': (afterwards, note) =>
      createTask(async () => {
        try {
          await sleep(1000);
        } catch (error) {
          if (!isCancelled(error)) throw error;
          note(String(await outcomeOf(afterwards())));
        }
        await sleep(1);
        return 'went on';
      }),
  };

describe('the counter of cancel requests, where one was caught', () => {
  /** In each style: [what is done after the first request was caught, whether the task then goes on, as in asyncio]. */
  const afterwards: Record<
    string,
    [coroutineForm: () => Generator<never, unknown>, asyncForm: () => Promise<unknown>, outcome: string]
  > = {
    'a group whose child fails: the request is armed again': [
      function* () {
        yield* withTaskGroup(function* (group) {
          group.createTask(fail);
        });
      },
      async () => {
        await withTaskGroup(async (group) => {
          group.createTask(fail);
        });
      },
      'CancelledError',
    ],
    'a group whose child fails while its body waits': [
      function* () {
        yield* withTaskGroup(function* (group) {
          group.createTask(fail);
          yield* sleep(10);
        });
      },
      async () => {
        await withTaskGroup(async (group) => {
          group.createTask(fail);
          await sleep(10);
        });
      },
      'CancelledError',
    ],
    'a group without a failure': [
      function* () {
        yield* withTaskGroup(function* (group) {
          group.createTask(sleep(1));
        });
      },
      async () => {
        await withTaskGroup(async (group) => {
          group.createTask(sleep(1));
        });
      },
      'went on',
    ],
    'a group that ends itself': [
      function* () {
        yield* withTaskGroup(function* (group) {
          group.cancel('enough');
          yield* sleep(10);
        });
      },
      async () => {
        await withTaskGroup(async (group) => {
          group.cancel('enough');
          await sleep(10);
        });
      },
      'went on',
    ],
    'a limit that is reached': [
      function* () {
        yield* withTimeout(5, function* () {
          yield* sleep(10);
        });
      },
      async () => {
        await withTimeout(5, async () => {
          await sleep(10);
        });
      },
      'went on',
    ],
    'a limit of waitFor that is reached': [
      function* () {
        yield* waitFor(sleep(10), 5);
      },
      async () => {
        await waitFor(sleep(10), 5);
      },
      'went on',
    ],
    'a limit that is not reached': [
      function* () {
        yield* withTimeout(5, function* () {
          yield* sleep(1);
        });
      },
      async () => {
        await withTimeout(5, async () => {
          await sleep(1);
        });
      },
      'went on',
    ],
    'a limit around a group whose child fails': [
      function* () {
        yield* withTimeout(50, function* () {
          yield* withTaskGroup(function* (group) {
            group.createTask(fail);
          });
        });
      },
      async () => {
        await withTimeout(50, async () => {
          await withTaskGroup(async (group) => {
            group.createTask(fail);
          });
        });
      },
      'CancelledError',
    ],
    nothing: [function* () {}, async () => {}, 'went on'],
  };

  it.each(Object.keys(afterwards))('says the same in a coroutine and in an async function: %s', (name) =>
    runVirtual(async () => {
      const [inCoroutine, inAsync, expected] = afterwards[name]!;
      const bodies: (() => Task<unknown>)[] = [
        () =>
          createTask(function* () {
            try {
              yield* sleep(1000);
            } catch {
              try {
                yield* inCoroutine();
              } catch {
                // the group's failure, or the limit
              }
              yield* sleep(1);
              return 'went on';
            }
            return 'not reached';
          }),
        () =>
          createTask(async () => {
            try {
              await sleep(1000);
            } catch {
              try {
                await inAsync();
              } catch {
                // the group's failure, or the limit
              }
              await sleep(1);
              return 'went on';
            }
            return 'not reached';
          }),
        () =>
          createTask(async () => {
            try {
              await sleep(1000);
            } catch {
              try {
                await coroutine(inCoroutine)();
              } catch {
                // the group's failure, or the limit
              }
              await sleep(1);
              return 'went on';
            }
            return 'not reached';
          }),
        () =>
          createTask(function* () {
            try {
              yield* sleep(1000);
            } catch {
              try {
                yield* resultOf(inAsync);
              } catch {
                // the group's failure, or the limit
              }
              yield* sleep(1);
              return 'went on';
            }
            return 'not reached';
          }),
      ];
      const outcomes: string[] = [];
      const counts: number[] = [];
      for (const body of bodies) {
        const task = body();
        await sleep(1);
        task.cancel();
        outcomes.push(await outcomeOf(task));
        counts.push(task.cancelling());
      }
      expect(outcomes).toEqual([expected, expected, expected, expected]);
      expect(new Set(counts)).toEqual(new Set([1]));
    }),
  );

  it('is back at 0 after uncancel(), and a limit and a group are as new', () =>
    runVirtual(async () => {
      for (const [name, make] of Object.entries(styles)) {
        const { events, note } = workplace();
        const task = make(async () => {
          currentTask()!.uncancel();
          await withTimeout(5, async () => await sleep(10)).catch((error: unknown) => note(String(error)));
          await withTaskGroup(async (group) => void group.createTask(fail)).catch((error: unknown) =>
            note(String(error)),
          );
          return currentTask()!.cancelling();
        }, note);
        await sleep(1);
        task.cancel();
        expect([name, await outcomeOf(task), ...events.map((event) => event.replace(/ at .*/, ''))]).toEqual([
          name,
          'went on',
          'TimeoutError: the time limit was reached',
          'ExceptionGroup: unhandled errors in a TaskGroup (1 error)',
          '0',
        ]);
      }
    }));
});

describe('a run inside of a task that was asked to cancel before', () => {
  it('begins with the count of its owner, and its requests are its own', () =>
    runVirtual(async () => {
      const task = createTask(async (me) => {
        try {
          await sleep(100);
        } catch {
          const outcome = await outcomeOf(waitFor(async () => await sleep(50), 5));
          await sleep(1);
          return [outcome, me.cancelling()];
        }
        return [];
      });
      await sleep(1);
      task.cancel();
      expect(await task).toEqual(['TimeoutError: the time limit was reached', 1]);
    }));

  it.each(['function', 'coroutine'])('is reached by a second cancel in its clean-up: an awaited %s', (kind) =>
    runVirtual(async () => {
      const { events, note } = workplace();
      const cleanUp = coroutine(function* () {
        try {
          yield* sleep(50);
        } finally {
          note('clean-up cut short');
        }
      });
      const task = createTask(async () => {
        try {
          await sleep(100);
        } finally {
          await (kind === 'coroutine' ? cleanUp() : resultOf(async () => await cleanUp()));
        }
      });
      await native(5);
      task.cancel('one');
      await native(5);
      task.cancel('two');
      note(await outcomeOf(task));
      expect([events, task.cancelling()]).toEqual([['clean-up cut short at 10', 'CancelledError: two at 10'], 2]);
    }),
  );
});

describe('a project of mapTask', () => {
  it('counts for its own task', () =>
    runVirtual(async () => {
      const counts: number[] = [];
      const task = createTask(
        of(1).pipe(
          mapTask(async () => {
            const own = currentTask()!;
            try {
              await sleep(100);
            } finally {
              counts.push(own.cancelling());
            }
          }),
        ),
      );
      await sleep(1);
      task.cancel();
      await outcomeOf(task);
      expect([counts, task.cancelling()]).toEqual([[1], 1]);
    }));
});

describe('a request that comes in the iteration in which what is awaited fails', () => {
  it.each(['a coroutine', 'an async function'])('takes the place of the failure: in %s', (style) =>
    runVirtual(async () => {
      const inner = createTask(async () => {
        await sleep(5);
        throw new Error('inner');
      });
      inner.addDoneCallback(() => void outer.cancel('stop')); // called before the one who waits goes on
      const outer: Task<unknown> =
        style === 'a coroutine'
          ? createTask(function* () {
              yield* inner;
            })
          : createTask(async () => {
              await inner;
            });
      expect(await outcomeOf(outer)).toBe('CancelledError: stop');
    }),
  );
});
