import { Observable, Subject } from 'rxjs';
import {
  CancelledError,
  ContextVar,
  type Context,
  Future,
  InvalidStateError,
  type Resume,
  RuntimeError,
  Task,
  createTask,
  ensureFuture,
  getEventLoop,
  getRunningLoop,
  run,
  shield,
  sleep,
} from 'rxtasks';
import { errorOf, idleLoop, runVirtual, thrownBy } from '../../support/virtual.js';

function pending<T = unknown>(): Future<T> {
  return idleLoop().loop.createFuture<T>();
}

/** A body that counts how often it was resumed. */
function counted<T>(body: Generator<void, T, Resume>) {
  const counts = { steps: 0 };
  const source = {
    next(sent: Resume) {
      counts.steps++;
      return body.next(sent);
    },
    throw: (error: unknown) => body.throw(error),
    return: (value: T) => body.return(value),
    [Symbol.iterator]() {
      return this;
    },
  };
  return { counts, source: source as unknown as Generator<void, T, Resume> };
}

describe('Future: its state', () => {
  it('is recognised by Future.is, also that of another copy of the library, and nothing else is [BaseFutureTests.test_isfuture]', () => {
    const { loop } = idleLoop();
    const ofAnotherCopy = { [Symbol.for('rxtasks.Future')]: true };
    expect(Future.is(loop.createFuture())).toBe(true);
    expect(Future.is(loop.createTask(sleep(1)))).toBe(true);
    expect(Future.is(ofAnotherCopy)).toBe(true);
    for (const other of [Future, Task, Future.prototype, 1, null, undefined, 'future', {}, sleep(1)]) {
      expect(Future.is(other)).toBe(false);
    }
    expect(Future.is(Promise.resolve(1))).toBe(false);
    expect(Future.is(new Observable())).toBe(false);
  });

  it('is neither done nor cancelled at first; cancel() makes it cancelled [BaseFutureTests.test_initial_state]', () => {
    const future = pending();
    expect(future.done()).toBe(false);
    expect(future.cancelled()).toBe(false);
    future.cancel();
    expect(future.cancelled()).toBe(true);
    expect(future.done()).toBe(true);
  });

  it('cannot be made without a loop where none is running [BaseFutureTests.test_constructor_without_loop]', () => {
    const error = thrownBy(() => new Future());
    expect(error).toBeInstanceOf(RuntimeError);
    expect((error as Error).message).toBe('new Future(): no loop is running here; use loop.createFuture()');
  });

  it('belongs to the running loop if none is named [BaseFutureTests.test_constructor_use_running_loop]', () =>
    runVirtual(function* () {
      const loop = getRunningLoop();
      expect(new Future().loop).toBe(loop);
      expect(loop.createFuture().loop).toBe(loop);
      yield;
    }));

  it('carries the message given to cancel() in the CancelledError, every time [BaseFutureTests.test_future_cancel_message_getter]', async () => {
    const { loop, runToEnd } = idleLoop();
    const without = loop.createFuture();
    without.cancel();
    expect(thrownBy(() => without.result())).toMatchObject({ name: 'CancelledError', message: '' });

    const future = loop.createFuture();
    future.cancel('my message');
    const error: unknown = await runToEnd(future).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CancelledError);
    expect((error as Error).message).toBe('my message');
    expect(thrownBy(() => future.result())).toMatchObject({ name: 'CancelledError', message: 'my message' });
    expect(thrownBy(() => future.exception())).toMatchObject({ name: 'CancelledError', message: 'my message' });
  });

  it('is cancelled once; then the result is a CancelledError and the setters refuse [BaseFutureTests.test_cancel]', () => {
    const future = pending();
    expect(future.cancel()).toBe(true);
    expect(future.cancelled()).toBe(true);
    expect(future.done()).toBe(true);
    expect(() => future.result()).toThrow(CancelledError);
    expect(() => future.exception()).toThrow(CancelledError);
    expect(() => future.setResult(null)).toThrow(InvalidStateError);
    expect(() => future.setException(null)).toThrow(InvalidStateError);
    expect(future.cancel()).toBe(false);
    expect(future.cancelled()).toBe(true);
  });

  it('has no result before it is done; then it keeps the one it got [BaseFutureTests.test_result]', () => {
    const future = pending<number>();
    expect(() => future.result()).toThrow(InvalidStateError);
    future.setResult(42);
    expect(future.cancelled()).toBe(false);
    expect(future.done()).toBe(true);
    expect(future.result()).toBe(42);
    expect(future.exception()).toBeNull();
    expect(() => future.setResult(43)).toThrow(InvalidStateError);
    expect(() => future.setException(new Error('late'))).toThrow(InvalidStateError);
    expect(future.cancel()).toBe(false);
    expect(future.result()).toBe(42);
  });

  it('throws its exception from result() and gives it from exception() [BaseFutureTests.test_exception]', () => {
    const future = pending();
    const error = new RangeError('boom');
    expect(() => future.exception()).toThrow(InvalidStateError);
    future.setException(error);
    expect(future.cancelled()).toBe(false);
    expect(future.done()).toBe(true);
    expect(thrownBy(() => future.result())).toBe(error);
    expect(future.exception()).toBe(error);
    expect(() => future.setResult(null)).toThrow(InvalidStateError);
    expect(() => future.setException(null)).toThrow(InvalidStateError);
    expect(future.cancel()).toBe(false);
    expect(future.exception()).toBe(error);
  });

  it('keeps whatever is given as exception as it is, be it a class, a string or undefined [BaseFutureTests.test_exception_class]', () => {
    for (const thrown of [RangeError, 'a string', undefined, null, 0]) {
      const future = pending();
      future.setException(thrown);
      expect(future.exception()).toBe(thrown);
      expect(thrownBy(() => future.result())).toBe(thrown);
      expect(future.done()).toBe(true);
    }
  });

  it('says in its refusals what was called, in which state it is and what to do', () => {
    const future = pending<number>();
    const notDone = 'result(): <Future pending> is not done; wait for it first (yield* or await)';
    expect(() => future.result()).toThrow(new InvalidStateError(notDone));
    expect(() => future.exception()).toThrow(new InvalidStateError(notDone.replace('result', 'exception')));
    future.setResult(1);
    const done = 'setResult(): <Future finished result=1> is done already; a future is completed once';
    expect(() => future.setResult(2)).toThrow(new InvalidStateError(done));
    expect(() => future.setException(2)).toThrow(new InvalidStateError(done.replace('setResult', 'setException')));
    const cancelled = pending();
    cancelled.cancel();
    expect(() => cancelled.setResult(1)).toThrow('setResult(): <Future cancelled> is done already');
  });
});

