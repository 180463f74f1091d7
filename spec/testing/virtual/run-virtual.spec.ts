import { setTimeout as later } from 'node:timers';
import { EMPTY, NEVER, Subject, delay, of, take, timer } from 'rxjs';
import {
  CancelledError,
  EventLoop,
  RuntimeError,
  type Task,
  type TaskSource,
  allTasks,
  coroutine,
  createTask,
  currentTask,
  gather,
  getEventLoop,
  run,
  sleep,
  withTimeout,
} from 'rxtasks';
import { realTime, runVirtual } from 'rxtasks/testing';

/** The error that `promise` is rejected with. */
async function errorOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected an error');
}

describe('runVirtual', () => {
  it('runs an async function, an hour in a moment', async () => {
    const times = await runVirtual(async () => {
      const before = getEventLoop().time();
      await sleep(3_600_000);
      return [before, getEventLoop().time()];
    });
    expect(times).toEqual([0, 3_600_000]);
  });

  it('runs a generator function, a coroutine, an Observable and a promise too', async () => {
    const work = coroutine(function* () {
      yield* sleep(1000);
      return 'coroutine';
    });
    expect(
      await runVirtual(function* () {
        yield* sleep(1000);
        return 'generator';
      }),
    ).toBe('generator');
    expect(await runVirtual(work())).toBe('coroutine');
    expect(await runVirtual(of('Observable').pipe(delay(1000)))).toBe('Observable');
    expect(await runVirtual(() => timer(1000))).toBe(0);
    expect(await runVirtual(Promise.resolve('promise'))).toBe('promise');
  });

  it('gives main its task, which is called main', async () => {
    expect(await runVirtual(async (task) => [task.name, currentTask() === task])).toEqual(['main', true]);
  });

  it('lets native promises settle before the clock jumps', async () => {
    const order = await runVirtual(async () => {
      const seen: string[] = [];
      const native = async () => {
        for (let i = 0; i < 50; i++) await null;
        await new Promise<void>((resolve) => process.nextTick(resolve));
        seen.push(`native at ${Date.now()}`);
      };
      void native();
      await sleep(1);
      seen.push(`slept at ${Date.now()}`);
      return seen;
    });
    expect(order).toEqual(['native at 0', 'slept at 1']);
  });

  it('wakes at the right times in the right order, whatever the kind of the sleeper', async () => {
    const seen = await runVirtual(async () => {
      const marks: string[] = [];
      const mark = (name: string) => marks.push(`${name} ${Date.now()}`);
      await gather([
        createTask(function* () {
          yield* sleep(30);
          mark('coroutine');
        }),
        async () => {
          await sleep(10);
          mark('async');
          await sleep(30);
          mark('async');
        },
        timer(20).pipe(take(1)),
        async () => {
          await new Promise((resolve) => setTimeout(resolve, 25));
          mark('setTimeout');
        },
      ]);
      return marks;
    });
    expect(seen).toEqual(['async 10', 'setTimeout 25', 'coroutine 30', 'async 40']);
  });

  it('uses the clock for time-outs', async () => {
    const error = await errorOf(runVirtual(async () => await withTimeout(5000, async () => await sleep(60_000))));
    expect(error.name).toBe('TimeoutError');
  });

  it('is rejected as main is', async () => {
    const boom = new Error('boom');
    expect(
      await errorOf(
        runVirtual(async () => {
          await sleep(10);
          throw boom;
        }),
      ),
    ).toBe(boom);
  });

  it('is rejected with an EmptyError for a source without a value', async () => {
    expect((await errorOf(runVirtual(EMPTY))).name).toBe('EmptyError');
  });

  it('fails at once by what the callback of a timer throws, after the clean-up of all tasks', async () => {
    const boom = new Error('boom');
    const seen: string[] = [];
    const running = runVirtual(async () => {
      createTask(function* () {
        try {
          yield* sleep(1_000_000);
        } finally {
          seen.push(`cancelled at ${Date.now()}`);
          yield* sleep(50);
          seen.push(`cleaned up at ${Date.now()}`);
        }
      });
      setTimeout(() => {
        throw boom;
      }, 100);
      await sleep(2_000_000);
    });
    expect(await errorOf(running)).toBe(boom);
    expect(seen).toEqual(['cancelled at 100', 'cleaned up at 150']);
  });

  it('fails by what an immediate, a callback of the loop or a done callback throws', async () => {
    const boom = new Error('boom');
    const fail = () => {
      throw boom;
    };
    const ways = [
      () => setImmediate(fail),
      () => getEventLoop().callSoon(fail),
      () => createTask(sleep(10)).addDoneCallback(fail),
      () => setInterval(fail, 10),
    ];
    for (const way of ways) {
      const running = runVirtual(async () => {
        way();
        await sleep(1000);
      });
      expect(await errorOf(running)).toBe(boom);
    }
  });

  it('fails by an exception that nobody has retrieved, and names the task', async () => {
    const lost = new Error('lost');
    const running = runVirtual(async () => {
      createTask(
        async () => {
          throw lost;
        },
        { name: 'loser' },
      );
      await sleep(10);
    });
    const error = await errorOf(running);
    expect(error.message).toMatch(/never retrieved.*\n.*'loser'.*lost/);
    expect(error.cause).toBe(lost);
  });

  it('leaves reports to a handler of the test', async () => {
    const kinds: string[] = [];
    await runVirtual(async (task) => {
      task.loop.setExceptionHandler((_, { kind }) => kinds.push(kind));
      task.loop.callSoon(() => {
        throw new Error('boom');
      });
      await sleep(10);
    });
    expect(kinds).toEqual(['callback']);
  });

  it('says so when main fails and something else was reported', async () => {
    const written = jest.spyOn(console, 'error').mockImplementation(() => {});
    try {
      const boom = new Error('boom');
      const running = runVirtual(async () => {
        createTask(async () => {
          throw new Error('lost');
        });
        await sleep(10);
        throw boom;
      });
      expect(await errorOf(running)).toBe(boom);
      expect(written.mock.calls.flat().join(' ')).toContain('lost');
    } finally {
      written.mockRestore();
    }
  });

  it('ends a task that works for ever without waiting, though virtual time stands still', async () => {
    const error = await errorOf(
      runVirtual(function* () {
        for (;;) yield;
      }),
    );
    expect(error).toBeInstanceOf(RuntimeError);
    expect(error.message).toMatch(/virtual time stands still at 0 ms/);
  });

  it('belongs to the code it runs: tasks, coroutines and subscriptions find its loop without being told', async () => {
    await runVirtual(async ({ loop }) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(getEventLoop()).toBe(loop);
      const found = await new Promise((resolve) => setTimeout(() => resolve(getEventLoop()), 5));
      expect(found).toBe(loop);
      expect(allTasks().size).toBe(1);
    });
  });

  it('runs without async context', async () => {
    const result = await runVirtual(
      async (task) => {
        await task.resultOf(sleep(1000));
        await sleep(1000);
        return Date.now();
      },
      { asyncContext: false },
    );
    expect(result).toBe(2000);
  });

  it('cancels what is cancelled', async () => {
    const error = await errorOf(
      runVirtual(async (task) => {
        task.loop.callLater(10, () => task.cancel('enough'));
        await sleep(1000);
      }),
    );
    expect(error).toBeInstanceOf(CancelledError);
    expect(error.message).toBe('enough');
  });

  it('jumps while a foreign promise is on its way, and waits for it when nothing else is left', async () => {
    const result = await runVirtual(async () => {
      const foreign = new Promise((resolve) => later(resolve, 20, 'foreign'));
      const slept = createTask(sleep(1_000_000, 'slept'));
      return [await Promise.race([foreign, slept]), await foreign, Date.now()];
    });
    expect(result).toEqual(['slept', 'foreign', 1_000_000]);
  });

  it('keeps what an Observable emits from outside', async () => {
    const result = await runVirtual(async () => {
      const subject = new Subject<string>();
      later(() => {
        subject.next('value');
        subject.complete();
      }, 20);
      return await createTask(subject);
    });
    expect(result).toBe('value');
  });

  describe('beside what was left on the default loop', () => {
    const real = performance;
    const now = real.now.bind(real);

    /** Ends with the test. */
    function leave<T>(source: TaskSource<T>): Task<T> {
      const task = createTask(source);
      left.push(task);
      return task;
    }
    const left: Task<unknown>[] = [];
    afterEach(async () => {
      for (const task of left.splice(0)) await task[Symbol.asyncDispose]();
    });

    it.each([
      ['a sleeper', () => sleep(30)],
      [
        'one that sleeps for ever again',
        coroutine(function* () {
          for (;;) yield* sleep(3);
        }),
      ],
      [
        'one that never stops',
        coroutine(function* () {
          for (;;) yield;
        }),
      ],
      ['a pipeline', () => timer(3, 3)],
      [
        'an async function',
        () => async () => {
          for (;;) await sleep(2);
        },
      ],
    ])('begins at 0, and its clock moves by its own timers only: %s', async (_, make) => {
      leave(make() as TaskSource<unknown>);
      await new Promise((resolve) => later(resolve, 5));
      for (let run = 0; run < 2; run++) {
        const times = await runVirtual(async () => {
          const seen = [Date.now()];
          await new Promise((resolve) => setTimeout(resolve, 10));
          seen.push(Date.now());
          await new Promise((resolve) => later(resolve, 20)); // in real time, while that has its turns
          seen.push(Date.now());
          await sleep(10);
          seen.push(Date.now());
          return seen;
        });
        expect(times).toEqual([0, 10, 10, 20]);
        const error = await errorOf(runVirtual(() => NEVER));
        expect(error.message).toMatch(/^deadlock at 0 ms/);
      }
    });

    it('leaves it to real time, in which it goes on meanwhile and afterwards', async () => {
      const begun = now();
      const turns: number[] = [];
      const task = leave(
        coroutine(function* () {
          for (let i = 0; i < 4; i++) {
            yield* sleep(10);
            turns.push(task.loop.time());
          }
          return 'over';
        })(),
      );
      await sleep(15);
      await runVirtual(async () => {
        await sleep(3_600_000);
        await new Promise((resolve) => later(resolve, 12));
      });
      expect(turns.length).toBeGreaterThanOrEqual(2);
      expect(await task).toBe('over');
      expect(turns.every((time) => time >= begun && time <= now())).toBe(true);
      expect(turns).toEqual(turns.toSorted((a, b) => a - b));
    });

    it('waits for it as for everything foreign, and by realTime as long as it takes', async () => {
      const task = leave(sleep(150, 'left'));
      expect(
        await runVirtual(async () => {
          await sleep(1000);
          return [await realTime(task.then()), Date.now()];
        }),
      ).toEqual(['left', 1000]);
      const never = leave(NEVER);
      const error = await errorOf(runVirtual(async () => await never, { foreignGrace: 20 }));
      expect(error.message).toContain('it had 20 ms of real time (foreignGrace)');
    });

    it('takes a loop that is made inside of it along', async () => {
      const times = await runVirtual(async () => {
        await null; // no loop runs this any more
        const loop = new EventLoop();
        const done = loop.runUntilComplete(sleep(5000, 'slept'));
        return [await done, Date.now(), loop.time()];
      });
      expect(times).toEqual(['slept', 5000, 5000]);
    });
  });

  describe('refuses', () => {
    it('a second one beside it, and names where the first was begun', async () => {
      const error = await errorOf(
        runVirtual(async () => {
          await sleep(1);
          await runVirtual(async () => 1);
        }),
      );
      expect(error).toBeInstanceOf(RuntimeError);
      expect(error.message).toMatch(/another one, begun at .*run-virtual\.spec\.ts:\d+:\d+, is active/);
    });

    it('to begin inside of a loop and beside a run()', async () => {
      const inside = await run(function* () {
        const running = runVirtual(async () => 1);
        running.catch(() => {});
        yield* sleep(0);
        return running;
      }).catch((error: unknown) => error);
      expect(String(inside)).toMatch(/a loop is running this very code/);
      const beside = run(sleep(5));
      await expect(runVirtual(async () => 1)).rejects.toThrow(/a run\(\) is active/);
      await beside;
    });

    it('what is no source, and bad options', async () => {
      await expect(runVirtual(5 as never)).rejects.toThrow(/runVirtual\(main\): expected a coroutine.*got 5/);
      await expect(runVirtual(NEVER, { foreignGrace: Number.NaN })).rejects.toThrow(RangeError);
      await expect(runVirtual(NEVER, { foreignGrace: '1' as never })).rejects.toThrow(TypeError);
      await expect(runVirtual(NEVER, { start: Infinity })).rejects.toThrow(RangeError);
      expect(await runVirtual(async () => 'and goes on')).toBe('and goes on');
    });
  });
});
