import { defer, of, timer } from 'rxjs';
import {
  type Task,
  type TaskFunction,
  Lock,
  Queue,
  allTasks,
  coroutine,
  createTask,
  currentTask,
  gather,
  getRunningLoop,
  mapTask,
  resultOf,
  shield,
  sleep,
  waitFor,
  withTaskGroup,
  withTimeout,
  withTimeoutAt,
} from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';
import { collectReports, native, outcomeOf, workplace } from './workplace.js';

const LIMIT = 10;
const TIME_OUT = 'TimeoutError: the time limit was reached';

type Work = () => Promise<unknown>;

/** Every way to limit the work of a function, by 10 ms. */
const limits: Record<string, (work: Work) => PromiseLike<unknown>> = {
  'waitFor(function)': (work) => waitFor(work, LIMIT),
  'waitFor(resultOf(function))': (work) => waitFor(resultOf(work), LIMIT),
  'waitFor(coroutine over it)': (work) =>
    waitFor(
      coroutine(function* () {
        return yield* resultOf(work);
      })(),
      LIMIT,
    ),
  'waitFor(task)': (work) => waitFor(createTask(work), LIMIT),
  'waitFor(gather)': (work) => waitFor(gather([work]), LIMIT),
  'waitFor(pipeline of mapTask)': (work) => waitFor(of(0).pipe(mapTask(work)), LIMIT),
  'waitFor(for await over mapTask)': (work) =>
    waitFor(async () => {
      for await (const value of mapTask([0], work)) return value;
      return undefined;
    }, LIMIT),
  withTimeout: (work) => withTimeout(LIMIT, work),
  withTimeoutAt: (work) => resultOf(() => withTimeoutAt(getRunningLoop().time() + LIMIT, work)),
  'withTimeout around a generator': (work) =>
    withTimeout(LIMIT, function* () {
      return yield* resultOf(work);
    }),
  'withTimeout around waitFor without a limit': (work) => withTimeout(LIMIT, () => waitFor(work)),
  'withTimeout around a longer one': (work) => withTimeout(LIMIT, () => withTimeout(1000, work)),
  'withTimeout around a group': (work) => withTimeout(LIMIT, () => withTaskGroup(work)),
  'withTimeout around a lock': (work) => withTimeout(LIMIT, () => new Lock().runExclusive(work)),
  'an async function in an async function': (work) => withTimeout(LIMIT, async () => await resultOf(work)),
};

/** Who waits for it. */
const waiters: Record<string, (make: () => PromiseLike<unknown>) => Task<unknown>> = {
  'a coroutine': (make) =>
    createTask(function* () {
      return yield* resultOf(make() as never);
    }),
  'an async function': (make) => createTask(async () => await make()),
  'an async function by task.resultOf': (make) => createTask(async (task) => await task.resultOf(make() as never)),
  'a pipeline': (make) => createTask(defer(() => make() as never)),
};

