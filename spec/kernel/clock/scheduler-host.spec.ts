import {
  type SchedulerLike,
  VirtualTimeScheduler,
  asapScheduler,
  asyncScheduler,
  debounceTime,
  interval,
  map,
  queueScheduler,
  switchMap,
  take,
  takeUntil,
  timer,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { EventLoop, coroutine, createTask, currentTask, getRunningLoop, run, sleep } from 'rxtasks';
import { thrownBy } from '../../support/virtual.js';

const log: unknown[] = [];
beforeEach(() => void log.splice(0));

describe('a loop on a scheduler', () => {
  it('refuses one that runs work inside of schedule', () => {
    expect(thrownBy(() => new EventLoop({ scheduler: queueScheduler }))).toMatchObject({
      name: 'TypeError',
      message: expect.stringMatching(/queueScheduler.*asapScheduler/),
    });
  });

  it('refuses what is no scheduler', () => {
    expect(() => new EventLoop({ scheduler: {} as SchedulerLike })).toThrow(TypeError);
    expect(() => new EventLoop({ scheduler: 5 as never })).toThrow(TypeError);
  });

  it.each([
    ['asapScheduler', asapScheduler],
    ['asyncScheduler', asyncScheduler],
  ])('is live: it runs whenever it has work (%s)', async (_, scheduler) => {
    const loop = new EventLoop({ scheduler });
    expect(loop.isRunning()).toBe(true);
    const task = loop.createTask(function* () {
      yield;
      yield* sleep(5);
      return yield* createTask(sleep(1, 'over'));
    });
    expect(await task).toBe('over');
    expect(loop.createTask(sleep(0)).loop).toBe(loop);
  });

  it.each([
    ['asapScheduler', asapScheduler],
    ['asyncScheduler', asyncScheduler],
  ])('runs mains and their clean-up (%s)', async (_, scheduler) => {
    const result = await run(
      async () => {
        createTask(function* () {
          try {
            yield* sleep(1e6);
          } finally {
            yield* sleep(2);
            log.push('clean');
          }
        });
        await sleep(5);
        return 'main';
      },
      { scheduler },
    );
    expect([result, log]).toEqual(['main', ['clean']]);
  });

  it('arms a delay above 2^31-1 ms in parts on a scheduler in real time', async () => {
    const delays: (number | undefined)[] = [];
    const scheduler: SchedulerLike = {
      now: () => asyncScheduler.now(),
      schedule: ((work: () => void, delay?: number) => {
        delays.push(delay);
        return asyncScheduler.schedule(work, delay);
      }) as SchedulerLike['schedule'],
    };
    const task = new EventLoop({ scheduler }).createTask(sleep(2 ** 31 + 1000));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(Math.max(...delays.map((delay) => delay ?? 0))).toBe(2 ** 31 - 1);
    task.cancel();
    await task.catch(() => {});
  });
});

describe('in virtual time', () => {
  it('a coroutine runs to its end synchronously', () => {
    const scheduler = new VirtualTimeScheduler();
    const task = new EventLoop({ scheduler }).createTask(function* () {
      yield* sleep(60_000);
      yield;
      return yield* createTask(sleep(1, 'over'));
    });
    expect(task.done()).toBe(false);
    scheduler.flush();
    expect(task.result()).toBe('over');
    expect(scheduler.now()).toBe(60_001);
  });

  it('one flush runs main and the clean-up of run(), synchronously', async () => {
    const scheduler = new VirtualTimeScheduler();
    const running = run(
      function* () {
        createTask(function* () {
          try {
            yield* sleep(Infinity);
          } finally {
            yield* sleep(50);
            log.push('clean');
          }
        });
        yield* sleep(10);
        log.push('main');
        return 'main';
      },
      { scheduler },
    );
    scheduler.flush();
    expect(log).toEqual(['main', 'clean']);
    expect(scheduler.now()).toBe(60);
    expect(await running).toBe('main');
  });

  it('a frame of a task never splits: no other action of the frame comes between its steps', () => {
    const scheduler = new VirtualTimeScheduler();
    const loop = new EventLoop({ scheduler });
    loop.createTask(function* () {
      yield* sleep(10);
      for (let i = 0; i < 3; i++) {
        log.push(`step ${i}`);
        yield;
      }
    });
    scheduler.schedule(() => {
      for (let i = 0; i < 2; i++) scheduler.schedule(() => log.push(`action ${i}`), 10);
    }, 0);
    scheduler.flush();
    expect(log.join()).toMatch(/step 0,step 1,step 2/);
    expect(log).toHaveLength(5);
  });

  it('a run that is not over after the flush is a deadlock, and does not stand in the way of others', async () => {
    const scheduler = new VirtualTimeScheduler();
    let over = false;
    void run(sleep(Infinity), { scheduler }).finally(() => {
      over = true;
    });
    scheduler.flush();
    await new Promise((resolve) => setImmediate(resolve));
    expect(over).toBe(false);
    expect(await run(sleep(1, 'another run'))).toBe('another run');
  });

  it('loop.scheduler tells loop time, and RxJS operators live on it', () => {
    const scheduler = new VirtualTimeScheduler();
    const loop = new EventLoop({ scheduler });
    loop.createTask(function* () {
      const clock = getRunningLoop().scheduler;
      expect(clock.now()).toBe(0);
      const task = createTask(
        interval(10, clock).pipe(
          take(3),
          map((n) => [n, clock.now()]),
        ),
      );
      task.progress$.subscribe((value) => log.push(value));
      yield* task;
      yield* createTask(timer(new Date(100), clock));
      log.push(clock.now());
    });
    scheduler.flush();
    expect(log).toEqual([[0, 10], [1, 20], [2, 30], 100]);
  });
});

describe('on a TestScheduler', () => {
  const testing = () =>
    new TestScheduler((actual, expected) => {
      expect(actual).toEqual(expected);
    });

  it('marbles see coroutines in virtual time', () => {
    const scheduler = testing();
    scheduler.run(({ cold, expectObservable }) => {
      const loop = new EventLoop({ scheduler });
      const work = coroutine(function* (value: string) {
        yield* sleep(3);
        yield;
        return value.toUpperCase();
      });
      const source = cold('a----b--|').pipe(switchMap((value) => loop.createTask(work(value))));
      expectObservable(source).toBe('---A----(B|)');
    });
  });

  it('marbles see a task, its result and its cancellation', () => {
    const scheduler = testing();
    scheduler.run(({ expectObservable }) => {
      const loop = new EventLoop({ scheduler });
      const value = loop.createTask(sleep(5, 'r'));
      const cancelled = loop.createTask(sleep(50));
      loop.callLater(4, () => cancelled.cancel('enough'));
      expectObservable(value).toBe('-----(r|)');
      expectObservable(cancelled.pipe(takeUntil(timer(20, loop.scheduler)))).toBe(
        '----#',
        {},
        expect.objectContaining({ name: 'CancelledError' }),
      );
    });
  });

  it('marbles see timers on the scheduler of the loop', () => {
    const scheduler = testing();
    scheduler.run(({ cold, expectObservable }) => {
      const loop = new EventLoop({ scheduler });
      expectObservable(timer(3, 2, loop.scheduler).pipe(take(3))).toBe('---0-1-(2|)', [0, 1, 2]);
      expectObservable(cold('ab---c|').pipe(debounceTime(2, loop.scheduler))).toBe('---b--(c|)');
    });
  });

  it('a task has its own current task in every frame', () => {
    const scheduler = testing();
    scheduler.run(({ flush }) => {
      const loop = new EventLoop({ scheduler });
      for (const name of ['a', 'b']) {
        loop.createTask(
          function* () {
            for (let i = 0; i < 2; i++) {
              yield* sleep(1);
              log.push(currentTask()?.name === name);
            }
          },
          { name },
        );
      }
      flush();
    });
    expect(log).toEqual([true, true, true, true]);
  });
});

describe('work on the scheduler of a loop', () => {
  it('can be cancelled, and scheduled again from the inside', () => {
    const host = new VirtualTimeScheduler();
    const { scheduler } = new EventLoop({ scheduler: host });
    scheduler.schedule(() => log.push('cancelled'), 5).unsubscribe();
    scheduler.schedule(
      function (n) {
        log.push([n, scheduler.now()]);
        if (n !== undefined && n < 3) this.schedule(n + 1, 10);
      },
      10,
      1,
    );
    host.flush();
    expect(log).toEqual([
      [1, 10],
      [2, 20],
      [3, 30],
    ]);
  });

  it('without a delay runs in the next iteration, not inside of schedule', () => {
    const host = new VirtualTimeScheduler();
    const { scheduler } = new EventLoop({ scheduler: host });
    scheduler.schedule(() => log.push('work'));
    log.push('after schedule');
    host.flush();
    expect(log).toEqual(['after schedule', 'work']);
  });
});
