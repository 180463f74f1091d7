import { VirtualTimeScheduler, asyncScheduler, of } from 'rxjs';
import {
  CancelledError,
  EventLoop,
  type ExceptionContext,
  type Resume,
  RuntimeError,
  type Task,
  coroutine,
  createTask,
  currentTask,
  getRunningLoop,
  run,
  sleep,
  type RunOptions,
  type TaskSource,
} from 'rxtasks';
import { runVirtual } from '../support/virtual.js';

/** `run()` in virtual time. */
function runInVirtualTime<T>(main: TaskSource<T> | (() => Generator<void, T, Resume>), options: RunOptions = {}) {
  const scheduler = new VirtualTimeScheduler();
  const running = run(main as TaskSource<T>, { ...options, scheduler, handleSignals: false });
  scheduler.flush();
  return running;
}

const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    (value) => {
      throw new Error(`expected an error, got the value ${String(value)}`);
    },
    (error: unknown) => error,
  );

// This comes first: nothing has switched the ambient context on yet.
describe('run() beside another run()', () => {
  it('is refused where nothing tells the two apart, and allowed where the ambient context does', async () => {
    const first = run(sleep(5, 'first'));
    await expect(run(sleep(1))).rejects.toThrow(
      new RuntimeError(
        'run(main): another run() is active, and without ambient context ({ asyncContext } on Node, in use from the first ' +
          'async function that runs as a task) nothing tells what belongs to which; use createTask(main) instead',
      ),
    );
    expect(await first).toBe('first');
    const loops = new Set<EventLoop>();
    const main = async (name: string) => {
      loops.add(getRunningLoop());
      await sleep(3);
      loops.add(getRunningLoop());
      return name;
    };
    const second = run(() => main('second'));
    await new Promise((resolve) => setTimeout(resolve, 1));
    const third = run(() => main('third'));
    expect(await Promise.all([second, third])).toEqual(['second', 'third']);
    expect(loops.size).toBe(2);
  });
});

