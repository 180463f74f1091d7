import { EmptyError, NEVER, Observable, Subject, firstValueFrom, of, takeUntil } from 'rxjs';
import { cancelOn, coroutine, createTask, isCancelled, resultOf, run, sleep } from 'rxtasks';

describe('#5075, #5403, #5927, nestjs/nest #8111: awaiting by mistake, and EmptyError', () => {
  it('RxJS: await gives the Observable itself; who leaves by takeUntil gets EmptyError', async () => {
    const source: unknown = of(5);
    expect(await source).toBeInstanceOf(Observable);
    const destroyed = new Subject<void>();
    const reader = firstValueFrom(NEVER.pipe(takeUntil(destroyed)));
    destroyed.next();
    await expect(reader).rejects.toBeInstanceOf(EmptyError);
  });

  it('rxtasks: await gives the result, of coroutines and of tasks, as often as one likes', () =>
    run(async () => {
      const work = coroutine(function* () {
        yield* sleep(1);
        return 5;
      });
      expect(await work()).toBe(5);
      const task = createTask(of(1, 5));
      expect([await task, await task, await resultOf(of(5))]).toEqual([5, 5, 5]);
    }));

  it('rxtasks: what was cancelled says so; a source without a value has one by declaration', () =>
    run(async () => {
      const destroyed = new Subject<void>();
      const reader = createTask(NEVER.pipe(cancelOn(destroyed)));
      await sleep(1);
      destroyed.next();
      expect(isCancelled(await reader.catch((error: unknown) => error))).toBe(true);
      expect(await createTask(of(), { defaultValue: undefined })).toBeUndefined();
      await expect(createTask(of())).rejects.toBeInstanceOf(EmptyError);
    }));
});