describe('Future: waiting for it', () => {
  it('suspends while it is pending, and not any more when it is done [BaseFutureTests.test_yield_from_twice]', async () => {
    const { loop, turn } = idleLoop();
    const future = loop.createFuture<number>();
    const { counts, source } = counted(
      (function* () {
        const first = yield* future;
        const second = yield* future;
        return [first, second];
      })(),
    );
    const task = loop.createTask(source);
    turn(5);
    expect(counts.steps).toBe(1);
    expect(task.done()).toBe(false);
    future.setResult(42);
    turn();
    expect(counts.steps).toBe(2);
    expect(task.result()).toEqual([42, 42]);
  });

  it('refuses to be iterated as if it were a collection [BaseFutureTests.test_iter]', () => {
    const outside = pending();
    const cure = 'write `yield* future` in a coroutine, or `await future` in an async function';
    expect(() => [...(outside as unknown as Iterable<unknown>)]).toThrow(
      new RuntimeError(`<Future pending> was iterated outside of a task: ${cure}`),
    );
    return runVirtual(function* () {
      const future = getRunningLoop().createFuture() as unknown as Iterable<unknown>;
      const collection = new RuntimeError(`<Future pending> was iterated as a collection: ${cure}`);
      expect(() => {
        const [_a, _b] = future;
      }).toThrow(collection);
      expect(() => [...future]).toThrow(collection);
      const steps = future[Symbol.iterator]();
      steps.next();
      expect(() => steps.next()).toThrow(collection);
      const completed = getRunningLoop().createFuture<void>();
      expect(() => {
        for (const _item of completed as unknown as Iterable<unknown>) completed.setResult();
      }).toThrow('<Future finished result=undefined> was iterated as a collection');
      yield;
    });
  });

  it('gives a structured value that is there already at once, untouched [BaseFutureTests.test_future_stop_iteration_args]', () => {
    const value = [1, 2] as const;
    const future = pending<readonly [number, number]>();
    future.setResult(value);
    const step = future[Symbol.iterator]().next(undefined as unknown as Resume);
    expect(step.done).toBe(true);
    expect(step.value).toEqual([1, 2]);
    expect(step.value).toBe(value);
  });

  it('lets an error that is thrown into the wait come out of it [BaseFutureTests.test_future_iter_throw]', () =>
    runVirtual(function* () {
      const future = getRunningLoop().createFuture();
      const waiting = future[Symbol.iterator]();
      waiting.next(undefined as unknown as Resume);
      const zebra = new Error('zebra');
      expect(thrownBy(() => waiting.throw(zebra))).toBe(zebra);
      const notStarted = future[Symbol.iterator]();
      expect(thrownBy(() => notStarted.throw('a string'))).toBe('a string');
      expect(future.done()).toBe(false);
      yield;
    }));

  it('is left alone by the timer of a sleep that was cancelled at that very moment [BaseFutureTests.test_set_result_unless_cancelled]', () =>
    runVirtual(function* () {
      // The cancel and the timer of the sleeper are due at the same time, the cancel first.
      const sleeper = createTask(function* () {
        yield;
        return yield* sleep(10, 'slept');
      });
      getRunningLoop().callLater(10, () => sleeper.cancel());
      expect(yield* errorOf(sleeper)).toBeInstanceOf(CancelledError);
      expect(sleeper.cancelled()).toBe(true);
      expect(getRunningLoop().time()).toBe(10);
    }));

  it('can take over the result, the exception or the cancellation of another [BaseFutureTests.test_copy_state]', () =>
    runVirtual(function* () {
      const loop = getRunningLoop();
      const [value, failure, cancelled] = [loop.createFuture<number>(), loop.createFuture(), loop.createFuture()];
      const copies = [value, failure, cancelled].map((future) => shield<unknown>(future));
      const error = new InvalidStateError('original');
      value.setResult(10);
      failure.setException(error);
      cancelled.cancel('not copied');
      yield;
      const [copyOfValue, copyOfFailure, copyOfCancelled] = copies as [
        Future<unknown>,
        Future<unknown>,
        Future<unknown>,
      ];
      expect(copyOfValue.done()).toBe(true);
      expect(copyOfValue.result()).toBe(10);
      expect(copyOfFailure.done()).toBe(true);
      const { stack } = error;
      expect(thrownBy(() => copyOfFailure.result())).toBe(error);
      expect(error.stack).toBe(stack);
      expect(copyOfCancelled.cancelled()).toBe(true);
    }));

  it('throws the same error object each time, and its stack does not grow [FutureTests.test_future_traceback]', () =>
    runVirtual(function* () {
      const error = new TypeError('42');
      const { stack } = error;
      const task = createTask(function* () {
        yield;
        throw error;
      });
      for (let i = 0; i < 5; i++) {
        expect(yield* errorOf(task)).toBe(error);
        expect(error.stack).toBe(stack);
      }
    }));
});

