import { VirtualTimeScheduler } from 'rxjs';
import {
  EventLoop,
  type ExceptionContext,
  type Executor,
  Runner,
  type Task,
  getRunningLoop,
  run,
  sleep,
} from 'rxtasks';
import {
  InlineExecutor,
  JobExecutor,
  ProcessPoolExecutor,
  type RemoteTask,
  ThreadPoolExecutor,
} from 'rxtasks/executors';

const echo = <T>(value: T): T => value;

describe('The default executor of run()', () => {
  it('is a pool of threads, made when it is used first, and used again', async () => {
    const threadOf = async () => (await import('node:worker_threads')).threadId;
    await run(async () => {
      const loop = getRunningLoop();
      const [one, other] = [await loop.runInExecutor(null, threadOf), await loop.runInExecutor(null, threadOf)];
      expect(one).toBeGreaterThan(0);
      expect(other).toBe(one);
    });
  });

  it('is closed by run(): a job that nobody waits for is waited for, not begun again', async () => {
    const executors: Executor[] = [];
    const shutdown = jest.spyOn(JobExecutor.prototype, 'shutdown');
    try {
      await run(async () => {
        const loop = getRunningLoop();
        await loop.runInExecutor(null, echo, 1);
        expect(shutdown).not.toHaveBeenCalled();
      });
      executors.push(...(shutdown.mock.contexts as Executor[]));
      expect(executors).toHaveLength(1);
      expect(executors[0]).toBeInstanceOf(ThreadPoolExecutor);
      expect(() => executors[0]!.submit(echo, 1)).toThrow('shut down');
    } finally {
      shutdown.mockRestore();
    }
  });

  it('is not made where it is not used', async () => {
    const shutdown = jest.spyOn(JobExecutor.prototype, 'shutdown');
    await run(sleep(1));
    expect(shutdown).not.toHaveBeenCalled();
    shutdown.mockRestore();
  });

  it('gives results and errors through the future; the task has the name of the function', async () => {
    await run(async () => {
      const loop = getRunningLoop();
      const fail = (text: string) => {
        throw new RangeError(text);
      };
      const future = loop.runInExecutor(null, echo, { a: 1 });
      expect(String(future)).toContain("name='echo'");
      expect(await future).toEqual({ a: 1 });
      await expect(loop.runInExecutor(null, fail, 'far')).rejects.toThrow(RangeError);
    });
  });

  it('what cannot be sent is an error of the first job, and refused at the call once the pool is there', async () => {
    const outside = 1;
    await run(async () => {
      const loop = getRunningLoop();
      await expect(loop.runInExecutor(null, echo, () => {})).rejects.toMatchObject({ name: 'DataCloneError' });
      expect(() => loop.runInExecutor(null, echo, () => {})).toThrow('argument 1 is a function');
      expect(() => loop.runInExecutor(null, () => outside)).toThrow("uses 'outside'");
    });
  });

  it('passes on progress and cancellation, while the pool is still being loaded too', async () => {
    await run(async () => {
      const loop = getRunningLoop();
      const early = loop.runInExecutor(null, echo, 1);
      early.cancel('too early');
      await expect(early).rejects.toMatchObject({ name: 'CancelledError', message: 'too early' });
      const seen: unknown[] = [];
      const task = loop.runInExecutor(null, (task: RemoteTask<string>) => {
        task.report('running');
        return new Promise<never>((_resolve, reject) => {
          task.signal.addEventListener('abort', () => reject(task.signal.reason as Error));
        });
      }) as unknown as Task<unknown>;
      task.progress$.subscribe((value) => {
        seen.push(value);
        task.cancel('enough');
      });
      await expect(task).rejects.toMatchObject({ name: 'CancelledError', message: 'enough' });
      expect(seen).toEqual(['running']);
    });
  });

  it('jobs that are left at the end of main are cancelled, and have ended when run() has', async () => {
    let ended = '';
    await run(async () => {
      const wait = (task: RemoteTask) =>
        new Promise<never>((_resolve, reject) => {
          task.signal.addEventListener('abort', () => reject(task.signal.reason as Error));
        });
      const future = getRunningLoop().runInExecutor(null, wait);
      future.addDoneCallback(() => (ended = String(future.cancelled())));
      await getRunningLoop().runInExecutor(null, echo, 1);
    });
    expect(ended).toBe('true');
  });

  it('serves all runs of a Runner, and ends with it', async () => {
    const runner = new Runner();
    const threadOf = async () => (await import('node:worker_threads')).threadId;
    const one = await runner.run(() => runner.getLoop().runInExecutor(null, threadOf));
    const other = await runner.run(() => runner.getLoop().runInExecutor(null, threadOf));
    expect(other).toBe(one);
    await runner.close();
    expect(() => runner.getLoop().runInExecutor(null, threadOf)).toThrow('closed');
  });
});

