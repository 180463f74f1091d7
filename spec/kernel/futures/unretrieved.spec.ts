import { type Observable, Subject, of, switchMap, throwError } from 'rxjs';
import {
  EventLoop,
  type ExceptionContext,
  type Resume,
  coroutine,
  createTask,
  gather,
  getRunningLoop,
  resultOf,
  run,
  sleep,
  wait,
  withTaskGroup,
} from 'rxtasks';
import { runVirtual } from '../../support/virtual.js';
import { inChildProcess } from '../../support/child-process.js';

const fails = coroutine(function* (ms: number = 0, message: string = 'boom') {
  yield* sleep(ms);
  throw new Error(message);
});

/** Runs `main` in virtual time and gives the kinds and messages of what was reported, the end of the run included. */
async function reportsOf(main: () => Generator<void, unknown, Resume>): Promise<string[]> {
  const reports: string[] = [];
  await runVirtual(main, {
    onContext: ({ kind, exception }) => reports.push(`${kind}: ${(exception as Error).message}`),
  });
  return reports;
}

describe('an exception that nobody retrieved', () => {
  it('is reported once when the run ends, with the text of its task', async () => {
    const reports: ExceptionContext[] = [];
    await runVirtual(
      function* () {
        createTask(fails(), { name: 'lost' });
        yield* sleep(5);
      },
      { onContext: (context) => reports.push(context) },
    );
    expect(reports).toMatchObject([{ kind: 'unretrieved', exception: { message: 'boom' } }]);
    expect(reports[0]?.name).toBe("<Task failed name='lost' error=Error: boom>");
  });

  it('is reported for a future too', async () => {
    expect(
      await reportsOf(function* () {
        getRunningLoop().createFuture().setException(new Error('future'));
        yield;
      }),
    ).toEqual(['unretrieved: future']);
  });

  it.each<[string, () => Generator<void, unknown, Resume>]>([
    [
      'by result()',
      function* () {
        const task = createTask(fails());
        yield;
        yield;
        try {
          task.result();
        } catch {
          // retrieved
        }
      },
    ],
    [
      'by exception()',
      function* () {
        const task = createTask(fails());
        yield;
        yield;
        task.exception();
      },
    ],
    [
      'by yield*',
      function* () {
        try {
          yield* createTask(fails());
        } catch {
          // retrieved
        }
      },
    ],
    [
      'by then',
      function* () {
        void createTask(fails()).then(null, () => {});
        yield* sleep(1);
      },
    ],
    [
      'by delivery to a subscriber',
      function* () {
        createTask(fails()).subscribe({ error: () => {} });
        yield* sleep(1);
      },
    ],
    [
      'by delivery to a late subscriber',
      function* () {
        const task = createTask(fails());
        yield* sleep(1);
        task.subscribe({ error: () => {} });
      },
    ],
    [
      'by gather',
      function* () {
        yield* gather([fails()], { returnExceptions: true });
      },
    ],
    [
      'by a group',
      function* () {
        try {
          yield* withTaskGroup(function* (group) {
            group.createTask(fails());
            yield* sleep(Infinity);
          });
        } catch {
          // an ExceptionGroup
        }
      },
    ],
  ])('is not reported once retrieved %s', async (_, main) => {
    expect(await reportsOf(main)).toEqual([]);
  });

  it.each<[string, () => Generator<void, unknown, Resume>]>([
    [
      'a done callback',
      function* () {
        createTask(fails()).addDoneCallback(() => {});
        yield* sleep(1);
      },
    ],
    [
      'wait',
      function* () {
        yield* wait([createTask(fails())]);
      },
    ],
    [
      'a watcher that left before',
      function* () {
        const watching = createTask(fails(2)).subscribe({ error: () => {} });
        yield* sleep(1);
        watching.unsubscribe();
        yield* sleep(5);
      },
    ],
  ])('is not retrieved by %s', async (_, main) => {
    expect(await reportsOf(main)).toEqual(['unretrieved: boom']);
  });

  it('is reported by a watcher without an error handler, at once and once', async () => {
    expect(
      await reportsOf(function* () {
        createTask(fails()).subscribe();
        createTask(fails(0, 'second')).subscribe(() => {});
        yield* sleep(1);
      }),
    ).toEqual(['unretrieved: boom', 'unretrieved: second']);
  });

  it('is no CancelledError', async () => {
    expect(
      await reportsOf(function* () {
        const task = createTask(sleep(10));
        task.subscribe();
        yield;
        task.cancel();
        yield* sleep(1);
      }),
    ).toEqual([]);
  });

  it('is reported when its task is collected, and the task is not held until then', async () => {
    const { stdout, status } = await inChildProcess(`
      const { getEventLoop, createTask, coroutine } = rxtasks;
      getEventLoop().setExceptionHandler((_loop, { kind, exception, name }) => console.log(kind, exception.message, name));
      let task = createTask(coroutine(function* () { throw new Error('boom'); }), { name: 'lost' });
      const held = new WeakRef(task);
      await new Promise((resolve) => setTimeout(resolve, 5));
      task = undefined;
      for (let i = 0; i < 10; i++) { gc(); await new Promise((resolve) => setTimeout(resolve, 5)); }
      console.log('collected', held.deref() === undefined);
    `);
    expect([stdout.split('\n'), status]).toEqual([
      ["unretrieved boom <Task failed name='lost' error=Error: boom>", 'collected true'],
      0,
    ]);
  });

  it('is reported when the process exits, once, by one listener', async () => {
    const { stderr, status } = await inChildProcess(`
      const { createTask } = rxtasks;
      globalThis.kept = ['a', 'b'].map((name) => createTask(function* () { throw new Error(name); }, { name }));
      setTimeout(() => console.error('listeners', process.listenerCount('exit')), 5);
    `);
    expect(status).toBe(0);
    expect(stderr.match(/never retrieved/g)).toHaveLength(2);
    expect(stderr).toMatch(/name='a'[^]*Error: a[^]*name='b'[^]*Error: b/);
    expect(stderr).toContain('listeners 1');
  });
});

