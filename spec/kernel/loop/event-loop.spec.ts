import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type SchedulerAction, VirtualTimeScheduler, asyncScheduler, queueScheduler, timer } from 'rxjs';
import {
  EventLoop,
  type ExceptionContext,
  type Executor,
  Handle,
  Runner,
  RuntimeError,
  Task,
  type TaskFactory,
  type TaskOptions,
  type TaskSource,
  TimerHandle,
  coroutine,
  createTask,
  ensureFuture,
  getRunningLoop,
  sleep,
} from 'rxtasks';
import { errorOf, idleLoop, runVirtual, virtualLoop } from '../../support/virtual.js';

/** What is written with console.error while the spec runs. */
function silenceConsole(): jest.SpiedFunction<typeof console.error> {
  return jest.spyOn(console, 'error').mockImplementation(() => {});
}

afterEach(() => jest.restoreAllMocks());

describe('EventLoop: scheduling', () => {
  it('callSoon() gives a handle, and calls back in the next iteration [BaseEventLoopTests.test_call_soon]', () => {
    const { loop, turn } = idleLoop();
    let calls = 0;
    const handle = loop.callSoon(() => calls++);
    expect(handle).toBeInstanceOf(Handle);
    expect(handle).not.toBeInstanceOf(TimerHandle);
    expect(calls).toBe(0);
    turn();
    expect(calls).toBe(1);
    turn();
    expect(calls).toBe(1);
  });

  it('callLater() gives a timer handle that is not ready yet, and refuses to be without a delay [BaseEventLoopTests.test_call_later]', async () => {
    const { loop, turn, runToEnd } = idleLoop();
    const calls: number[] = [];
    const handle = loop.callLater(10_000, () => calls.push(loop.time()));
    expect(handle).toBeInstanceOf(TimerHandle);
    turn(3);
    expect(calls).toEqual([]);
    for (const delay of [null, undefined]) {
      expect(() => loop.callLater(delay as unknown as number, () => {})).toThrow(
        new TypeError(`callLater(delay, callback): expected delay in milliseconds, a number, got ${delay}`),
      );
    }
    await runToEnd(sleep(10_000));
    expect(calls).toEqual([10_000]);
  });

  it('callLater() with negative delays runs in the next iteration, by the deadlines that have passed [BaseEventLoopTests.test_call_later_negative_delays]', () => {
    const { loop, turn } = idleLoop();
    const calls: string[] = [];
    const note = (name: string) => void calls.push(name);
    loop.callLater(-1, note, 'a');
    loop.callLater(-2, note, 'b');
    loop.callLater(0, note, 'c');
    loop.callSoon(note, 'ready before');
    turn();
    expect(calls).toEqual(['ready before', 'b', 'a', 'c']);
    expect(loop.time()).toBe(0);
  });

  it('callAt() takes a time of the clock of the loop, which has then come [BaseEventLoopTests.test_time_and_call_at]', async () => {
    const { loop, runToEnd } = idleLoop();
    await runToEnd(sleep(7));
    const when = loop.time() + 100;
    const calls: number[] = [];
    loop.callAt(when, () => calls.push(loop.time()));
    await runToEnd(sleep(200));
    expect(calls).toEqual([107]);
    expect(() => loop.callAt(null as unknown as number, () => {})).toThrow(
      new TypeError('callAt(when, callback): expected when in milliseconds, a number, got null'),
    );
  });

  it('refuses as a callback what cannot be called [BaseEventLoopTests.test_call_soon_non_callable]', () => {
    const { loop } = idleLoop();
    for (const [value, text] of [
      [1, '1 (number)'],
      [null, 'null'],
      ['f', '"f" (string)'],
      [{}, '{}'],
    ] as const) {
      const callback = value as unknown as () => void;
      expect(() => loop.callSoon(callback)).toThrow(
        new TypeError(`callSoon(callback): expected a function, got ${text}`),
      );
      expect(() => loop.callLater(1, callback)).toThrow(
        new TypeError(`callLater(delay, callback): expected a function, got ${text}`),
      );
      expect(() => loop.callAt(1, callback)).toThrow(
        new TypeError(`callAt(when, callback): expected a function, got ${text}`),
      );
    }
  });

  it('refuses as a callback a coroutine and what makes one [BaseEventLoopWithSelectorTests.test_call_coroutine]', () => {
    const { loop, turn, contexts } = idleLoop();
    let ran = false;
    function* body() {
      ran = true;
    }
    const work = coroutine(body);
    for (const callback of [body, work, work(), body()] as (() => void)[]) {
      expect(() => loop.callSoon(callback)).toThrow(TypeError);
      expect(() => loop.callLater(60, callback)).toThrow(TypeError);
      expect(() => loop.callAt(60, callback)).toThrow(TypeError);
    }
    expect(() => loop.callSoon(body)).toThrow(
      'callSoon(callback): expected a plain function, got the generator function body, which nobody would run; start it as ' +
        'a task: () => createTask(body)',
    );
    expect(() => loop.callSoon(work)).toThrow(
      'callSoon(callback): expected a plain function, got body of coroutine(), whose coroutine nobody would run; start it as ' +
        'a task: () => createTask(work())',
    );
    turn();
    expect(contexts).toEqual([]);
    // One that only comes to light when it is called is reported.
    loop.callSoon(() => work());
    turn();
    expect(contexts).toMatchObject([
      {
        kind: 'callback',
        exception: new TypeError(
          'the callback returned body(), a coroutine, which nobody runs; start it: () => createTask(work())',
        ),
      },
    ]);
    expect(ran).toBe(false);
  });

  it('does not wake for a timer that was cancelled, not even the first one [BaseEventLoopTests.test__run_once]', async () => {
    const delays: number[] = [];
    class Recording extends VirtualTimeScheduler {
      override schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T) {
        delays.push(delay);
        return super.schedule(work, delay, state);
      }
    }
    const scheduler = new Recording();
    const loop = new Runner({ scheduler }).getLoop();
    loop.callLater(5000, () => {}).cancel();
    const end = loop.createFuture<number>();
    loop.callLater(10_000, () => end.setResult(loop.time()));
    delays.length = 0;
    const ended = loop.runUntilComplete(end);
    scheduler.flush();
    expect(await ended).toBe(10_000);
    expect(delays.filter((delay) => delay > 0)).toEqual([10_000]);
  });

  it('runs what a callback schedules in the next iteration, not in this one [BaseEventLoopTests.test__run_once_schedule_handle]', () => {
    const { loop, turn } = idleLoop();
    const calls: string[] = [];
    loop.callLater(-1, () => {
      calls.push('timer');
      loop.callSoon(() => calls.push('scheduled by the timer'));
      loop.callLater(0, () => calls.push('timer of the timer'));
    });
    turn();
    expect(calls).toEqual(['timer']);
    turn();
    expect(calls).toEqual(['timer', 'scheduled by the timer', 'timer of the timer']);
  });

  it('lets go of cancelled timers long before their time [BaseEventLoopTests.test__run_once_cancelled_event_cleanup]', async () => {
    const { loop, runToEnd } = idleLoop();
    const calls: string[] = [];
    loop.callLater(3000, () => calls.push('first')); // keeps the cancelled ones away from the head
    const cancelled = Array.from({ length: 500 }, () => {
      const handle = loop.callLater(3600, () => calls.push('cancelled'));
      handle.cancel();
      return new WeakRef(handle);
    });
    for (let i = 0; i < 5; i++) loop.callLater(3600 + i, () => calls.push(`kept ${i}`));
    setFlagsFromString('--expose-gc');
    await new Promise((resolve) => setTimeout(resolve, 1));
    (runInNewContext('gc') as () => void)();
    expect(cancelled.filter((ref) => ref.deref() !== undefined).length).toBeLessThanOrEqual(100);
    expect(loop.time()).toBe(0);
    await runToEnd(sleep(5000));
    expect(calls).toEqual(['first', 'kept 0', 'kept 1', 'kept 2', 'kept 3', 'kept 4']);
  });

  it('runs a handle that is ready once [BaseEventLoopTests.test__add_callback_handle]', () => {
    const { loop, turn } = idleLoop();
    let calls = 0;
    loop.callSoon(() => calls++);
    loop.callLater(0, () => calls++);
    expect(loop.pending).toEqual({ ready: 1, timers: 1 });
    turn(3);
    expect(calls).toBe(2);
    expect(loop.pending).toEqual({ ready: 0, timers: 0 });
  });

  it('does not run a handle that was cancelled before [BaseEventLoopTests.test__add_callback_cancelled_handle]', () => {
    const { loop, turn } = idleLoop();
    let calls = 0;
    const soon = loop.callSoon(() => calls++);
    const due = loop.callLater(0, () => calls++);
    loop.callSoon(() => due.cancel()); // it is due by then, and in the queue
    soon.cancel();
    loop.callLater(5, () => calls++).cancel();
    expect(loop.pending.timers).toBe(1);
    turn(3);
    expect(calls).toBe(0);
    expect(loop.pending).toEqual({ ready: 0, timers: 0 });
  });

  it('gives callbacks their arguments [EventLoopTestsMixin.test_call_soon]', () => {
    const { loop, turn } = idleLoop();
    const results: unknown[] = [];
    loop.callSoon((a: string, b: string) => results.push([a, b]), 'hello', 'world');
    turn();
    expect(results).toEqual([['hello', 'world']]);
  });

  it('gives timers theirs [EventLoopTestsMixin.test_call_later]', async () => {
    const { loop, runToEnd } = idleLoop();
    const results: unknown[] = [];
    loop.callLater(100, (arg: string) => results.push(arg, loop.time()), 'hello world');
    loop.callAt(50, (...args: number[]) => results.push(...args), 1, 2);
    await runToEnd(sleep(101));
    expect(results).toEqual([1, 2, 'hello world', 100]);
  });

  it('keeps the order of what is scheduled from inside and from outside [EventLoopTestsMixin.test_call_soon_threadsafe_same_thread]', async () => {
    const loop = new EventLoop({ scheduler: asyncScheduler });
    const results: string[] = [];
    const note = (text: string) => void results.push(text);
    await new Promise<void>((resolve) => {
      setTimeout(() => {
        loop.callSoon(note, 'hello');
        loop.callSoon(() => {
          loop.callSoon(note, 'again');
          loop.callSoon(resolve);
        });
        loop.callSoon(note, 'world');
      }, 1);
    });
    expect(results).toEqual(['hello', 'world', 'again']);
  });

  it('refuses NaN as a time', () => {
    const { loop } = idleLoop();
    expect(() => loop.callLater(NaN, () => {})).toThrow(
      new RangeError('callLater(delay, callback): expected delay in milliseconds, got NaN'),
    );
    expect(() => loop.callAt(NaN, () => {})).toThrow(
      new RangeError('callAt(when, callback): expected when in milliseconds, got NaN'),
    );
    expect(() => loop.callLater('5' as unknown as number, () => {})).toThrow(
      new TypeError('callLater(delay, callback): expected delay in milliseconds, a number, got "5" (string)'),
    );
  });

  it('takes Infinity as a time that never comes', async () => {
    const { loop, runToEnd } = idleLoop();
    let called = false;
    loop.callLater(Infinity, () => (called = true));
    await runToEnd(sleep(1e9));
    await expect(runToEnd(sleep(Infinity))).rejects.toThrow(/^deadlock$/);
    expect(called).toBe(false);
  });
});