describe('Future: done callbacks', () => {
  function withCallbacks() {
    const { loop, turn } = idleLoop();
    const future = loop.createFuture<string>();
    const bag: number[] = [];
    const [a, b, c] = [42, 17, 100].map((thing) => () => void bag.push(thing)) as [() => void, () => void, () => void];
    return { future, bag, turn, a, b, c };
  }

  it('run in the order of registration, in a later iteration, never synchronously [BaseFutureDoneCallbackTests.test_callbacks_invoked_on_set_result]', () => {
    const { future, bag, turn, a, b } = withCallbacks();
    const given: unknown[] = [];
    future.addDoneCallback(a);
    future.addDoneCallback(b);
    future.addDoneCallback((f) => given.push(f));
    expect(bag).toEqual([]);
    future.setResult('foo');
    expect(bag).toEqual([]);
    turn();
    expect(bag).toEqual([42, 17]);
    expect(given.length).toBe(1);
    expect(given[0]).toBe(future);
    expect(future.result()).toBe('foo');

    future.addDoneCallback(a); // done already: through the loop all the same
    expect(bag).toEqual([42, 17]);
    turn();
    expect(bag).toEqual([42, 17, 42]);
  });

  it('run for an exception too, and for a cancellation [BaseFutureDoneCallbackTests.test_callbacks_invoked_on_set_exception]', () => {
    const { future, bag, turn, c } = withCallbacks();
    const error = new Error('boom');
    future.addDoneCallback(c);
    future.setException(error);
    expect(bag).toEqual([]);
    turn();
    expect(bag).toEqual([100]);
    expect(future.exception()).toBe(error);

    const other = withCallbacks();
    other.future.addDoneCallback(other.a);
    other.future.cancel();
    expect(other.bag).toEqual([]);
    other.turn();
    expect(other.bag).toEqual([42]);
  });

  it('are not run once removed; removing again is harmless [BaseFutureDoneCallbackTests.test_callbacks_remove_first_callback]', () => {
    const { future, bag, turn, a, b, c } = withCallbacks();
    for (const callback of [a, b, c]) future.addDoneCallback(callback);
    expect(future.removeDoneCallback(a)).toBe(1);
    expect(future.removeDoneCallback(a)).toBe(0);
    future.setResult('foo');
    turn();
    expect(bag).toEqual([17, 100]);
    expect(future.result()).toBe('foo');
  });

  it('several can be removed, the rest still runs [BaseFutureDoneCallbackTests.test_callbacks_remove_first_and_second_callback]', () => {
    const { future, bag, turn, a, b, c } = withCallbacks();
    for (const callback of [a, b, c]) future.addDoneCallback(callback);
    expect(future.removeDoneCallback(a)).toBe(1);
    expect(future.removeDoneCallback(b)).toBe(1);
    expect(future.removeDoneCallback(a)).toBe(0);
    future.setResult('foo');
    turn();
    expect(bag).toEqual([100]);
  });

  it('the last one can be removed as well [BaseFutureDoneCallbackTests.test_callbacks_remove_third_callback]', () => {
    const { future, bag, turn, a, b, c } = withCallbacks();
    for (const callback of [a, b, c]) future.addDoneCallback(callback);
    expect(future.removeDoneCallback(c)).toBe(1);
    expect(future.removeDoneCallback(c)).toBe(0);
    future.setResult('foo');
    turn();
    expect(bag).toEqual([42, 17]);
  });

  it('removal deletes every registration of a function and tells how many there were [BaseFutureDoneCallbackTests.test_remove_done_callback]', () => {
    const { future, bag, turn, a, b, c } = withCallbacks();
    future.addDoneCallback(a);
    future.addDoneCallback(b);
    expect(future.removeDoneCallback(b)).toBe(1);
    expect(future.removeDoneCallback(c)).toBe(0);
    future.addDoneCallback(b);
    for (let i = 0; i < 5; i++) future.addDoneCallback(a);
    expect(future.removeDoneCallback(a)).toBe(6);
    future.setResult('foo');
    turn();
    expect(bag).toEqual([17]);
    expect(future.result()).toBe('foo');
  });

  it('one that removes others while they are being run changes nothing: they are scheduled [BaseFutureDoneCallbackTests.test_schedule_callbacks_list_mutation_1]', () => {
    const { future, bag, turn, a } = withCallbacks();
    let removed: number | undefined;
    future.addDoneCallback((f) => {
      removed = f.removeDoneCallback(a);
    });
    future.addDoneCallback(a);
    future.addDoneCallback(a);
    future.setResult('foo');
    turn();
    expect(removed).toBe(0);
    expect(bag).toEqual([42, 42]);
  });

  it('must be plain functions', () => {
    const future = pending();
    expect(() => future.addDoneCallback(5 as unknown as () => void)).toThrow(
      new TypeError('addDoneCallback(callback): expected a function, got 5 (number)'),
    );
    expect(() => future.addDoneCallback(function* followUp() {})).toThrow(
      new TypeError(
        'addDoneCallback(callback): expected a plain function, got the generator function followUp, which nobody would ' +
          'run; start it as a task: () => createTask(body)',
      ),
    );
  });
});

