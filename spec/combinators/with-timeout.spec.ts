import { NEVER, of } from 'rxjs';
import {
  CancelledError,
  Coroutine,
  type Task,
  Timeout,
  TimeoutError,
  currentTask,
  getRunningLoop,
  run,
  sleep,
  withTimeout,
  withTimeoutAt,
} from 'rxtasks';
import * as testing from 'rxtasks/testing';
import { errorOf, runVirtual } from '../support/virtual.js';

describe('withTimeout', () => {
  it('calls the body with the time-out, by which the limit can be moved, and gives what it returns', () =>
    runVirtual(function* () {
      const value = yield* withTimeout(10, function* (limit) {
        expect(limit).toBeInstanceOf(Timeout);
        expect(limit.when()).toBe(10);
        limit.reschedule(100);
        yield* sleep(50);
        return 'value';
      });
      expect(value).toBe('value');
    }));

  it('counts from the moment at which it starts, not from the call', () =>
    runVirtual(function* () {
      const recipe = withTimeout(10, () => sleep(1000)[Symbol.iterator]());
      expect(Coroutine.is(recipe)).toBe(true);
      yield* sleep(100);
      expect(yield* errorOf(recipe)).toBeInstanceOf(TimeoutError);
      expect(getRunningLoop().time()).toBe(110);
      expect(yield* errorOf(recipe)).toBeInstanceOf(TimeoutError); // a new one for every run
      expect(getRunningLoop().time()).toBe(120);
    }));

  it('runs a generator body inside of the waiting task, without a turn of the loop', () =>
    runVirtual(function* () {
      const task = currentTask();
      let turned = false;
      getRunningLoop().callSoon(() => (turned = true));
      const inside = yield* withTimeout(10, function* () {
        return currentTask();
      });
      expect(inside).toBe(task);
      expect(turned).toBe(false);
      yield;
    }));

  it('interrupts an async function, also in a fetch or the like through its signal', async () => {
    const seen: string[] = [];
    const abortable = (signal: AbortSignal) =>
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          seen.push(`aborted by ${(signal.reason as Error).name}`);
          reject(Object.assign(new Error('The operation was aborted'), { name: 'AbortError' }));
        });
      });
    await run(async () => {
      for (const body of [() => sleep(10_000), (limit: Timeout) => abortable(limit.signal)]) {
        await expect(withTimeout(2, async (limit) => void (await body(limit)))).rejects.toBeInstanceOf(TimeoutError);
      }
      await sleep(1); // not interrupted
    });
    expect(seen).toEqual(['aborted by CancelledError']);
  });

  it('a value that has arrived in an async body wins over the limit, which then interrupts nothing else', async () => {
    await testing.runVirtual(function* () {
      const task = currentTask() as Task<unknown>;
      const loop = getRunningLoop();
      task.cancel();
      yield* errorOf(sleep(1)); // goes on, with the request still counted
      const future = loop.createFuture<string>();
      let expired: boolean | undefined;
      const value = yield* withTimeout(2, async (limit) => {
        const when = limit.when() as number;
        loop.callAt(when, () => future.setResult('in time'));
        limit.reschedule(when); // so that the limit comes right after the value, in the same turn
        try {
          return await future;
        } finally {
          expired = limit.expired();
        }
      });
      expect(value).toBe('in time');
      expect(expired).toBe(true);
      expect(task.cancelling()).toBe(1);
      yield* sleep(1); // not interrupted
    });
  });

  it('unsubscribes from an Observable', () =>
    runVirtual(function* () {
      expect(yield* withTimeout(10, () => of(1, 2, 3))).toBe(3);
      expect(yield* errorOf(withTimeout(10, () => NEVER))).toBeInstanceOf(TimeoutError);
      expect(getRunningLoop().time()).toBe(10);
    }));

  it('leaves a cancellation of the task one', () =>
    runVirtual(function* () {
      const task = getRunningLoop().createTask(withTimeout(10, () => sleep(1000)[Symbol.iterator]()));
      yield* sleep(5);
      task.cancel();
      expect(yield* errorOf(task)).toBeInstanceOf(CancelledError);
    }));

  it('without a limit waits for as long as it takes', () =>
    runVirtual(function* () {
      for (const none of [null, Infinity]) {
        const value = yield* withTimeout(none, function* (limit) {
          expect(limit.when()).toBeNull();
          return yield* sleep(1e9, 'value');
        });
        expect(value).toBe('value');
      }
    }));

  it('refuses at the call what is no time and what is no body', () => {
    const body = function* () {};
    expect(() => withTimeout(NaN, body)).toThrow(
      new RangeError('withTimeout(ms, body): expected ms in milliseconds, got NaN'),
    );
    expect(() => withTimeout('5' as never, body)).toThrow(
      new TypeError('withTimeout(ms, body): expected ms in milliseconds, a number, got "5" (string)'),
    );
    expect(() => withTimeout(5, undefined as never)).toThrow(
      new TypeError(
        'withTimeout(ms, body): expected body to be a generator function, an async function or a function that returns an ' +
          'Observable, got undefined',
      ),
    );
  });
});

describe('withTimeoutAt', () => {
  it('interrupts the body at a time of the clock of the loop', () =>
    runVirtual(function* () {
      yield* sleep(5);
      const recipe = withTimeoutAt(20, () => sleep(1000)[Symbol.iterator]());
      yield* sleep(5);
      expect(yield* errorOf(recipe)).toBeInstanceOf(TimeoutError);
      expect(getRunningLoop().time()).toBe(20);
      expect(yield* errorOf(recipe)).toBeInstanceOf(TimeoutError); // it has passed by now
      expect(getRunningLoop().time()).toBe(20);
    }));

  it('refuses at the call what is no time and what is no body', () => {
    expect(() => withTimeoutAt(NaN, function* () {})).toThrow(
      new RangeError('withTimeoutAt(when, body): expected when in milliseconds, got NaN'),
    );
    expect(() => withTimeoutAt(5, of(1) as never)).toThrow(
      /^withTimeoutAt\(when, body\): expected body to be a generator function, .* got <Observable>$/,
    );
  });
});
