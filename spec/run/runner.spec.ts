import { VirtualTimeScheduler } from 'rxjs';
import {
  Context,
  ContextVar,
  EventLoop,
  type Resume,
  Runner,
  RuntimeError,
  type Task,
  createTask,
  sleep,
} from 'rxtasks';
import { idleLoop, thrownBy } from '../support/virtual.js';

const closed = new RuntimeError('Runner: it is closed; make a new one');

/** A Runner in virtual time; what it is asked to do is over when its promise is there. */
function virtualRunner() {
  const scheduler = new VirtualTimeScheduler();
  const runner = new Runner({ scheduler, handleSignals: false });
  return {
    runner,
    run: <T>(main: () => Generator<void, T, Resume>) => {
      const running = runner.run(main);
      scheduler.flush();
      return running;
    },
    close: () => {
      const closing = runner.close();
      scheduler.flush();
      return closing;
    },
  };
}

describe('Runner', () => {
  it('passes the debug flag on when it is off [RunnerTests.test_non_debug]', async () => {
    const runner = new Runner({ debug: false, loopFactory: () => new EventLoop({ debug: true }) });
    expect(runner.getLoop().debug).toBe(false);
    await runner.close();
    expect(new Runner().getLoop().debug).toBe(false);
  });

  it('passes the debug flag on when it is on [RunnerTests.test_debug]', async () => {
    const runner = new Runner({ debug: true });
    expect(runner.getLoop().debug).toBe(true);
    await runner.close();
  });

  it('has the loop that its factory makes [RunnerTests.test_custom_factory]', async () => {
    const loop = new EventLoop();
    const runner = new Runner({ loopFactory: () => loop });
    expect(runner.getLoop()).toBe(loop);
    expect(runner.getLoop()).toBe(loop);
    await runner.close();
    expect(loop.isClosed()).toBe(true);
  });

  it('runs a main; once closed its loop is closed and it refuses everything [RunnerTests.test_run]', async () => {
    let loop!: EventLoop;
    const outer = new Runner();
    {
      await using runner = outer;
      const done = await runner.run(function* () {
        yield* sleep(0);
        return 'done';
      });
      expect(done).toBe('done');
      loop = runner.getLoop();
      expect(loop.isClosed()).toBe(false);
    }
    expect(loop.isClosed()).toBe(true);
    expect(() => outer.getLoop()).toThrow(closed);
    await expect(outer.run(sleep(0))).rejects.toThrow(closed);
  });

  it('takes any source, and refuses what is none [RunnerTests.test_run_non_coro]', async () => {
    const runner = new Runner();
    await expect(runner.run(123 as never)).rejects.toThrow(
      new TypeError(
        'run(main): expected a coroutine, an Observable, a promise, an async iterable or a function that gives one of ' +
          'these, got 123 (number)',
      ),
    );
    expect(await runner.run(Promise.resolve('still usable'))).toBe('still usable');
    await runner.close();
  });

  it('waits for a future of its loop; one of another loop cannot be awaited [RunnerTests.test_run_future]', async () => {
    const runner = new Runner();
    const future = runner.getLoop().createFuture<string>();
    runner.getLoop().callLater(1, () => future.setResult('value'));
    expect(await runner.run(future)).toBe('value');
    await expect(runner.run(idleLoop().loop.createFuture())).rejects.toThrow(
      new RuntimeError('<Future pending> belongs to another loop and cannot be awaited in this one'),
    );
    await runner.close();
  });

  it('closes its loop with close() [RunnerTests.test_explicit_close]', async () => {
    const runner = new Runner();
    const loop = runner.getLoop();
    await runner.close();
    expect(() => runner.getLoop()).toThrow(closed);
    expect(loop.isClosed()).toBe(true);
  });

  it('may be closed twice [RunnerTests.test_double_close]', async () => {
    const runner = new Runner();
    const loop = runner.getLoop();
    await runner.close();
    expect(loop.isClosed()).toBe(true);
    await runner.close();
    expect(loop.isClosed()).toBe(true);
    const unused = new Runner();
    await unused.close();
    expect(() => unused.getLoop()).toThrow(closed);
  });

  it('cannot be used as a scope again once it is closed [RunnerTests.test_second_with_block_raises]', async () => {
    const ran: number[] = [];
    const work = (n: number) =>
      function* () {
        ran.push(n);
        yield;
      };
    const outer = new Runner();
    {
      await using runner = outer;
      await runner.run(work(1));
    }
    const again = async () => {
      await using runner = outer;
      await runner.run(work(2));
    };
    await expect(again()).rejects.toThrow(closed);
    expect(ran).toEqual([1]);
  });

  it('keeps what one run has set in context variables for the next ones [RunnerTests.test_run_keeps_context]', async () => {
    const variable = new ContextVar('variable', { defaultValue: -1 });
    const { run, close } = virtualRunner();
    const setTo = (value: number) =>
      function* () {
        const old = variable.get();
        yield* sleep(0);
        variable.set(value);
        return old;
      };
    expect(await run(setTo(1))).toBe(-1);
    expect(await run(setTo(2))).toBe(1);
    const context = await run(function* () {
      return Context.current();
    });
    expect(context.get(variable)).toBe(2);
    await close();
    expect(variable.get()).toBe(-1);
    const other = virtualRunner();
    expect(await other.run(setTo(3))).toBe(-1);
    await other.close();
  });

  it('cannot be run from inside of a running loop [RunnerTests.test_recursive_run]', async () => {
    const { runner, run, close } = virtualRunner();
    let ran = false;
    const inner = () => {
      ran = true;
      return sleep(0);
    };
    let nested!: Promise<unknown>;
    await run(function* () {
      nested = runner.run(inner);
      nested.catch(() => {});
      yield;
    });
    await expect(nested).rejects.toThrow(
      new RuntimeError(
        'run(main): a loop is running this very code; use createTask(main) and wait for the task instead',
      ),
    );
    expect(ran).toBe(false);
    await close();
  });

  it('hands the result through untouched [RunnerTests.test_no_repr_is_call_on_the_task_result]', async () => {
    const touched: string[] = [];
    const result = new Proxy(
      { value: 1 },
      {
        get: (target, key) => {
          if (key !== 'then') touched.push(String(key)); // promises look at that
          return Reflect.get(target, key) as unknown;
        },
        ownKeys: (target) => {
          touched.push('keys');
          return Reflect.ownKeys(target);
        },
      },
    );
    const { run, close } = virtualRunner();
    const given = await run(function* () {
      yield;
      return result;
    });
    await close();
    expect(touched).toEqual([]);
    expect(given).toBe(result);
  });

  it('lets what a run has left go on in the next one; close() cancels it and waits for its clean-up', async () => {
    const { run, close } = virtualRunner();
    const events: string[] = [];
    let left!: Task<void>;
    await run(function* () {
      left = createTask(function* () {
        try {
          for (let i = 1; ; i++) {
            yield* sleep(10);
            events.push(`tick ${i}`);
          }
        } finally {
          yield* sleep(5);
          events.push('cleaned up');
        }
      });
      yield* sleep(15);
    });
    expect(events).toEqual(['tick 1']);
    expect(left.done()).toBe(false);
    await run(() => sleep(10)[Symbol.iterator]());
    expect(events).toEqual(['tick 1', 'tick 2']);
    await close();
    expect(events).toEqual(['tick 1', 'tick 2', 'cleaned up']);
    expect(left.cancelled()).toBe(true);
  });

  it('cannot be run twice at a time, nor closed while it runs', async () => {
    const scheduler = new VirtualTimeScheduler();
    const runner = new Runner({ scheduler, handleSignals: false });
    const running = runner.run(sleep(10, 'value'));
    await expect(runner.run(sleep(1))).rejects.toThrow(
      new RuntimeError('Runner.run(main): this runner is running already'),
    );
    await expect(runner.close()).rejects.toThrow(
      new RuntimeError('Runner.close(): a run is going on; wait for it first'),
    );
    scheduler.flush();
    expect(await running).toBe('value');
    await runner.close();
  });

  it('refuses at construction what cannot work', () => {
    expect(thrownBy(() => new Runner({ grace: '5' as never }))).toEqual(
      new TypeError('new Runner({ grace }): expected grace in milliseconds, a number, got "5" (string)'),
    );
    expect(thrownBy(() => new Runner({ scheduler: {} as never }))).toEqual(
      new TypeError('new EventLoop({ scheduler }): expected an RxJS scheduler, got {}'),
    );
  });
});
