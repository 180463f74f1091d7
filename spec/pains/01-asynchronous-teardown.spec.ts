import { finalize, firstValueFrom, interval, of, switchMap } from 'rxjs';
import { coroutine, createTask, sleep } from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';
import { pause } from './pause.js';

describe('#6446, #4222: asynchronous teardown cannot be awaited', () => {
  it('RxJS: finalize() has not finished when firstValueFrom() resolves, and nothing tells when it has', () =>
    runVirtual(async () => {
      let clean = false;
      const cleanUp = async () => {
        await pause(5);
        clean = true;
      };
      await firstValueFrom(of(1).pipe(finalize(() => void cleanUp())));
      expect(clean).toBe(false);
      await pause(10);
      expect(clean).toBe(true);
    }));

  it('rxtasks: who waits for a cancelled task waits for every clean-up in it, also behind switchMap', () =>
    runVirtual(async () => {
      const events: string[] = [];
      const save = coroutine(function* (n: number) {
        try {
          yield* sleep(60_000);
        } finally {
          yield* sleep(5);
          events.push(`${n} is clean`);
        }
      });
      const task = createTask(interval(5).pipe(switchMap(save)));
      await sleep(7);
      task.cancel();
      await task.catch(() => events.push('over'));
      expect(events).toEqual(['0 is clean', 'over']);
    }));
});
