import { pbkdf2 } from 'node:crypto';
import { setTimeout as later } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createTask, resultOf, sleep } from 'rxtasks';
import { realTime, runVirtual } from 'rxtasks/testing';

const work = () => promisify(pbkdf2)('secret', 'salt', 1000, 32, 'sha256');

describe('realTime', () => {
  it('holds the clock until a promise is settled', async () => {
    const times = await runVirtual(async () => {
      const slept = sleep(1000);
      await realTime(work());
      const worked = Date.now();
      await slept;
      return [worked, Date.now()];
    });
    expect(times).toEqual([0, 1000]);
  });

  it('is what keeps the clock: without it, it jumps', async () => {
    const first = await runVirtual(async () => {
      const worked = new Promise(() => {}); // it is on its way
      return await Promise.race([worked, sleep(60_000, 'slept')]);
    });
    expect(first).toBe('slept');
  });

  it('works in coroutines, for several at a time, longer than the grace of foreign promises', async () => {
    const times = await runVirtual(
      function* () {
        const slept = createTask(sleep(1000));
        const values = [yield* resultOf(realTime(Promise.all([realTime(later(20, 'a')), realTime(later(40, 'b'))])))];
        const worked = Date.now();
        yield* slept;
        return [...values, worked, Date.now()];
      },
      { foreignGrace: 5 },
    );
    expect(times).toEqual([['a', 'b'], 0, 1000]);
  });

  it('lets go of the clock when the promise is rejected', async () => {
    const seen = await runVirtual(async () => {
      const error: unknown = await realTime(later(5).then(() => Promise.reject(new Error('boom')))).catch(
        (thrown: unknown) => thrown,
      );
      await sleep(1000);
      return [String(error), Date.now()];
    });
    expect(seen).toEqual(['Error: boom', 1000]);
  });

  it('lets what is ready run meanwhile', async () => {
    const seen: string[] = [];
    await runVirtual(async () => {
      createTask(async () => {
        await later(5);
        for (let i = 0; i < 3; i++) await sleep(0);
        seen.push(`went on at ${Date.now()}`);
      });
      await realTime(later(50));
    });
    expect(seen).toEqual(['went on at 0']);
  });

  it('gives the promise back where no clock is to be held, and refuses what is none', async () => {
    expect(await realTime(Promise.resolve('value'))).toBe('value');
    expect(() => realTime(5 as never)).toThrow(/realTime\(promise\): expected a promise, got 5/);
  });
});

describe('work of executors in runVirtual', () => {
  it('has the time that it takes when there is nothing else to wait for, and its executor ends with the run', async () => {
    const result = await runVirtual(
      async ({ loop }) => [await loop.runInExecutor(null, (n: number) => n + 1, 1), Date.now()],
      {
        foreignGrace: 0,
      },
    );
    expect(result).toEqual([2, 0]);
  });
});
