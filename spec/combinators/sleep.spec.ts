import { lastValueFrom, toArray } from 'rxjs';
import { CancelledError, Coroutine, createTask, getEventLoop, getRunningLoop, sleep } from 'rxtasks';
import { errorOf, idleLoop, runVirtual, thrownBy } from '../support/virtual.js';

describe('sleep', () => {
  it('gives its second argument back after the time [test_sleep]', async () => {
    await runVirtual(function* () {
      const loop = getRunningLoop();
      const task = createTask(function* () {
        yield* sleep(50);
        expect(loop.time()).toBe(50);
        return yield* sleep(50, 'yeah');
      });
      expect(yield* task).toBe('yeah');
      expect(loop.time()).toBe(100);
      expect(yield* sleep(1)).toBeUndefined();
    });
  });

  it('refuses NaN with a RangeError, and anything but a number with a TypeError [test_sleep_when_delay_is_nan]', async () => {
    expect(thrownBy(() => sleep(NaN))).toBeInstanceOf(RangeError);
    expect(() => sleep(NaN)).toThrow('sleep(ms): expected ms in milliseconds, got NaN');
    for (const [ms, got] of [
      ['5', '"5" (string)'],
      [null, 'null'],
      [undefined, 'undefined'],
      [5n, '5n (bigint)'],
    ]) {
      expect(() => sleep(ms as never)).toThrow(
        new TypeError(`sleep(ms): expected ms in milliseconds, a number, got ${got as string}`),
      );
    }
    const main = runVirtual(function* () {
      yield* sleep(NaN);
    });
    await expect(main).rejects.toThrow(RangeError);
  });

  it('that is cancelled leaves no timer behind, at once [test_sleep_cancel]', () => {
    const { loop, turn } = idleLoop();
    const task = loop.createTask(sleep(10_000, 'yeah'));
    turn();
    expect(loop.pending.timers).toBe(1);
    task.cancel();
    expect(loop.pending.timers).toBe(0);
    turn();
    expect(task.cancelled()).toBe(true);
    expect(loop.pending).toEqual({ ready: 0, timers: 0 });
    expect(loop.time()).toBe(0);
  });

  it.each([0, -1, -Infinity, -0])(
    'of %s suspends for one iteration, without a timer: what was scheduled before runs first [test_sleep_zero]',
    async (ms) => {
      await runVirtual(function* () {
        const loop = getRunningLoop();
        const events: string[] = [];
        loop.callSoon(() => {
          events.push('scheduled before');
          loop.callSoon(() => events.push('scheduled meanwhile'));
        });
        const result = yield* sleep(ms, 'value');
        events.push('task');
        expect(result).toBe('value');
        expect(loop.pending.timers).toBe(0);
        yield;
        expect(events).toEqual(['scheduled before', 'task', 'scheduled meanwhile']);
        expect(loop.time()).toBe(0);
      });
    },
  );

  it('of Infinity never ends and arms no timer, and can be cancelled', async () => {
    await runVirtual(function* () {
      const task = createTask(sleep(Infinity));
      yield* sleep(1e9);
      expect(task.done()).toBe(false);
      task.cancel();
      expect(yield* errorOf(task)).toBeInstanceOf(CancelledError);
    });
  });

  it('wakes sleepers of the same deadline in the order in which they fell asleep', async () => {
    const order: number[] = [];
    await runVirtual(function* () {
      for (let i = 0; i < 10; i++) {
        createTask(function* () {
          yield* sleep(5);
          order.push(i);
        });
      }
      yield* sleep(5);
      yield* sleep(1);
    });
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('is cold: each wait is a sleep of its own, and subscribing to it is one too', async () => {
    await runVirtual(function* () {
      const loop = getRunningLoop();
      const nap = sleep(10, 'rested');
      expect(Coroutine.is(nap)).toBe(true);
      yield* sleep(5);
      expect(yield* nap).toBe('rested');
      expect(loop.time()).toBe(15);
      expect(yield* nap).toBe('rested');
      expect(loop.time()).toBe(25);
      expect(yield* createTask(nap.pipe(toArray()))).toEqual(['rested']);
      expect(loop.time()).toBe(35);
    });
  });

  it('can be awaited in real time as well', async () => {
    const loop = getEventLoop();
    const before = loop.time();
    expect(await sleep(3, 'rested')).toBe('rested');
    expect(loop.time() - before).toBeGreaterThanOrEqual(3);
    expect(await lastValueFrom(sleep(1, 'observed'))).toBe('observed');
  });
});
