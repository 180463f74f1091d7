import { Subject, VirtualTimeScheduler, debounceTime, delay, interval, mergeMap, of, switchMap, take } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { EventLoop, coroutine, createTask, isCancelled, run, sleep } from 'rxtasks';

/** Coroutines behind operators that run on the virtual scheduler itself, where no handle of the loop runs. */
describe('in virtual time a coroutine that a timed operator subscribes to', () => {
  function searches() {
    const log: string[] = [];
    const search = coroutine(function* search(query: unknown) {
      try {
        yield* sleep(60);
        log.push(`${String(query)} done`);
        return query;
      } catch (error) {
        if (isCancelled(error)) log.push(`${String(query)} cancelled`);
        throw error;
      }
    });
    return { log, search };
  }

  it('runs on the loop of that scheduler, to its end in one flush', async () => {
    const scheduler = new VirtualTimeScheduler();
    const { log, search } = searches();
    const done = run(
      function* () {
        return yield* createTask(interval(20, scheduler).pipe(take(3), switchMap(search)));
      },
      { scheduler },
    );
    scheduler.flush();
    expect(log).toEqual(['0 cancelled', '1 cancelled', '2 done']);
    expect(scheduler.now()).toBe(120);
    expect(await done).toBe(2);
  });

  it('does so behind delay and debounceTime too, also for a plain subscription', async () => {
    const scheduler = new VirtualTimeScheduler();
    const { log, search } = searches();
    const done = run(
      function* () {
        const typed = new Subject<string>();
        typed.pipe(debounceTime(50, scheduler), switchMap(search)).subscribe();
        typed.next('a');
        yield* sleep(10);
        typed.next('ab');
        yield* sleep(500);
        return yield* createTask(of('later').pipe(delay(10, scheduler), mergeMap(search)));
      },
      { scheduler },
    );
    scheduler.flush();
    expect(log).toEqual(['ab done', 'later done']);
    expect(await done).toBe('later');
  });

  it('is drawn as marbles by a TestScheduler', () => {
    const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
    new EventLoop({ scheduler });
    scheduler.run(({ cold, expectObservable }) => {
      const { search } = searches();
      expectObservable(cold('a-b 200ms |').pipe(switchMap(search))).toBe('-- 60ms b 139ms - |');
    });
  });

  it('goes to the default loop again when the run is over, and nothing is left of the flush', async () => {
    const scheduler = new VirtualTimeScheduler();
    const done = run(sleep(10), { scheduler });
    scheduler.flush();
    await done;
    scheduler.schedule(() => {
      expect(createTask(sleep(0)).loop).not.toBe(undefined);
    });
    expect(() => scheduler.flush()).not.toThrow();
    await expect(sleep(1)).resolves.toBeUndefined();
  });
});

describe('a yield without the star', () => {
  it('is an error that names the star', async () => {
    const wrong = coroutine(function* () {
      yield sleep(1) as never;
    });
    await expect(run(wrong())).rejects.toThrow(
      'a coroutine yielded sleep() instead of waiting for it: write `yield*`, with the star',
    );
  });
});