describe('an error in a callback', () => {
  it('is reported, and stops nothing else', async () => {
    const log: string[] = [];
    expect(
      await reportsOf(function* () {
        const loop = getRunningLoop();
        const future = loop.createFuture<void>();
        future.addDoneCallback(() => {
          throw new Error('done callback');
        });
        future.addDoneCallback(() => log.push('next callback'));
        loop.callSoon(() => {
          throw new Error('handle');
        });
        loop.callLater(1, () => {
          throw new Error('timer');
        });
        loop.callSoon(() => log.push('next handle'));
        future.setResult();
        yield* sleep(5);
        log.push('task');
      }),
    ).toEqual(['callback: handle', 'callback: done callback', 'callback: timer']);
    expect(log).toEqual(['next handle', 'next callback', 'task']);
  });

  it('is reported when the promise of a done callback is rejected', async () => {
    const reports: unknown[] = [];
    const error = new Error('async');
    await run(async (main) => {
      getRunningLoop().setExceptionHandler((_loop, { kind, exception }) => reports.push([kind, exception]));
      const task = createTask(sleep(1));
      task.addDoneCallback(async () => {
        await null;
        throw error;
      });
      while (reports.length === 0) await main.resultOf(sleep(1));
    });
    expect(reports).toEqual([['callback', error]]);
  });

  it('that is a generator function is a TypeError at the call', () =>
    runVirtual(function* () {
      expect(() => createTask(sleep(1)).addDoneCallback(function* () {})).toThrow(TypeError);
      yield;
    }));
});

describe('a late failure', () => {
  it('of a child of a gather that had failed is reported once, as it happens', async () => {
    const log: unknown[] = [];
    await runVirtual(
      function* () {
        try {
          yield* gather([fails(5, 'first'), fails(10, 'second')]);
        } catch (error) {
          log.push((error as Error).message);
        }
        yield* sleep(20);
        log.push('end of main');
      },
      { onContext: ({ kind, exception }) => log.push(`${kind}: ${(exception as Error).message}`) },
    );
    expect(log).toEqual(['first', 'late-failure: second', 'end of main']);
  });

  it('of a coroutine whose subscriber had left is reported once', async () => {
    const clumsy = coroutine(function* () {
      try {
        yield* sleep(Infinity);
      } finally {
        yield* fails(1, 'clean-up');
      }
    });
    expect(
      await reportsOf(function* () {
        const subject = new Subject<number>();
        const watching = subject.pipe(switchMap(() => clumsy())).subscribe();
        subject.next(1);
        yield;
        subject.next(2);
        yield* sleep(5);
        watching.unsubscribe();
        yield* sleep(5);
      }),
    ).toEqual(['late-failure: clean-up', 'late-failure: clean-up']);
  });
});

