import { Lock, createTask, sleep } from 'rxtasks';
import { LeakError, realTime, runVirtual } from 'rxtasks/testing';

async function leakOf(main: () => Promise<unknown>): Promise<LeakError> {
  try {
    await runVirtual(main);
  } catch (error) {
    if (error instanceof LeakError) return error;
    throw error;
  }
  throw new Error('expected a leak');
}

describe('tasks that are still running when main has ended', () => {
  it('fail the test, which lists their names, what they wait for, and where they were made', async () => {
    const lock = new Lock();
    const error = await leakOf(async () => {
      await lock.acquire();
      createTask(
        async function poll() {
          for (;;) await sleep(1000);
        },
        { name: 'poller' },
      );
      createTask(
        function* save() {
          yield* lock.acquire();
        },
        { name: 'saver' },
      );
      createTask(() => new Promise(() => {}), { name: 'stuck' });
      await sleep(2500);
    });
    expect(error.name).toBe('LeakError');
    expect(error.message.replace(/[^ ]*leak-error\.spec\.ts:\d+:\d+/g, '<place>')).toBe(
      [
        '3 tasks were still running when main ended, at 2500 ms: await them, cancel them, or run them in a task group',
        '',
        "  'poller'  waits for the time 3000 ms, 500 ms from now",
        '            running poll(), made at <place>',
        "  'saver'   waits for <Lock locked waiters=1>",
        '            running save(), made at <place>',
        "  'stuck'   waits for a promise",
        '            made at <place>',
      ].join('\n'),
    );
    expect(error.message).toMatch(/made at spec\/testing\/reports\/leak-error\.spec\.ts:19:17/);
    expect(error.tasks.map(({ name }) => name)).toEqual(['poller', 'saver', 'stuck']);
  });

  it('are cancelled, and their clean-up runs in virtual time', async () => {
    const seen: string[] = [];
    const error = await leakOf(async () => {
      createTask(async () => {
        try {
          await sleep(60_000);
        } finally {
          await sleep(5000);
          seen.push(`cleaned up at ${Date.now()}`);
        }
      });
      await sleep(100);
    });
    expect(error.message).toMatch(/^1 task was still running when main ended, at 100 ms: await it/);
    expect(error.tasks[0]?.cancelled()).toBe(true);
    expect(seen).toEqual(['cleaned up at 5100']);
  });

  it('are none if they end at that very moment, cancelled or not', async () => {
    const ended: string[] = [];
    await runVirtual(async () => {
      const task = createTask(async () => {
        try {
          await sleep(60_000);
        } finally {
          for (let i = 0; i < 10; i++) await null;
          ended.push('cancelled');
        }
      });
      createTask(async () => {
        await sleep(10);
        for (let i = 0; i < 10; i++) await sleep(0);
        ended.push('finished');
      });
      await sleep(10);
      task.cancel();
    });
    expect(ended.sort()).toEqual(['cancelled', 'finished']);
  });

  it('go unmentioned if main has failed: that comes first', async () => {
    const boom = new Error('boom');
    const running = runVirtual(async () => {
      createTask(sleep(1000));
      await sleep(1);
      throw boom;
    });
    await expect(running).rejects.toBe(boom);
  });

  it('do not hold the test up if they cannot be cancelled', async () => {
    const error = await leakOf(async () => {
      createTask(() => new Promise(() => {}), { name: 'stuck' });
      await sleep(10);
    });
    expect(error.tasks).toHaveLength(1);
  });

  it('do not hold the test up if timers that nobody clears go on for ever beside them', async () => {
    const boom = new Error('boom');
    const stuck = () => createTask(() => new Promise(() => {}), { name: 'stuck' });
    const error = await leakOf(async () => {
      setInterval(() => {}, 10);
      stuck();
      await sleep(10);
    });
    expect(error.tasks).toHaveLength(1);
    const running = runVirtual(async () => {
      const again = () => void setTimeout(again, 10);
      again();
      setTimeout(() => {
        throw boom;
      }, 100);
      await stuck();
    });
    await expect(running).rejects.toBe(boom);
  });

  it('do not hold the test up if they swallow their cancellation and go on for ever', async () => {
    const error = await leakOf(async () => {
      createTask(function* stubborn() {
        for (;;) {
          try {
            yield* sleep(10);
          } catch {
            // and again
          }
        }
      });
      await sleep(5);
    });
    expect(error.message).toMatch(/running stubborn\(\)/);
  });

  it('have the time that their clean-up takes, whatever goes on beside it', async () => {
    const seen: string[] = [];
    await leakOf(async () => {
      setInterval(() => {}, 10);
      createTask(async () => {
        try {
          await sleep(1000);
        } finally {
          for (let i = 0; i < 20; i++) await realTime(new Promise((resolve) => setImmediate(resolve)));
          await sleep(100_000);
          seen.push(`cleaned up at ${Date.now()}`);
        }
      });
      await sleep(10);
    });
    expect(seen).toEqual(['cleaned up at 100010']);
  });

  it('are no losers of a race: an async function may leave what it awaits', async () => {
    const result = await runVirtual(async () => await Promise.race([sleep(10, 'first'), sleep(60_000)]));
    expect(result).toBe('first');
  });
});