describe('runInExecutor', () => {
  it('outside of run() has no default executor, and says what to do', () => {
    const loop = new EventLoop();
    expect(() => loop.runInExecutor(null, echo, 1)).toThrow(expect.objectContaining({ name: 'RuntimeError' }));
    expect(() => loop.runInExecutor(null, echo, 1)).toThrow(/setDefaultExecutor.*toThread.*run\(\)/s);
  });

  it('takes an executor of its own, which it does not end', async () => {
    const executor = new InlineExecutor();
    expect(await run(() => getRunningLoop().runInExecutor(executor, echo, 1))).toBe(1);
    expect(await executor.submit(echo, 2)).toBe(2);
    await executor.shutdown();
  });

  it('refuses what is no executor', async () => {
    await run(async () => {
      const loop = getRunningLoop();
      for (const bad of [{}, 5, 'threads']) {
        expect(() => loop.runInExecutor(bad as never, echo, 1)).toThrow('expected an executor with submit(), got');
        expect(() => loop.setDefaultExecutor(bad as never)).toThrow(TypeError);
      }
      expect(() => loop.setDefaultExecutor(null as never)).toThrow(TypeError);
    });
  });
});

describe('setDefaultExecutor', () => {
  it('gives the executor that run() uses, and shuts down at its end', async () => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    await run(async () => {
      getRunningLoop().setDefaultExecutor(pool);
      expect(await getRunningLoop().runInExecutor(null, () => process.pid)).not.toBe(process.pid);
    });
    expect(() => pool.submit(echo, 1)).toThrow('shut down');
  });

  it('takes any executor; one without shutdown is left alone', async () => {
    const asked: unknown[] = [];
    const executor = {
      submit: (fn: (...args: never[]) => unknown, ...args: unknown[]) => {
        asked.push(args);
        return getRunningLoop().createTask(async () => fn(...(args as never[])));
      },
    };
    await run(async () => {
      getRunningLoop().setDefaultExecutor(executor as unknown as Executor);
      expect(await getRunningLoop().runInExecutor(null, echo, 'x')).toBe('x');
    });
    expect(asked).toEqual([['x']]);
  });

  it('an error of its shutdown is reported, and run() ends with the outcome of main', async () => {
    const reports: ExceptionContext[] = [];
    const executor = new InlineExecutor();
    const broken = {
      submit: executor.submit.bind(executor),
      shutdown: () => Promise.reject(new Error('stuck')),
    } as unknown as Executor;
    const outcome = await run(async () => {
      getRunningLoop().setExceptionHandler((_loop, context) => void reports.push(context));
      getRunningLoop().setDefaultExecutor(broken);
      return getRunningLoop().runInExecutor(null, echo, 5);
    });
    expect(outcome).toBe(5);
    expect(reports).toMatchObject([{ kind: 'shutdown', exception: { message: 'stuck' } }]);
  });
});

describe('A run in virtual time', () => {
  it('that uses no executor runs in one flush, to the end of run()', () => {
    const scheduler = new VirtualTimeScheduler();
    const runner = new Runner({ scheduler });
    const log: unknown[] = [];
    void runner.run(function* () {
      yield* sleep(1000);
      log.push(scheduler.now());
    });
    scheduler.flush();
    void runner.close();
    scheduler.flush();
    expect(() => runner.getLoop()).toThrow('closed');
    expect(log).toEqual([1000]);
  });
});