describe('Future: the exception handler', () => {
  it('runs in the context of the callback that failed [FutureTests.test_handle_exc_handler_correct_context]', async () => {
    const name = new ContextVar('name', { defaultValue: 'foo' });
    const seen: string[] = [];
    await runVirtual(
      function* () {
        const future = getRunningLoop().createFuture<void>();
        getRunningLoop().callSoon(() => {
          name.set('bar');
          throw new Error('boom');
        });
        future.addDoneCallback(() => {
          name.set('baz');
          throw new Error('boom');
        });
        future.setResult();
        yield;
        expect(name.get()).toBe('foo');
      },
      { onContext: ({ kind }) => seen.push(`${kind} ${name.get()}`) },
    );
    expect(seen).toEqual(['callback bar', 'callback baz']);
  });

  it('runs in the context that a done callback was given', async () => {
    const name = new ContextVar('name', { defaultValue: 'foo' });
    const seen: string[] = [];
    await runVirtual(function* () {
      const future = getRunningLoop().createFuture<void>();
      const context: Context = createTask(sleep(1)).context.with(name, 'given');
      future.addDoneCallback(() => seen.push(name.get()), { context });
      name.set('of the registration');
      future.addDoneCallback(() => seen.push(name.get()));
      name.set('later');
      future.setResult();
      yield;
    });
    expect(seen).toEqual(['given', 'of the registration']);
  });
});

