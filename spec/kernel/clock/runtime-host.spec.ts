import { EventLoop, Runner, createTask, getEventLoop, run, sleep } from 'rxtasks';
import { inChildProcess } from '../../support/child-process.js';

describe('with fake timers of Jest', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('a coroutine sleeps as long as the fake clock says', async () => {
    const log: string[] = [];
    const running = run(function* () {
      yield* sleep(1000);
      log.push('one');
      yield* sleep(60_000);
      log.push('two');
    });
    await jest.advanceTimersByTimeAsync(999);
    expect(log).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(log).toEqual(['one']);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(log).toEqual(['one', 'two']);
    await running;
  });

  it('an async function does too', async () => {
    const running = run(async () => {
      await sleep(1000);
      await Promise.all([sleep(5000), sleep(2000)]);
      return 'over';
    });
    await jest.advanceTimersByTimeAsync(6000);
    expect(await running).toBe('over');
  });

  it('no timer is left after the end of a run', async () => {
    const running = run(function* () {
      createTask(sleep(1e6));
      yield* sleep(1);
    });
    await jest.advanceTimersByTimeAsync(1);
    await running;
    await jest.advanceTimersByTimeAsync(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('a sleep that is cancelled leaves no timer behind', async () => {
    const task = getEventLoop().createTask(sleep(1e6));
    await jest.advanceTimersByTimeAsync(0);
    expect(jest.getTimerCount()).toBe(1);
    task.cancel();
    await jest.advanceTimersByTimeAsync(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('one host timer serves all sleepers', async () => {
    const tasks = Array.from({ length: 100 }, (_, i) => getEventLoop().createTask(sleep(1000 + i)));
    await jest.advanceTimersByTimeAsync(0);
    expect(jest.getTimerCount()).toBe(1);
    await jest.advanceTimersByTimeAsync(2000);
    expect(tasks.every((task) => task.done())).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('delays above 2^31-1 ms are armed again in parts', async () => {
    const long = 2 ** 31 + 1000;
    const task = getEventLoop().createTask(sleep(long));
    await jest.advanceTimersByTimeAsync(2 ** 31 - 1);
    expect(task.done()).toBe(false);
    await jest.advanceTimersByTimeAsync(1000);
    expect(task.done()).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(task.done()).toBe(true);
  });

  it('an infinite delay arms no timer', async () => {
    const task = getEventLoop().createTask(sleep(Infinity));
    await jest.advanceTimersByTimeAsync(0);
    expect(jest.getTimerCount()).toBe(0);
    task.cancel();
    await jest.advanceTimersByTimeAsync(0);
    expect(task.cancelled()).toBe(true);
  });
});

describe('in real time', () => {
  it('a loop never wakes before the deadline of a timer', async () => {
    await run(function* () {
      for (const ms of [1, 2.5, 3.7, 5]) {
        const start = performance.now();
        yield* sleep(ms);
        expect(performance.now() - start).toBeGreaterThanOrEqual(ms);
      }
    });
  });

  it('loop.scheduler tells epoch time, and loop.time() a monotonic one', () => {
    const loop = new EventLoop();
    for (const [ours, clock] of [
      [() => loop.scheduler.now(), () => Date.now()],
      [() => loop.time(), () => performance.now()],
    ] as const) {
      const times = [clock(), ours(), clock()];
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }
  });

  it('one iteration takes one microtask, so that async functions have a turn in between', async () => {
    const log: string[] = [];
    await run(function* () {
      void (async () => {
        for (let i = 0; i < 3; i++) {
          await null;
          log.push('async');
        }
      })();
      for (let i = 0; i < 3; i++) {
        yield;
        log.push('task');
      }
    });
    expect(log.join(' ')).not.toBe('task task task async async async');
    expect(log.slice(0, 2).sort()).toEqual(['async', 'task']);
  });

  it('a Runner goes on with what it left in the run before', async () => {
    const runner = new Runner();
    const log: string[] = [];
    await runner.run(function* () {
      createTask(function* () {
        yield* sleep(2);
        log.push('first run’s task');
      });
      yield;
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(log).toEqual([]);
    await runner.run(sleep(5));
    expect(log).toEqual(['first run’s task']);
    await runner.close();
  });
});

describe('a result of a loop that stands still', () => {
  it('is there for whoever awaits it: after run(), between two runs, after runUntilComplete()', async () => {
    let task = getEventLoop().createTask(sleep(0, 'never used'));
    await run(function* () {
      task = createTask(sleep(1, 'run'));
      yield* task;
    });
    expect(await task).toBe('run');

    const loop = new EventLoop();
    const idle = loop.createTask(sleep(1, 'idle'));
    await loop.runUntilComplete(idle);
    expect(await idle).toBe('idle');
  });

  it('is an error where it was one', async () => {
    const loop = new EventLoop();
    const failed = loop.createTask(function* () {
      yield;
      throw new Error('boom');
    });
    await expect(loop.runUntilComplete(failed)).rejects.toThrow('boom');
    await expect(failed.then()).rejects.toThrow('boom');
  });
});

describe('the process', () => {
  it('is held by run() until main and the clean-up have ended, though nothing else would', async () => {
    const { stdout, status } = await inChildProcess(`
      const { run, createTask, sleep, getRunningLoop } = rxtasks;
      const held = (options) => run(function* () {
        const wake = getRunningLoop().createFuture();
        const timer = setTimeout(() => wake.setResult('woken'), 50);
        timer.unref();
        createTask(function* () { try { yield* sleep(1e6); } finally { yield* sleep(10); console.log('cleaned up'); } });
        return yield* wake;
      }, options).then((value) => console.log(value));
      await held();
      await held({ scheduler: rx.asyncScheduler });
    `);
    expect([stdout.split('\n'), status]).toEqual([['cleaned up', 'woken', 'cleaned up', 'woken'], 0]);
  });

  it('is held by the default loop no longer than by its timers', async () => {
    const { stdout, status } = await inChildProcess(`
      const { createTask, sleep } = rxtasks;
      createTask(function* () { yield* sleep(20); console.log('timer'); });
      createTask(function* () { try { yield* sleep(Infinity); } finally { console.log('never'); } });
      createTask(new Promise(() => {}));
      process.on('exit', () => console.log('exit'));
    `);
    expect([stdout.split('\n'), status]).toEqual([['timer', 'exit'], 0]);
  });

  it('is held no longer after a timer has been cancelled', async () => {
    const { stdout } = await inChildProcess(`
      const { createTask, sleep } = rxtasks;
      const task = createTask(sleep(3_600_000));
      setTimeout(() => task.cancel(), 10);
      process.on('exit', () => console.log('exit'));
    `);
    expect(stdout).toBe('exit');
  });
});
