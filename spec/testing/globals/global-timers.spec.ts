import { AsyncLocalStorage } from 'node:async_hooks';
import { promisify } from 'node:util';
import {
  asyncScheduler,
  debounceTime,
  interval,
  map,
  of,
  scheduled,
  take,
  timestamp,
  toArray,
  timer,
  timeout,
} from 'rxjs';
import { createTask, resultOf, sleep } from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';

/** Waits on the clock, by the globals alone. */
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe('setTimeout and its like in runVirtual', () => {
  it('are on its clock, with their arguments', async () => {
    const seen = await runVirtual(async () => {
      const calls: unknown[] = [];
      setTimeout((...args) => calls.push([Date.now(), ...args]), 1000, 'a', 1);
      const ticking = setInterval((...args) => calls.push([Date.now(), ...args]), 400, 'b');
      await wait(1300);
      clearInterval(ticking);
      await wait(10_000);
      return calls;
    });
    expect(seen).toEqual([
      [400, 'b'],
      [800, 'b'],
      [1000, 'a', 1],
      [1200, 'b'],
    ]);
  });

  it('take at least a millisecond, whole ones, and 1 for what is none, as on Node', async () => {
    const times = await runVirtual(async () => {
      const measured: number[] = [];
      for (const ms of [0, -5, 0.5, 1.9, 2 ** 31, Number.NaN, undefined, '20' as never]) {
        const before = Date.now();
        await wait(ms as number);
        measured.push(Date.now() - before);
      }
      return measured;
    });
    expect(times).toEqual([1, 1, 1, 1, 1, 1, 1, 20]);
  });

  it('fire in the order of scheduling at one moment, whoever scheduled them', async () => {
    const order = await runVirtual(async ({ loop }) => {
      const seen: string[] = [];
      const mark = (name: string) => () => seen.push(name);
      setTimeout(mark('timeout 1'), 100);
      loop.callLater(100, mark('loop 1'));
      loop.callLater(100, mark('loop 2'));
      setTimeout(mark('timeout 2'), 100);
      loop.callLater(100, mark('loop 3'));
      setTimeout(mark('timeout 3'), 100);
      await wait(200);
      return seen;
    });
    expect(order).toEqual(['timeout 1', 'loop 1', 'loop 2', 'timeout 2', 'loop 3', 'timeout 3']);
  });

  it('let native promises settle between two callbacks of one moment', async () => {
    const seen = await runVirtual(async () => {
      const calls: string[] = [];
      setTimeout(() => {
        calls.push('first');
        void (async () => {
          for (let i = 0; i < 20; i++) await null;
          calls.push('promises');
          clearTimeout(second);
        })();
      }, 100);
      const second = setTimeout(() => calls.push('second'), 100);
      setTimeout(() => calls.push('third'), 100);
      await wait(200);
      return calls;
    });
    expect(seen).toEqual(['first', 'promises', 'third']);
  });

  it('give what the platform gives: ref, unref, hasRef, refresh, close, a number', async () => {
    const seen = await runVirtual(async () => {
      const calls: string[] = [];
      const mark = (name: string) => () => calls.push(`${name} ${Date.now()}`);
      const refreshed = setTimeout(mark('refreshed'), 100);
      const closed = setTimeout(mark('closed'), 100);
      const byNumber = setTimeout(mark('by number'), 100);
      const weak = setTimeout(mark('unref'), 80).unref();
      expect([refreshed.hasRef(), weak.hasRef(), weak.ref().hasRef()]).toEqual([true, false, true]);
      await wait(50);
      refreshed.refresh();
      closed.close();
      clearTimeout(Number(byNumber));
      await wait(200);
      refreshed.refresh();
      await wait(100);
      return calls;
    });
    expect(seen).toEqual(['unref 80', 'refreshed 150', 'refreshed 350']);
  });

  it('clear timers that were set before, and leave alone what is none', async () => {
    const before = setTimeout(() => {
      throw new Error('not cleared');
    }, 1);
    await runVirtual(async () => {
      clearTimeout(before);
      clearTimeout(undefined);
      clearInterval('none');
      await wait(5);
    });
    await wait(10);
  });

  it('can be awaited by promisify', async () => {
    const times = await runVirtual(async () => {
      const value = await promisify(setTimeout)(1000, 'value');
      return [value, Date.now(), await promisify(setImmediate)('soon'), Date.now()];
    });
    expect(times).toEqual(['value', 1000, 'soon', 1000]);
  });

  it('run their callbacks in the async context in which they were set', async () => {
    const storage = new AsyncLocalStorage<string>();
    const found = await runVirtual(
      async () =>
        await storage.run(
          'request',
          async () => await new Promise<unknown>((resolve) => setTimeout(() => resolve(storage.getStore()), 10)),
        ),
    );
    expect(found).toBe('request');
  });

  it('leave immediates to the runtime; the clock waits for them', async () => {
    const seen = await runVirtual(async () => {
      const calls: string[] = [];
      setTimeout(() => calls.push('timeout'), 1);
      for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
      calls.push(`immediates at ${Date.now()}`);
      clearImmediate(setImmediate(() => calls.push('cleared')));
      await wait(10);
      return calls;
    });
    expect(seen).toEqual(['immediates at 0', 'timeout']);
  });

  it('work as ever for those who have kept them, when the run is over', async () => {
    const kept = await runVirtual(async () => ({ setTimeout, clearTimeout, Date, now: performance.now }));
    const fired: string[] = [];
    setTimeout(() => fired.push('sooner'), 10);
    await new Promise((resolve) => kept.setTimeout(resolve, 20));
    expect(fired).toEqual(['sooner']);
    const dates = [Date.now(), kept.Date.now(), new kept.Date().getTime(), Date.now()];
    expect(dates).toEqual([...dates].sort((a, b) => a - b));
    const times = [performance.now(), kept.now(), performance.now()];
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});

describe('AbortSignal.timeout in runVirtual', () => {
  it('aborts on the clock, with a TimeoutError', async () => {
    const seen = await runVirtual(async () => {
      const signal = AbortSignal.timeout(5000);
      expect(signal).toBeInstanceOf(AbortSignal);
      await wait(4999);
      const before = signal.aborted;
      await wait(1);
      return [before, signal.aborted, (signal.reason as Error).name, Date.now()];
    });
    expect(seen).toEqual([false, true, 'TimeoutError', 5000]);
  });

  it('is something to wait for', async () => {
    const time = await runVirtual(async () => {
      await new Promise((resolve) => AbortSignal.timeout(60_000).addEventListener('abort', resolve));
      return Date.now();
    });
    expect(time).toBe(60_000);
  });

  it('cancels a task, and refuses what is no time', async () => {
    await runVirtual(async () => {
      const task = createTask(sleep(10_000), { signal: AbortSignal.timeout(100) });
      await task.catch(() => {});
      expect([task.cancelled(), Date.now()]).toEqual([true, 100]);
      expect(() => AbortSignal.timeout(-1)).toThrow();
      expect(() => AbortSignal.timeout('x' as never)).toThrow();
    });
  });
});

describe("RxJS's own schedulers in runVirtual", () => {
  it('are on its clock', async () => {
    const seen = await runVirtual(async () => {
      const ticks = await resultOf(
        interval(1000).pipe(
          take(3),
          timestamp(),
          map((each) => each.timestamp),
          toArray(),
        ),
      );
      const debounced = await resultOf(of('last').pipe(debounceTime(500)));
      const late = await createTask(timer(60_000).pipe(timeout(100))).catch((error: unknown) => (error as Error).name);
      const deferred = await resultOf(scheduled([1], asyncScheduler));
      return [ticks, debounced, late, deferred, asyncScheduler.now()];
    });
    expect(seen).toEqual([[1000, 2000, 3000], 'last', 'TimeoutError', 1, 3102]);
  });
});