describe.each(Object.keys(waiters))('the limit of %s', (waiter) => {
  describe.each(Object.keys(limits))('by %s', (limit) => {
    /** Runs `work` with the limit; gives when what was told, and what was reported. */
    async function story(
      work: (note: (what: string) => void) => Work,
    ): Promise<{ events: string[]; reports: string[] }> {
      const { events, note } = workplace();
      const reports = collectReports();
      note(await outcomeOf(waiters[waiter]!(() => limits[limit]!(work(note)))));
      await native(200);
      return { events, reports };
    }

    it('is a limit for a function that awaits nothing of the library: that is left, and reported by its name', () =>
      runVirtual(async () => {
        const { events, reports } = await story(
          (note) =>
            async function deaf() {
              await native(100);
              note('deaf is over');
              return 'late value';
            },
        );
        expect(events).toEqual([`${TIME_OUT} at 11`, 'deaf is over at 100']);
        expect(reports).toEqual([
          expect.stringMatching(/^abandoned: (async )?function deaf.* did not hear .*resultOf/),
        ]);
      }));

    it('waits for a function that hears it, and for its clean-up', () =>
      runVirtual(async () => {
        const { events, reports } = await story((note) => async () => {
          try {
            await sleep(100);
          } finally {
            await native(20);
            await sleep(3);
            note('clean');
          }
        });
        expect([events, reports]).toEqual([['clean at 33', `${TIME_OUT} at 33`], []]);
      }));

    it('waits for a function that has read a signal', () =>
      runVirtual(async () => {
        const { events, reports } = await story((note) => async () => {
          const { signal } = currentTask()!;
          await native(30);
          note(`over, aborted ${signal.aborted}`);
          if (signal.aborted) throw signal.reason as Error;
        });
        expect([events, reports]).toEqual([['over, aborted true at 30', `${TIME_OUT} at 30`], []]);
      }));

    it('lets a late failure of what was left behind be known', () =>
      runVirtual(async () => {
        const { events, reports } = await story(() => async () => {
          await native(100);
          throw new Error('late');
        });
        expect(events).toEqual([`${TIME_OUT} at 11`]);
        expect(reports.slice(1)).toEqual(['late-rejection: Error: late']);
      }));

    it('throws a CancelledError at the next library await of what was left behind', () =>
      runVirtual(async () => {
        const { events } = await story((note) => async () => {
          await native(50);
          try {
            await sleep(100);
            note('went on');
          } catch (error) {
            note(String(error));
          }
          await sleep(5);
          note('cleaned up');
        });
        expect(events).toEqual([`${TIME_OUT} at 11`, 'CancelledError at 50', 'cleaned up at 55']);
      }));

    it('is not reached by what ends before it', () =>
      runVirtual(async () => {
        const { events, reports } = await story(() => async () => {
          await native(5);
          return 'in time';
        });
        expect(events[0]).toMatch(/^in time at 5$/);
        expect(reports).toEqual([]);
      }));
  });
});

describe('what a limit has left behind', () => {
  /** Left behind at 11; from 20 on it awaits the library again and again. */
  const stubborn =
    (note: (what: string) => void): Work =>
    async () => {
      await native(20);
      for (let i = 0; i < 4; i++) {
        try {
          await sleep(10);
          note(`orphan ${i}`);
        } catch (error) {
          note(`orphan ${i} ${String(error)}`);
        }
      }
    };

  it('is not reached by later cancels of the task, and disturbs them in nothing', () =>
    runVirtual(async () => {
      const { events, note } = workplace();
      collectReports();
      const task = createTask(async () => {
        await outcomeOf(waitFor(stubborn(note), LIMIT));
        try {
          await sleep(100);
        } finally {
          note(`asked ${currentTask()!.cancelling()}`);
          await sleep(20);
          note('task clean');
        }
      });
      await native(35);
      task.cancel('stop');
      note(await outcomeOf(task));
      await native(50);
      expect(events).toEqual([
        'orphan 0 CancelledError at 20',
        'orphan 1 at 30',
        'asked 1 at 35',
        'orphan 2 at 40',
        'orphan 3 at 50',
        'task clean at 55',
        'CancelledError: stop at 55',
      ]);
    }));

  it.each(Object.keys(waiters).slice(0, 3))('does not disturb a second limit of the same %s', (waiter) =>
    runVirtual(async () => {
      const { events, note } = workplace();
      collectReports();
      const both = () =>
        resultOf(function* () {
          for (const ms of [LIMIT, 15]) {
            try {
              yield* waitFor(ms === LIMIT ? stubborn(note) : () => sleep(1000), ms);
            } catch (error) {
              note(String(error));
            }
          }
          return 'went on';
        });
      note(await outcomeOf(waiters[waiter]!(both)));
      await native(50);
      expect(events.filter((event) => !event.startsWith('orphan'))).toEqual([
        `${TIME_OUT} at 11`,
        `${TIME_OUT} at 26`,
        'went on at 26',
      ]);
    }),
  );

  it('leaves no task', () =>
    runVirtual(async () => {
      const { note } = workplace();
      collectReports();
      await outcomeOf(waitFor(stubborn(note), LIMIT));
      await native(25);
      expect(allTasks().size).toBe(1);
      await native(50);
    }));

  it('drops its value', () =>
    runVirtual(async () => {
      const reports = collectReports();
      const outcome = await outcomeOf(
        waitFor(async () => {
          await native(100);
          return 'late';
        }, LIMIT),
      );
      await native(200);
      expect([outcome, reports.length]).toEqual([TIME_OUT, 1]);
    }));
});

