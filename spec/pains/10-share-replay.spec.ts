import { finalize, interval, shareReplay, take, tap } from 'rxjs';
import { createTask, sleep } from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';
import { pause } from './pause.js';

describe('#3336, #3034, #5034, #5191, #5931: shareReplay keeps running', () => {
  it('RxJS: the ticks go on after the last reader has left, and nobody has a handle to stop them', () =>
    runVirtual(async () => {
      let ticks = 0;
      const shared = interval(2).pipe(
        tap(() => ticks++),
        take(30),
        shareReplay({ bufferSize: 1, refCount: false }), // what shareReplay(1) means
      );
      shared.subscribe().unsubscribe();
      shared.subscribe().unsubscribe();
      await pause(20);
      expect(ticks).toBe(9);
    }));

  it('rxtasks: the work belongs to who made the task; readers come and go, and cancel() stops it', () =>
    runVirtual(async () => {
      let ticks = 0;
      let stopped = false;
      const task = createTask(
        interval(2).pipe(
          tap(() => ticks++),
          finalize(() => (stopped = true)),
        ),
        { name: 'prices' },
      );
      task.progress$.subscribe().unsubscribe();
      await sleep(15);
      const before = ticks;
      expect(before).toBeGreaterThan(1);
      const last = await new Promise((resolve) => task.progress$.pipe(take(1)).subscribe(resolve));
      expect(last).toBe(before - 1);
      task.cancel();
      await task.catch(() => {});
      const after = ticks;
      await sleep(10);
      expect([stopped, ticks]).toEqual([true, after]);
    }));
});