describe('run', () => {
  it('gives the result of main [RunTests.test_asyncio_run_return]', async () => {
    const main = coroutine(function* () {
      yield* sleep(0);
      return 42;
    });
    expect(await run(main())).toBe(42);
    expect(await runInVirtualTime(main())).toBe(42);
  });

  it('fails as main fails [RunTests.test_asyncio_run_raises]', async () => {
    const spam = new RangeError('spam');
    const main = coroutine(function* () {
      yield* sleep(0);
      throw spam;
    });
    expect(await errorOf(run(main()))).toBe(spam);
    expect(await errorOf(runInVirtualTime(main()))).toBe(spam);
  });

  it('takes any source; for anything else it fails before a loop is made [RunTests.test_asyncio_run_only_coro]', async () => {
    const loopFactory = jest.fn(() => new EventLoop());
    for (const [main, text] of [
      [1, '1 (number)'],
      [null, 'null'],
      ['abc', '"abc" (string); for its items use from(items), for a list of sources gather(items)'],
    ] as const) {
      expect(await errorOf(run(main as never, { loopFactory }))).toEqual(
        new TypeError(
          'run(main): expected a coroutine, an Observable, a promise, an async iterable or a function that gives one of ' +
            `these, got ${text}`,
        ),
      );
    }
    expect(loopFactory).not.toHaveBeenCalled();
    // What a function gives is known only when it has been called, in the first step of main.
    expect(await errorOf(run((() => undefined) as never, { loopFactory }))).toEqual(
      new TypeError(
        'a function returned undefined; expected a function that gives a generator, a promise, an Observable, a coroutine ' +
          'or an async iterable (function*, async function, …)',
      ),
    );
    expect(loopFactory).toHaveBeenCalledTimes(1);
    const asyncIterable = (async function* () {
      yield await Promise.resolve('last');
    })();
    expect(await run(of(1, 2))).toBe(2);
    expect(await run(Promise.resolve('promised'))).toBe('promised');
    expect(await run(async () => await sleep(1, 'async'))).toBe('async');
    expect(await run(asyncIterable)).toBe('last');
  });

  it('passes the debug flag on to the loop [RunTests.test_asyncio_run_debug]', async () => {
    const debugOfLoop = coroutine(function* () {
      yield;
      return getRunningLoop().debug;
    });
    expect(await runInVirtualTime(debugOfLoop())).toBe(false);
    expect(await runInVirtualTime(debugOfLoop(), { debug: false })).toBe(false);
    expect(await runInVirtualTime(debugOfLoop(), { debug: true })).toBe(true);
    const loopFactory = () => new EventLoop({ debug: true });
    expect(await run(debugOfLoop(), { loopFactory })).toBe(true);
    expect(await run(debugOfLoop(), { loopFactory, debug: false })).toBe(false);
  });

  it('inside of a running loop is refused, in a task as well as in a callback [RunTests.test_asyncio_run_from_running_loop]', async () => {
    const refusal = new RuntimeError(
      'run(main): a loop is running this very code; use createTask(main) and wait for the task instead',
    );
    const refused: Promise<unknown>[] = [];
    let ran = false;
    const inner = function* () {
      ran = true;
      yield;
    };
    await runVirtual(function* () {
      refused.push(errorOf(run(inner)));
      getRunningLoop().callSoon(() => void refused.push(errorOf(run(inner))));
      createTask(sleep(0)).addDoneCallback(() => void refused.push(errorOf(run(inner))));
      yield* sleep(1);
    });
    expect(await Promise.all(refused)).toEqual([refusal, refusal, refusal]);
    expect(ran).toBe(false);
  });

  it('cancels what main left running, and waits for its clean-up [RunTests.test_asyncio_run_cancels_hanging_tasks]', async () => {
    const events: string[] = [];
    const left: Task<unknown>[] = [];
    const result = await runInVirtualTime(function* () {
      for (const [name, ms] of [
        ['a', 20],
        ['b', 10],
      ] as const) {
        left.push(
          createTask(function* () {
            try {
              yield* sleep(10_000);
            } finally {
              events.push(`${name} cancelled`);
              yield* sleep(ms);
              events.push(`${name} cleaned up at ${getRunningLoop().time()}`);
            }
          }),
        );
      }
      yield* sleep(5);
      return 123;
    });
    expect(result).toBe(123);
    expect(left.map((task) => task.cancelled())).toEqual([true, true]);
    expect(events).toEqual(['a cancelled', 'b cancelled', 'b cleaned up at 15', 'a cleaned up at 25']);
  });

  it('does the same when main fails', async () => {
    let left!: Task<void>;
    const running = runInVirtualTime(function* () {
      left = createTask(sleep(10_000));
      yield;
      throw new Error('boom');
    });
    await expect(running).rejects.toThrow('boom');
    expect(left.cancelled()).toBe(true);
  });

  it('reports errors of the clean-up to the exception handler [RunTests.test_asyncio_run_reports_hanging_tasks_errors]', async () => {
    const contexts: ExceptionContext[] = [];
    const failure = new Error('in the clean-up');
    let left!: Task<unknown>;
    const result = await runInVirtualTime(function* () {
      getRunningLoop().setExceptionHandler((_loop, context) => contexts.push(context));
      left = createTask(function* () {
        try {
          yield* sleep(100);
        } catch {
          throw failure;
        }
      });
      createTask(sleep(10_000)); // ends cancelled: nothing to report
      yield;
      return 123;
    });
    expect(result).toBe(123);
    expect(left.done()).toBe(true);
    expect(contexts).toHaveLength(1);
    const [{ kind, message, task, exception }] = contexts as [ExceptionContext];
    expect({ kind, message }).toEqual({
      kind: 'shutdown',
      message: 'unhandled exception during the shutdown of run()',
    });
    expect(task).toBe(left);
    expect(exception).toBe(failure);
  });

  it('reports at its end the exceptions that nobody has retrieved', async () => {
    const contexts: ExceptionContext[] = [];
    const failure = new Error('lost');
    await runInVirtualTime(function* () {
      getRunningLoop().setExceptionHandler((_loop, context) => contexts.push(context));
      createTask(
        function* () {
          throw failure;
        },
        { name: 'careless' },
      );
      const seen = createTask(function* () {
        throw new Error('seen');
      });
      yield;
      expect(seen.exception()).toEqual(new Error('seen'));
      expect(contexts).toEqual([]);
    });
    expect(contexts.map(({ kind, exception }) => ({ kind, exception }))).toEqual([
      { kind: 'unretrieved', exception: failure },
    ]);
    expect(contexts[0]?.name).toContain('careless');
  });

  it('uses the loop of a factory, which it calls once, and closes that loop [RunTests.test_asyncio_run_loop_factory]', async () => {
    const loop = new EventLoop();
    const loopFactory = jest.fn((..._args: unknown[]) => loop);
    await run(
      function* () {
        expect(getRunningLoop()).toBe(loop);
        yield;
        createTask(sleep(1000));
      },
      { loopFactory },
    );
    expect(loopFactory.mock.calls).toEqual([[]]);
    expect(loop.isClosed()).toBe(true);
  });

  it('refuses a factory that gives a loop which runs by itself', async () => {
    const live = () => new EventLoop({ scheduler: asyncScheduler });
    await expect(run(sleep(1), { loopFactory: live })).rejects.toThrow(
      new RuntimeError(
        'Runner: loopFactory gave a loop that runs by itself; give new EventLoop(), or { scheduler } instead of loopFactory',
      ),
    );
  });

  it('gives main its task, when it is a function', () =>
    runInVirtualTime(function* (...args: unknown[]) {
      expect(args).toHaveLength(1);
      expect(args[0]).toBe(currentTask());
      yield;
    }));

  it('cancels main when its signal is aborted, also before it has started', async () => {
    const events: string[] = [];
    const controller = new AbortController();
    const main = function* () {
      try {
        getRunningLoop().callLater(10, () => controller.abort('enough'));
        yield* sleep(10_000);
      } finally {
        yield* sleep(5);
        events.push(`cleaned up at ${getRunningLoop().time()}`);
      }
    };
    const error = await errorOf(runInVirtualTime(main, { signal: controller.signal }));
    expect(error).toBeInstanceOf(CancelledError);
    expect((error as Error).message).toBe('enough');
    expect(events).toEqual(['cleaned up at 15']);
    expect(await errorOf(runInVirtualTime(main, { signal: controller.signal }))).toBeInstanceOf(CancelledError);
    expect(events).toHaveLength(1);
  });

  it('leaves behind, by name, what has not ended within the time of grace', async () => {
    const contexts: ExceptionContext[] = [];
    let stuck!: Task<void>;
    const ended = await runInVirtualTime(
      function* () {
        const loop = getRunningLoop();
        loop.setExceptionHandler((_loop, context) => contexts.push(context));
        stuck = createTask(function* () {
          for (;;) {
            try {
              yield* sleep(1000);
            } catch {
              // does not want to end
            }
          }
        });
        yield;
        return loop;
      },
      { grace: 50 },
    );
    expect(ended.time()).toBe(50);
    expect(ended.isClosed()).toBe(true);
    expect(stuck.done()).toBe(false);
    expect(contexts.map(({ kind, message }) => ({ kind, message }))).toEqual([
      { kind: 'stuck', message: 'a task has not ended 50 ms after it was cancelled, and is left behind' },
    ]);
    expect(contexts[0]?.task).toBe(stuck);
  });

  it('refuses a time of grace that is no time', async () => {
    await expect(run(sleep(1), { grace: NaN })).rejects.toThrow(
      new RangeError('new Runner({ grace }): expected grace in milliseconds, got NaN'),
    );
  });

  it('fails if main stops the loop', async () => {
    const running = runInVirtualTime(
      coroutine(function* () {
        getRunningLoop().stop();
        yield* sleep(100);
      })(),
    );
    await expect(running).rejects.toThrow(/^run\(main\): the loop was stopped before <Task .*> was done$/);
  });
});