describe('a late rejection', () => {
  /** A promise, and what rejects it: by hand, since a time would be a matter of the machine. */
  function rejectable(error: Error) {
    let rejectLater = () => {};
    const promise = new Promise<never>((_, reject) => {
      rejectLater = () => reject(error);
    });
    return { promise, reject: () => rejectLater() };
  }

  it.each<[string, (promise: Promise<never>) => Observable<unknown>]>([
    ['a task over it', (promise) => createTask(promise)],
    ['one who waits by resultOf', (promise) => createTask(resultOf(promise))],
    [
      'a task before its first step',
      (promise) => {
        const task = createTask(promise);
        task.cancel();
        return task;
      },
    ],
  ])('of a promise that was abandoned by %s is reported once', async (_, abandon) => {
    const reports: unknown[] = [];
    const error = new Error('late');
    await run(function* () {
      getRunningLoop().setExceptionHandler((_loop, { kind, exception }) => reports.push([kind, exception]));
      const { promise, reject } = rejectable(error);
      const task = abandon(promise) as ReturnType<typeof createTask>;
      yield* sleep(1);
      task.cancel();
      yield* sleep(1);
      reject();
      yield* sleep(1);
      expect(task.cancelled()).toBe(true);
    });
    expect(reports).toEqual([['late-rejection', error]]);
  });

  it('is no report if it is what an abort looks like', async () => {
    const reports: unknown[] = [];
    await run(function* () {
      getRunningLoop().setExceptionHandler((_loop, context) => reports.push(context));
      const { promise, reject } = rejectable(Object.assign(new Error('aborted'), { name: 'AbortError' }));
      const task = createTask(promise);
      yield* sleep(1);
      task.cancel();
      yield* sleep(1);
      reject();
      yield* sleep(1);
      expect(task.cancelled()).toBe(true);
    });
    expect(reports).toEqual([]);
  });
});

describe('other reports', () => {
  it('shutdown: a task that fails while run() cleans up', async () => {
    const reports: unknown[] = [];
    const clumsy = coroutine(function* () {
      try {
        yield* sleep(Infinity);
      } finally {
        yield* fails(1, 'clean-up');
      }
    });
    const over = run(function* () {
      getRunningLoop().setExceptionHandler((_loop, { kind, exception }) =>
        reports.push([kind, (exception as Error).message]),
      );
      createTask(clumsy());
      yield;
    });
    await over;
    expect(reports).toEqual([['shutdown', 'clean-up']]);
  });

  it('cancelled-unawaited: a promise that nobody holds does not end the process during run()', async () => {
    const { stdout, status } = await inChildProcess(`
      const { run, sleep, createTask, getRunningLoop } = rxtasks;
      await run(async () => {
        getRunningLoop().setExceptionHandler((_loop, { kind, exception }) => console.log(kind, exception.name));
        const task = createTask(async () => {
          const helper = async () => { await sleep(1000); };
          void helper();
          await sleep(1000);
        });
        await sleep(2);
        task.cancel();
        await sleep(5);
      });
      console.log('over');
    `);
    expect([stdout.split('\n'), status]).toEqual([['cancelled-unawaited CancelledError', 'over'], 0]);
  });

  it('any other rejection that nobody handles ends the process as Node would', async () => {
    const { stderr, status } = await inChildProcess(`
      const { run, sleep } = rxtasks;
      await run(async () => {
        void Promise.reject(new Error('unhandled'));
        await sleep(50);
      });
      console.error('not reached');
    `);
    expect(status).toBe(1);
    expect(stderr).toContain('Error: unhandled');
    expect(stderr).not.toContain('not reached');
  });
});

describe('the exception handler', () => {
  it('that throws itself is replaced by the default one, for that report', () => {
    const lines = jest.spyOn(console, 'error').mockImplementation(() => {});
    try {
      const loop = new EventLoop();
      loop.setExceptionHandler(() => {
        throw new Error('handler');
      });
      expect(() => loop.callExceptionHandler({ kind: 'callback', message: 'original' })).not.toThrow();
      expect(lines.mock.calls.map(([line]) => line as string)).toEqual([
        expect.stringContaining('the exception handler itself threw'),
        expect.stringContaining('original'),
      ]);
    } finally {
      lines.mockRestore();
    }
  });

  it('writes one console.error by default: message, task, error', async () => {
    const lines = jest.spyOn(console, 'error').mockImplementation(() => {});
    try {
      await run(function* () {
        createTask(fails(), { name: 'lost' });
        yield* sleep(2);
      });
      expect(lines.mock.calls).toHaveLength(1);
      const [text, , error] = lines.mock.calls[0] as [string, string, Error];
      expect(text).toMatch(/rxtasks: .*never retrieved[^]*<Task failed name='lost' error=Error: boom>/);
      expect(error).toMatchObject({ message: 'boom' });
    } finally {
      lines.mockRestore();
    }
  });

  it('never throws, even if the console does', () => {
    const lines = jest.spyOn(console, 'error').mockImplementation(() => {
      throw new Error('console');
    });
    try {
      expect(() => new EventLoop().callExceptionHandler({ kind: 'callback', message: 'm' })).not.toThrow();
    } finally {
      lines.mockRestore();
    }
  });

  it('is not told of what an Observable delivers to a watcher with an error handler', async () => {
    expect(
      await reportsOf(function* () {
        createTask(of(1).pipe(switchMap(() => throwError(() => new Error('boom'))))).subscribe({ error: () => {} });
        yield* sleep(1);
      }),
    ).toEqual([]);
  });
});
