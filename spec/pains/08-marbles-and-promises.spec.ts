import { delay, from, mergeMap, of, switchMap, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { createTask, sleep } from 'rxtasks';
import { VirtualEventLoop, runVirtual } from 'rxtasks/testing';

describe('#701, #745, #2633, #5028: marbles and promises do not mix', () => {
  it('RxJS: one promise in a pipeline, and the marbles see nothing of it', () => {
    const frames: unknown[] = [];
    const scheduler = new TestScheduler((actual) => void frames.push(actual));
    scheduler.run(({ cold, expectObservable }) => {
      expectObservable(cold('a|').pipe(mergeMap((value) => from(Promise.resolve(value))))).toBe('a|');
    });
    expect(frames).toEqual([[]]);
  });

  it('rxtasks: runVirtual() takes promises, timers and RxJS together, in no time', async () => {
    const log = await runVirtual(async () => {
      const entries: string[] = [];
      const note = (what: string) => entries.push(`${what} at ${Math.round(performance.now())}`);
      const began = performance.now();
      const task = createTask(timer(60_000).pipe(switchMap(() => from(Promise.resolve('page')))));
      note(await task);
      await new Promise((resolve) => setTimeout(resolve, 60_000));
      note('timer');
      await sleep(60_000);
      note('sleep');
      return entries.map((entry) => entry.replace(/\d+$/, (at) => String(Number(at) - Math.round(began))));
    });
    expect(log).toEqual(['page at 60000', 'timer at 120000', 'sleep at 180000']);
  });

  it('rxtasks: without promises a virtual loop gives the result synchronously', () => {
    const loop = new VirtualEventLoop();
    const result = loop.runSync(function* () {
      yield* sleep(3_600_000);
      return [yield* createTask(of('a', 'b').pipe(delay(1000, loop.scheduler))), loop.time()];
    });
    expect(result).toEqual(['b', 3_601_000]);
  });
});
