import { concatMap, from, lastValueFrom, map, of, take, timer } from 'rxjs';
import { asCompleted, createTask, mapTask, run, sleep } from 'rxtasks';
import { pause } from './pause.js';

/** An endless source that counts what was taken from it. */
function counter() {
  const state = { taken: 0, closed: false };
  async function* numbers() {
    try {
      for (;;) {
        yield state.taken++;
        if (state.taken % 100 === 0) await pause(0);
      }
    } finally {
      state.closed = true;
    }
  }
  return { state, numbers: numbers() };
}

describe('#6857, #5482, tc39/proposal-observable #180: for await, and backpressure', () => {
  it('RxJS: an Observable is no async iterable, and takes from an iterable as fast as that can give', async () => {
    expect(Symbol.asyncIterator in of(1)).toBe(false);
    const { state, numbers } = counter();
    const slow = from(numbers).pipe(
      concatMap((n) => timer(5).pipe(map(() => n))),
      take(3),
    );
    expect(await lastValueFrom(slow)).toBe(2);
    expect(state.taken).toBeGreaterThan(50);
    expect(state.closed).toBe(false);
  });

  it('rxtasks: mapTask() over an iterable takes as much as is worked on, and closes it', () =>
    run(async () => {
      const { state, numbers } = counter();
      const results: number[] = [];
      for await (const n of mapTask(numbers, (each) => sleep(1, each), { concurrency: 2, ordered: true })) {
        if (results.push(n) === 3) break;
      }
      expect(results).toEqual([0, 1, 2]);
      expect(state.taken).toBeLessThanOrEqual(5);
      expect(state.closed).toBe(true);
    }));

  it('rxtasks: tasks can be iterated as they end, and so can the progress of one', () =>
    run(async () => {
      const ended: string[] = [];
      for await (const task of asCompleted([sleep(10, 'slow'), sleep(1, 'fast')])) ended.push(task.result());
      const values: unknown[] = [];
      for await (const value of createTask(timer(1, 1).pipe(take(3))).progress$) values.push(value);
      expect([ended, values]).toEqual([
        ['fast', 'slow'],
        [0, 1, 2],
      ]);
    }));
});