describe('EventLoop: running and stopping', () => {
  it('can be closed several times; then it refuses to run [BaseEventLoopTests.test_close]', () => {
    const { loop } = idleLoop();
    expect(loop.isClosed()).toBe(false);
    loop.close();
    expect(loop.isClosed()).toBe(true);
    loop.close();
    loop.close();
    expect(loop.isClosed()).toBe(true);
    const future = loop.createFuture();
    expect(() => loop.runForever()).toThrow(RuntimeError);
    expect(() => loop.runUntilComplete(future)).toThrow(RuntimeError);
  });

  it('once closed refuses to run, to schedule and to make tasks, and what was queued is gone [EventLoopTestsMixin.test_close]', () => {
    const { loop } = idleLoop();
    let calls = 0;
    const count = () => calls++;
    loop.callSoon(count);
    loop.callLater(0, count);
    const future = loop.createFuture();
    loop.close();
    const refusal = (call: string) =>
      new RuntimeError(`${call}: the loop is closed; make a new one, or use the one of run()`);
    expect(() => loop.runForever()).toThrow(refusal('runForever()'));
    expect(() => loop.runUntilComplete(future)).toThrow(refusal('runUntilComplete(source)'));
    expect(() => loop.callSoon(count)).toThrow(refusal('callSoon(callback)'));
    expect(() => loop.callLater(1, count)).toThrow(refusal('callLater(delay, callback)'));
    expect(() => loop.callAt(loop.time(), count)).toThrow(refusal('callAt(when, callback)'));
    expect(() => loop.createTask(sleep(1))).toThrow(refusal('createTask(source)'));
    const executor = { submit: () => future as never };
    expect(() => loop.runInExecutor(executor, count)).toThrow(refusal('runInExecutor(executor, fn)'));
    expect(calls).toBe(0);
  });

  it('refuses to run what is no source [BaseEventLoopTests.test_run_until_complete_type_error]', () => {
    const { loop } = idleLoop();
    expect(() => loop.runUntilComplete('blah' as never)).toThrow(TypeError);
    expect(() => loop.runUntilComplete(5 as never)).toThrow(
      new TypeError(
        'runUntilComplete(source): expected a coroutine, an Observable, a promise, an async iterable or a function that ' +
          'gives one of these, got 5 (number)',
      ),
    );
    expect(loop.isRunning()).toBe(false);
  });

  it('refuses to run a future of another loop [BaseEventLoopTests.test_run_until_complete_loop]', () => {
    const { loop } = idleLoop();
    const future = idleLoop().loop.createFuture();
    expect(() => loop.runUntilComplete(future)).toThrow(
      new RangeError('runUntilComplete(source): <Future pending> belongs to another loop'),
    );
  });

  it('is not stopped by what an earlier run, which was cut short, waited for [BaseEventLoopTests.test_run_until_complete_loop_orphan_future_close_loop]', async () => {
    const { loop, runToEnd } = idleLoop();
    const first = loop.createTask(sleep(10, 'first'));
    loop.callSoon(() => loop.stop());
    await expect(runToEnd(first)).rejects.toThrow(RuntimeError);
    expect(first.done()).toBe(false);
    expect(await runToEnd(sleep(20, 'second'))).toBe('second');
    expect(first.result()).toBe('first');
    expect(loop.time()).toBe(20);
  });

  it('runs to the end of the iteration in which it is stopped [BaseEventLoopTests.test_run_once]', async () => {
    const scheduler = new VirtualTimeScheduler();
    const loop = new Runner({ scheduler }).getLoop();
    const calls: string[] = [];
    const runOnce = () => {
      loop.callSoon(() => loop.stop());
      const stopped = loop.runForever();
      scheduler.flush();
      return stopped;
    };
    loop.callSoon(() => {
      calls.push('before');
      loop.callSoon(() => calls.push('next iteration'));
    });
    const first = runOnce();
    loop.callSoon(() => calls.push('between'));
    await first;
    expect(calls).toEqual(['before']);
    loop.callSoon(() => calls.push('after'));
    await runOnce();
    expect(calls).toEqual(['before', 'next iteration', 'between', 'after']);
  });

  it('stopped before it runs, performs exactly one iteration [BaseEventLoopTests.test_run_forever_pre_stopped]', async () => {
    const scheduler = new VirtualTimeScheduler();
    const loop = new Runner({ scheduler }).getLoop();
    const calls: number[] = [];
    const again = (n: number) => {
      calls.push(n);
      loop.callSoon(again, n + 1);
    };
    again(0);
    loop.callLater(5, () => calls.push(-1));
    loop.stop();
    expect(loop.isRunning()).toBe(false);
    const stopped = loop.runForever();
    expect(loop.isRunning()).toBe(true);
    scheduler.flush();
    await stopped;
    expect(calls).toEqual([0, 1]);
    expect(loop.isRunning()).toBe(false);
    expect(loop.time()).toBe(0);
  });

  it('cannot be run from inside of another loop that runs [RunningLoopTests.test_running_loop_within_a_loop]', async () => {
    const inner = idleLoop().loop;
    const outer = idleLoop();
    const refused = (call: string) =>
      new RuntimeError(
        `${call}: a loop is running this very code; use createTask(source) and wait for the task instead`,
      );
    const body = coroutine(function* () {
      yield;
      void inner.runForever();
    });
    await expect(outer.runToEnd(body())).rejects.toThrow(refused('runForever()'));
    await outer.runToEnd(function* () {
      yield;
      expect(() => inner.runUntilComplete(sleep(1))).toThrow(refused('runUntilComplete(source)'));
    });
    expect(inner.isRunning()).toBe(false);
  });

  it('cannot be run from inside of one of its own tasks [EventLoopTestsMixin.test_run_until_complete_nesting]', async () => {
    const { loop, runToEnd } = idleLoop();
    const nested = coroutine(function* () {
      expect(loop.isRunning()).toBe(true);
      yield;
      return loop.runUntilComplete(sleep(0));
    });
    await expect(runToEnd(nested())).rejects.toThrow(
      'runUntilComplete(source): a loop is running this very code; use createTask(source) and wait for the task instead',
    );
    expect(await runToEnd(sleep(1, 'still usable'))).toBe('still usable');
  });

  it('cannot be run twice at a time', async () => {
    const scheduler = new VirtualTimeScheduler();
    const loop = new Runner({ scheduler }).getLoop();
    const stopped = loop.runForever();
    expect(() => loop.runForever()).toThrow(new RuntimeError('runForever(): the loop is being run already'));
    loop.stop();
    scheduler.flush();
    await stopped;
  });

  it('runs a sleep for at least as long on its clock [EventLoopTestsMixin.test_run_until_complete]', async () => {
    const loop = new EventLoop();
    const start = loop.time();
    expect(await loop.runUntilComplete(sleep(20, 'slept'))).toBe('slept');
    expect(loop.time() - start).toBeGreaterThanOrEqual(20);
    const virtual = idleLoop();
    await virtual.runToEnd(sleep(100));
    expect(virtual.loop.time()).toBe(100);
  });

  it('stopped before the source is done, fails to complete it [EventLoopTestsMixin.test_run_until_complete_stopped]', async () => {
    const { loop, runToEnd } = idleLoop();
    const task = loop.createTask(
      function* () {
        loop.stop();
        yield* sleep(100);
        return 'in the end';
      },
      { name: 'work' },
    );
    await expect(runToEnd(task)).rejects.toThrow(
      /^runUntilComplete\(source\): the loop was stopped before <Task pending name='work' .*> was done$/,
    );
    expect(await runToEnd(task)).toBe('in the end');
  });

  it('does not spin through sleeps shorter than the clock of the host [EventLoopTestsMixin.test_timeout_rounding]', async () => {
    const timeouts = jest.spyOn(globalThis, 'setTimeout');
    const microtasks = jest.spyOn(globalThis, 'queueMicrotask');
    const immediates = jest.spyOn(globalThis, 'setImmediate');
    const loop = new EventLoop();
    await loop.runUntilComplete(function* () {
      for (const ms of [10, 0.1, 0.001, 0.00001, 0.0000001]) yield* sleep(ms);
    });
    const turned = [timeouts, microtasks, immediates].map(({ mock }) => mock.calls.length);
    expect(timeouts.mock.calls.length).toBeGreaterThanOrEqual(1);
    expect(turned.reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(20);
  });

  it('cannot be closed while it runs [EventLoopTestsMixin.test_close_running_event_loop]', async () => {
    const { loop, runToEnd } = idleLoop();
    const refusal = new RuntimeError('close(): the loop is running; stop() it first, or wait for run()');
    const closing = coroutine(function* () {
      yield;
      loop.close();
    });
    await expect(runToEnd(closing())).rejects.toThrow(refusal);
    expect(loop.isClosed()).toBe(false);
    expect(() => virtualLoop().loop.close()).toThrow(refusal);
    loop.close();
    expect(loop.isClosed()).toBe(true);
  });
});

describe('EventLoop: the exception handler', () => {
  const explode = (error: unknown) =>
    function explode() {
      throw error;
    };

  it('by default writes an error of a callback or timer to the console, and the loop goes on [BaseEventLoopTests.test_default_exc_handler_callback]', async () => {
    const written = silenceConsole();
    const { loop, runToEnd } = idleLoop();
    loop.setExceptionHandler(null);
    const soon = new Error('soon');
    const later = new Error('later');
    loop.callSoon(explode(soon));
    loop.callLater(10, explode(later));
    expect(await runToEnd(sleep(20, 'went on'))).toBe('went on');
    expect(written.mock.calls).toEqual([
      ['rxtasks: Exception in callback <Handle explode()>', '\n ', soon],
      ['rxtasks: Exception in callback <TimerHandle explode()>', '\n ', later],
    ]);
  });

  it('must be a function or null [BaseEventLoopTests.test_set_exc_handler_invalid]', () => {
    const { loop, turn, contexts } = idleLoop();
    expect(() => loop.setExceptionHandler('spam' as never)).toThrow(
      new TypeError('setExceptionHandler(handler): expected a function or null, got "spam" (string)'),
    );
    loop.callSoon(explode(1));
    turn();
    expect(contexts).toHaveLength(1); // the one before is still there
  });

  it('of a user gets the loop and a context with message, exception and handle; null restores the default [BaseEventLoopTests.test_set_exc_handler_custom]', () => {
    const written = silenceConsole();
    const { loop, turn } = idleLoop();
    const handler = jest.fn<void, [EventLoop, ExceptionContext]>();
    loop.setExceptionHandler(handler);
    const error = new Error('boom');
    const handle = loop.callSoon(explode(error));
    turn();
    expect(handler.mock.calls).toEqual([
      [loop, { kind: 'callback', message: 'Exception in callback <Handle explode()>', exception: error, handle }],
    ]);
    expect(handler.mock.calls[0]?.[0]).toBe(loop);
    expect(handler.mock.calls[0]?.[1].handle).toBe(handle);
    expect(written).not.toHaveBeenCalled();

    loop.setExceptionHandler(null);
    loop.callSoon(explode(error));
    turn();
    expect(handler).toHaveBeenCalledTimes(1);
    expect(written).toHaveBeenCalledTimes(1);
  });

  it('that throws is reported by the default one, together with what it was called for, and the loop goes on [BaseEventLoopTests.test_set_exc_handler_broken]', () => {
    const written = silenceConsole();
    const { loop, turn } = idleLoop();
    const spam = new Error('spam');
    const boom = new Error('boom');
    loop.setExceptionHandler(explode(spam));
    let after = false;
    loop.callSoon(explode(boom));
    loop.callSoon(() => (after = true));
    turn();
    expect(after).toBe(true);
    expect(written.mock.calls).toEqual([
      ['rxtasks: the exception handler itself threw', '\n ', spam],
      ['rxtasks: Exception in callback <Handle explode()>', '\n ', boom],
    ]);
  });

  it('of a subclass that throws is contained as well, and so is a console that does [BaseEventLoopTests.test_default_exc_handler_broken]', () => {
    const tried: [message: unknown, error: unknown][] = [];
    jest.spyOn(console, 'error').mockImplementation((message: unknown, _indent: unknown, error: unknown) => {
      tried.push([message, error]);
      throw new Error('no console');
    });
    const [boom, ham, spam] = [new Error('boom'), new Error('ham'), new Error('spam')];
    const given: ExceptionContext[] = [];
    class BrokenLoop extends EventLoop {
      override defaultExceptionHandler(context: ExceptionContext): void {
        given.push(context);
        throw spam;
      }
    }
    const scheduler = new VirtualTimeScheduler();
    const loop = new BrokenLoop({ scheduler });
    let after = 0;
    const fail = () => {
      loop.callSoon(explode(boom));
      loop.callSoon(() => after++);
      scheduler.flush();
    };
    fail();
    expect(after).toBe(1);
    expect(given.map(({ exception }) => exception)).toEqual([boom]);
    expect(tried).toContainEqual(['rxtasks: the default exception handler itself threw', spam]);
    expect(tried).toContainEqual(['rxtasks: Exception in callback <Handle explode()>', boom]);

    given.length = tried.length = 0;
    loop.setExceptionHandler(explode(ham));
    fail();
    expect(after).toBe(2);
    expect(given.map(({ exception }) => exception)).toEqual([ham, boom]);
    expect(tried).toContainEqual(['rxtasks: the exception handler itself threw', ham]);
    expect(tried).toContainEqual(['rxtasks: Exception in callback <Handle explode()>', boom]);
  });
});

describe('EventLoop: making tasks', () => {
  class MyTask extends Task<unknown> {}

  it('refuses a factory that is not a function [BaseEventLoopTests.test_set_task_factory_invalid]', () => {
    const { loop } = idleLoop();
    expect(() => loop.setTaskFactory(1 as never)).toThrow(
      new TypeError('setTaskFactory(factory): expected a function or null, got 1 (number)'),
    );
    expect(loop.createTask(sleep(1)).constructor).toBe(Task);
  });

  it('uses the factory that it was given; null restores the default [BaseEventLoopTests.test_set_task_factory]', async () => {
    const { loop, runToEnd } = idleLoop();
    const given: unknown[][] = [];
    const factory: TaskFactory = (...args) => {
      given.push(args);
      return new MyTask(...args);
    };
    loop.setTaskFactory(factory);
    const recipe = sleep(1, 'value');
    const task = loop.createTask(recipe, { name: 'a' });
    expect(task).toBeInstanceOf(MyTask);
    expect(given).toHaveLength(1);
    const [onLoop, source, options] = given[0] as unknown[];
    expect(onLoop).toBe(loop);
    expect(source).toBe(recipe);
    expect(options).toEqual({ name: 'a' });
    expect(await runToEnd(task)).toBe('value');
    expect(await runToEnd(sleep(1, 'main too'))).toBe('main too');
    expect(given).toHaveLength(2);

    loop.setTaskFactory(null);
    const plain = loop.createTask(recipe);
    expect(plain).toBeInstanceOf(Task);
    expect(plain).not.toBeInstanceOf(MyTask);
    expect(await runToEnd(plain)).toBe('value');
    expect(given).toHaveLength(2);
  });

  it('ensureFuture() makes tasks as the loop does [BaseEventLoopTests.test_create_task]', () => {
    class MyLoop extends EventLoop {
      override createTask(source: unknown, options?: TaskOptions): never {
        return new MyTask(this, source as TaskSource<unknown>, options) as never;
      }
    }
    const loop = new MyLoop({ scheduler: new VirtualTimeScheduler() });
    const future = ensureFuture(sleep(1), { loop });
    expect(future).toBeInstanceOf(MyTask);
    expect(future.loop).toBe(loop);
  });

  it('once closed refuses, and closes the generator that it was given [BaseEventLoopTests.test_create_task_error_closes_coro]', () => {
    const { loop } = idleLoop();
    loop.close();
    let ran = false;
    const body = (function* () {
      ran = true;
      yield;
    })();
    expect(() => ensureFuture(body as Generator<void, void>, { loop })).toThrow(RuntimeError);
    expect(body.next()).toEqual({ done: true, value: undefined });
    expect(ran).toBe(false);
  });

  it('gives a task the name that was asked for [BaseEventLoopTests.test_create_named_task_with_default_factory]', async () => {
    const { loop, runToEnd } = idleLoop();
    const task = loop.createTask(sleep(1), { name: 'test_task' });
    expect(task.name).toBe('test_task');
    await runToEnd(task);
    expect(task.name).toBe('test_task');
  });

  it('also if a factory made it that knows nothing of names [BaseEventLoopTests.test_create_named_task_with_custom_factory]', async () => {
    const { loop, runToEnd } = idleLoop();
    loop.setTaskFactory((onLoop, source) => new Task(onLoop, source));
    const task = loop.createTask(sleep(1), { name: 'test_task' });
    expect(task.name).toBe('test_task');
    await runToEnd(task);
    const unnamed = loop.createTask(sleep(1));
    expect(unnamed.name).toMatch(/^Task-\d+$/);
    await runToEnd(unnamed);
  });
});

describe('EventLoop: on a scheduler', () => {
  it('lives on one that defers, and runs whenever it has work', () => {
    const { loop, flush } = virtualLoop();
    expect(loop.isRunning()).toBe(true);
    const events: string[] = [];
    loop.createTask(function* () {
      events.push(`begins at ${loop.time()}`);
      yield* sleep(10);
      events.push(`ends at ${loop.time()}`);
    });
    expect(events).toEqual([]);
    flush();
    expect(events).toEqual(['begins at 0', 'ends at 10']);
  });

  it('refuses one that runs work inside of schedule(), and what is none', () => {
    expect(() => new EventLoop({ scheduler: queueScheduler })).toThrow(
      new TypeError(
        'new EventLoop({ scheduler }): this scheduler runs work inside of schedule(), as queueScheduler does; a loop needs ' +
          'one that defers it, such as asapScheduler, asyncScheduler or a VirtualTimeScheduler',
      ),
    );
    expect(() => new EventLoop({ scheduler: 5 as never })).toThrow(
      new TypeError('new EventLoop({ scheduler }): expected an RxJS scheduler, got 5 (number)'),
    );
  });

  it('lends its clock to operators', () =>
    runVirtual(function* () {
      const loop = getRunningLoop();
      const task = createTask(timer(100, loop.scheduler));
      expect(yield* task).toBe(0);
      expect(loop.time()).toBe(100);
    }));

  it('cannot await a future of another loop', () =>
    runVirtual(function* () {
      const other = idleLoop().loop.createFuture();
      expect(yield* errorOf(other)).toEqual(
        new RuntimeError('<Future pending> belongs to another loop and cannot be awaited in this one'),
      );
    }));
});

describe('EventLoop: executors', () => {
  it('has none of its own outside of run(), and says what to do', () => {
    const loop = new EventLoop();
    expect(() => loop.runInExecutor(null, () => 1)).toThrow(
      new RuntimeError(
        'runInExecutor(null, fn): the loop has no default executor; give one as first argument or to ' +
          'loop.setDefaultExecutor(…), use toThread(fn) of rxtasks/executors, or call it inside of run(), which makes one',
      ),
    );
    expect(() => loop.setDefaultExecutor({} as never)).toThrow(
      new TypeError('setDefaultExecutor(executor): expected an executor with submit(), got {}'),
    );
    expect(() => loop.runInExecutor(5 as never, () => 1)).toThrow(
      new TypeError('runInExecutor(executor, fn): expected an executor with submit(), got 5 (number)'),
    );
  });

  it('gives the work to the one that was named, else to its default one, which it shuts down when it is closed', async () => {
    const { loop, runToEnd } = idleLoop();
    const executor = (name: string, log: string[]): Executor => ({
      submit: (fn, ...args) => {
        log.push(`${name}: ${String(fn(...args))}`);
        const future = loop.createFuture<unknown>();
        future.setResult(fn(...args));
        return future as never;
      },
      shutdown: () => log.push(`${name}: shut down`),
    });
    const log: string[] = [];
    loop.setDefaultExecutor(executor('default', log));
    const add = (a: number, b: number) => a + b;
    expect(await runToEnd(loop.runInExecutor(null, add, 1, 2))).toBe(3);
    expect(await runToEnd(loop.runInExecutor(executor('other', log), add, 3, 4))).toBe(7);
    loop.close();
    expect(log).toEqual(['default: 3', 'other: 7', 'default: shut down']);
  });
});

describe('a closed loop', () => {
  it('has delivered what was awaited, and was there', async () => {
    const loop = new EventLoop();
    const future = loop.createFuture<number>();
    future.setResult(1);
    const awaited = future.then();
    loop.close();
    await expect(awaited).resolves.toBe(1);
  });

  it('refuses done callbacks, which nobody would call', () => {
    const loop = new EventLoop();
    const future = loop.createFuture<number>();
    loop.close();
    expect(() => future.addDoneCallback(() => {})).toThrow(
      new RuntimeError('addDoneCallback(callback): the loop of <Future pending> is closed; nothing would call it'),
    );
  });
});