describe('Future: what is outside', () => {
  it('a future, also that of another copy of the library, is not wrapped [DuckTests.test_wrap_future]', () => {
    const ofAnotherCopy = Object.assign(new Observable<number>(), { [Symbol.for('rxtasks.Future')]: true });
    expect(ensureFuture(ofAnotherCopy)).toBe(ofAnotherCopy);
  });

  it('ensureFuture() gives it back unchanged [DuckTests.test_ensure_future]', () => {
    const { loop } = idleLoop();
    const ofAnotherCopy = { [Symbol.for('rxtasks.Future')]: true, loop } as unknown as Future<number>;
    expect(ensureFuture(ofAnotherCopy)).toBe(ofAnotherCopy);
    expect(ensureFuture(ofAnotherCopy, { loop })).toBe(ofAnotherCopy);
  });

  it('a promise is adapted to a task that gets its value, or its rejection [BaseFutureTests.test_wrap_future]', async () => {
    const error = new Error('refused');
    const result = await run(function* () {
      const adapted = ensureFuture(new Promise<string>((resolve) => setTimeout(() => resolve('oi'), 1)));
      expect(Future.is(adapted)).toBe(true);
      expect(adapted.done()).toBe(false);
      const value = yield* adapted;
      expect(yield* errorOf(ensureFuture(Promise.reject(error)))).toBe(error);
      return value;
    });
    expect(result).toBe('oi');
  });

  it('a future of the library is not adapted [BaseFutureTests.test_wrap_future_future]', () => {
    const { loop } = idleLoop();
    const future = loop.createFuture();
    const task = loop.createTask(sleep(1));
    expect(ensureFuture(future)).toBe(future);
    expect(ensureFuture(task)).toBe(task);
  });

  it('where no loop is running a promise is adapted on the default loop [BaseFutureTests.test_wrap_future_without_loop]', async () => {
    const adapted = ensureFuture(Promise.resolve('value'));
    expect(adapted.loop).toBe(getEventLoop());
    expect(await adapted).toBe('value');
  });

  it('in a running loop a promise is adapted on that one [BaseFutureTests.test_wrap_future_use_running_loop]', () =>
    runVirtual(function* () {
      expect(ensureFuture(new Promise(() => {})).loop).toBe(getRunningLoop());
      yield;
    }));

  it('cancelling the adapter unsubscribes from an Observable; a promise is abandoned, it cannot be cancelled [BaseFutureTests.test_wrap_future_cancel]', async () => {
    const reported: string[] = [];
    let reject!: (error: Error) => void;
    const promise = new Promise<never>((_resolve, rejectIt) => (reject = rejectIt));
    await run(async () => {
      getRunningLoop().setExceptionHandler((_loop, { kind, exception }) =>
        reported.push(`${kind} ${(exception as Error).message}`),
      );
      const ticks = new Subject<number>();
      const ofObservable = ensureFuture(ticks);
      const ofPromise = ensureFuture(promise);
      await sleep(0);
      expect(ticks.observed).toBe(true);
      expect(ofObservable.cancel()).toBe(true);
      expect(ofPromise.cancel()).toBe(true);
      await sleep(0);
      await sleep(0);
      expect(ticks.observed).toBe(false);
      expect([ofObservable.cancelled(), ofPromise.cancelled()]).toEqual([true, true]);
      reject(new Error('late'));
      await sleep(1);
    });
    expect(reported).toEqual(['late-rejection late']);
    await expect(promise).rejects.toThrow('late');
  });

  it('cancelling the adapter of a promise that is settled leaves the promise as it is [BaseFutureTests.test_wrap_future_cancel2]', async () => {
    const promise = Promise.resolve(42);
    await run(function* () {
      const adapted = ensureFuture(promise);
      adapted.cancel();
      expect(yield* errorOf(adapted)).toBeInstanceOf(CancelledError);
      expect(adapted.cancelled()).toBe(true);
    });
    expect(await promise).toBe(42);
  });
});