describe('a limit, and no other request', () => {
  it.each<[string, (work: Work) => { task: Task<unknown>; ask: () => void }]>([
    [
      'cancel()',
      (work) => {
        const task = createTask(work);
        return { task, ask: () => void task.cancel() };
      },
    ],
    [
      'a signal',
      (work) => {
        const stop = new AbortController();
        return { task: createTask(work, { signal: stop.signal }), ask: () => stop.abort() };
      },
    ],
    [
      'the cancel of a group',
      (work) => {
        let ask!: () => void;
        const task = createTask(
          withTaskGroup((group) => {
            ask = () => group.cancel();
            return work();
          }),
        );
        return { task, ask: () => ask() };
      },
    ],
  ])('leaves what cannot hear it behind: %s goes on waiting', (_, make) =>
    runVirtual(async () => {
      const reports = collectReports();
      const { task, ask } = make(async () => {
        await native(100);
      });
      await native(5);
      ask();
      await native(50);
      expect(task.done()).toBe(false);
      await outcomeOf(task);
      expect([Date.now(), reports]).toEqual([100, []]);
    }),
  );

  it('is kept after a cancel that was not heard', () =>
    runVirtual(async () => {
      const { events, note } = workplace();
      const reports = collectReports();
      const task = createTask(async () => {
        await waitFor(async () => {
          await native(100);
        }, 20);
      });
      await native(5);
      task.cancel('stop');
      note(await outcomeOf(task));
      expect(events).toEqual(['CancelledError at 21']);
      expect(reports.length).toBe(1);
      await native(100);
    }));

  it('is kept when a cancel follows in the moment in which what it has asked may still hear', () =>
    runVirtual(async () => {
      const { events, note } = workplace();
      const reports = collectReports();
      const task = createTask(async () => {
        await waitFor(async () => {
          await native(100);
        }, LIMIT);
      });
      await sleep(1);
      await sleep(LIMIT - 1);
      task.cancel('stop');
      note(await outcomeOf(task));
      expect(events).toEqual(['CancelledError: stop at 11']);
      expect(reports.length).toBe(1);
      await native(100);
    }));

  it('interrupts nobody who is waited for through a shield', () =>
    runVirtual(async () => {
      const reports = collectReports();
      const work = createTask(async () => {
        await native(100);
        return 'value';
      });
      expect(await outcomeOf(waitFor(shield(work), LIMIT))).toBe(TIME_OUT);
      expect([await work, Date.now(), reports]).toEqual(['value', 100, []]);
    }));
});

describe('a value that has arrived with the deadline', () => {
  it('is delivered: an item is not lost, nor a lock', () =>
    runVirtual(async () => {
      const queue = new Queue<number>();
      const lock = new Lock();
      const guard = await lock.acquire();
      const item = createTask(async () => await withTimeout(LIMIT, async () => await queue.get()));
      const locked = createTask(async () => await withTimeout(LIMIT, async () => (await lock.acquire(), 'locked')));
      await sleep(LIMIT - 1);
      getRunningLoop().callLater(1, () => {
        queue.putNowait(1);
        guard.release();
      });
      const outcomes = [await outcomeOf(item), await outcomeOf(locked)];
      const lost = outcomes[0] === TIME_OUT ? queue.qsize() === 0 : queue.qsize() !== 0;
      expect([lost, lock.locked()]).toEqual([false, outcomes[1] === 'locked']);
    }));
});

