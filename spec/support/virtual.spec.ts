import { createTask, getRunningLoop, sleep } from 'rxtasks';
import { errorOf, idleLoop, runVirtual, thrownBy, virtualLoop } from './virtual.js';

describe('runVirtual', () => {
  it('gives the result of main and runs the clean-up of what is left', async () => {
    const events: string[] = [];
    const result = await runVirtual(function* () {
      createTask(function* () {
        try {
          yield* sleep(1e6);
        } finally {
          yield* sleep(5);
          events.push(`cleaned up at ${getRunningLoop().time()}`);
        }
      });
      yield* sleep(1000);
      return 'done';
    });
    expect(result).toBe('done');
    expect(events).toEqual(['cleaned up at 1005']);
  });

  it('fails as main fails', async () => {
    const main = runVirtual(function* () {
      yield* sleep(1);
      throw new Error('boom');
    });
    await expect(main).rejects.toThrow('boom');
  });

  it('fails with deadlock if main waits for what never comes', async () => {
    const main = runVirtual(function* () {
      yield* getRunningLoop().createFuture();
    });
    await expect(main).rejects.toThrow(/^deadlock$/);
  });

  it('fails with a deadlock in the clean-up if what is left does not end', async () => {
    const main = runVirtual(function* () {
      createTask(function* () {
        try {
          yield* sleep(10);
        } finally {
          yield* getRunningLoop().createFuture();
        }
      });
      yield;
    });
    await expect(main).rejects.toThrow('deadlock in the clean-up');
  });

  it('fails if anything goes to the exception handler, unless somebody takes it', async () => {
    function* main() {
      getRunningLoop().callSoon(() => {
        throw new Error('lost');
      });
      yield;
    }
    await expect(runVirtual(main)).rejects.toThrow(/reported.*callback.*lost/);
    const kinds: string[] = [];
    await runVirtual(main, { onContext: ({ kind }) => kinds.push(kind) });
    expect(kinds).toEqual(['callback']);
  });
});

describe('virtualLoop', () => {
  it('runs what its loop holds when it is flushed', () => {
    const { loop, flush, contexts } = virtualLoop();
    const task = createTask(sleep(10, 'x'), { loop });
    flush();
    expect(task.result()).toBe('x');
    expect(loop.time()).toBe(10);
    expect(contexts).toEqual([]);
  });
});

describe('idleLoop', () => {
  it('runs iteration by iteration, or until something has ended', async () => {
    const { loop, turn, runToEnd } = idleLoop();
    const steps: number[] = [];
    const task = loop.createTask(function* () {
      for (let i = 1; i <= 3; i++) {
        steps.push(i);
        yield;
      }
      yield* sleep(10);
      return 'end';
    });
    expect(steps).toEqual([]);
    turn();
    expect(steps).toEqual([1]);
    turn(2);
    expect(steps).toEqual([1, 2, 3]);
    expect(await runToEnd(task)).toBe('end');
    expect(loop.time()).toBe(10);
    await expect(runToEnd(loop.createFuture())).rejects.toThrow(/^deadlock$/);
  });
});

describe('errorOf and thrownBy', () => {
  it('give the error, and refuse a value', async () => {
    const failing = createTaskFailing();
    expect(await runVirtual(() => errorOf(failing()))).toEqual(new Error('boom'));
    await expect(runVirtual(() => errorOf(sleep(1, 'fine')))).rejects.toThrow('got the value fine');
    expect(() => thrownBy(() => 'fine')).toThrow('got the value fine');
  });
});

function createTaskFailing() {
  return () =>
    createTask(function* () {
      yield;
      throw new Error('boom');
    });
}