describe('an innermost call, of several', () => {
  it('is left alone: all around it unwinds as usual', () =>
    runVirtual(async () => {
      const { events, note } = workplace();
      const reports = collectReports();
      const outcome = await outcomeOf(
        withTimeout(LIMIT, async () => {
          try {
            await withTaskGroup(async (group) => {
              group.createTask(async () => {
                try {
                  await sleep(100);
                } finally {
                  await sleep(5);
                  note('sibling clean');
                }
              });
              await resultOf(async () => await native(1000));
            });
          } finally {
            await sleep(3);
            note('around clean');
          }
        }),
      );
      note(outcome);
      expect(events).toEqual(['sibling clean at 16', 'around clean at 19', `${TIME_OUT} at 19`]);
      expect(reports.length).toBe(1);
      await native(1000);
    }));

  it('with a helper that awaits the library beside a native await is waited for', () =>
    runVirtual(async () => {
      const { events, note } = workplace();
      const reports = collectReports();
      const helper = async () => {
        try {
          await sleep(100);
        } finally {
          note('helper told');
        }
      };
      note(
        await outcomeOf(
          withTimeout(LIMIT, async () => {
            await Promise.all([native(50), helper()]);
          }),
        ),
      );
      expect([events, reports]).toEqual([['helper told at 10', `${TIME_OUT} at 10`], []]);
      await native(50);
    }));
});

describe('a limit of 0', () => {
  const bodies: Record<string, [body: () => unknown, outcome: string]> = {
    'a generator that does not wait': [
      function* () {
        return 'value';
      },
      'value',
    ],
    'an async function that does not wait': [async () => 'value', 'value'],
    'a function that gives an Observable that does not wait': [() => of('value'), 'value'],
    'a generator that waits': [
      function* () {
        yield* sleep(0);
        return 'value';
      },
      TIME_OUT,
    ],
    'an async function that waits': [
      async () => {
        await sleep(0);
        return 'value';
      },
      TIME_OUT,
    ],
    'a function that gives an Observable that waits': [() => timer(5), TIME_OUT],
    'a function that gives a promise that waits': [() => native(5), TIME_OUT],
  };
  const styles = Object.keys(waiters).flatMap((waiter) => Object.keys(bodies).map((body) => [waiter, body]));

  it.each(styles)('says the same in %s: withTimeout of %s', (waiter, name) =>
    runVirtual(async () => {
      collectReports();
      const [body, outcome] = bodies[name]!;
      expect(await outcomeOf(waiters[waiter]!(() => withTimeout(0, body as never)))).toBe(outcome);
      await native(10);
    }),
  );

  it.each(styles)('says the same in %s: waitFor of %s, which does not even start', (waiter, name) =>
    runVirtual(async () => {
      let calls = 0;
      const body = () => {
        calls++;
        return bodies[name]![0]();
      };
      const outcome = await outcomeOf(waiters[waiter]!(() => waitFor(body as TaskFunction<unknown>, 0)));
      expect([outcome, calls]).toEqual([TIME_OUT, 0]);
    }),
  );

  it.each(Object.keys(waiters))('says the same in %s: waitFor of what is there already', (waiter) =>
    runVirtual(async () => {
      const done = createTask(sleep(0, 'value'));
      const failed = createTask(async () => {
        throw new Error('failed');
      });
      await sleep(1);
      const outcomes = [
        await outcomeOf(waiters[waiter]!(() => waitFor(done, 0))),
        await outcomeOf(waiters[waiter]!(() => waitFor(failed, 0))),
        await outcomeOf(waiters[waiter]!(() => waitFor(createTask(sleep(5)), 0))),
      ];
      expect(outcomes).toEqual(['value', 'Error: failed', TIME_OUT]);
    }),
  );
});
