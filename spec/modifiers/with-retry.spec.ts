import { defer, of, throwError, timer } from 'rxjs';
import {
  Backoff,
  createTask,
  getRunningLoop,
  isCancelled,
  run,
  sleep,
  waitFor,
  withRetry,
  withTimeout,
  type Retry,
} from 'rxtasks';
import { errorOf, runVirtual, thrownBy } from '../support/virtual.js';

/** Work that fails so many times, 10 ms each, and notes when it starts. */
function flaky(failures: number) {
  const starts: number[] = [];
  const work = function* () {
    starts.push(getRunningLoop().time());
    yield* sleep(10);
    if (starts.length <= failures) throw new Error(`attempt ${starts.length}`);
    return `attempt ${starts.length}`;
  };
  return { starts, work };
}

describe('withRetry', () => {
  it('tries again what has failed, after the time that the backoff says, on the clock of the loop', () =>
    runVirtual(function* () {
      const { starts, work } = flaky(3);
      expect(yield* withRetry(work, Backoff.exponential(100))).toBe('attempt 4');
      expect(starts).toEqual([0, 110, 320, 730]);
    }));

  it('fails with the last failure when the backoff gives up', () =>
    runVirtual(function* () {
      const { starts, work } = flaky(10);
      expect(yield* errorOf(withRetry(work, Backoff.constant(5).maxAttempts(3)))).toEqual(new Error('attempt 3'));
      expect(starts).toEqual([0, 15, 30]);
    }));

  it('gives up before an attempt that would start too late', () =>
    runVirtual(function* () {
      const { starts, work } = flaky(10);
      yield* errorOf(withRetry(work, Backoff.constant(20).maxElapsed(70)));
      expect(starts).toEqual([0, 30, 60]);
    }));

  it('asks the backoff about the error', () =>
    runVirtual(function* () {
      const { starts, work } = flaky(10);
      const backoff = Backoff.constant(1).when((error) => (error as Error).message === 'attempt 1');
      expect(yield* errorOf(withRetry(work, backoff))).toEqual(new Error('attempt 2'));
      expect(starts).toHaveLength(2);
    }));

  it('reports each failure that another attempt follows as progress', () =>
    runVirtual(function* () {
      const { work } = flaky(2);
      const task = createTask(withRetry(work, Backoff.constant(5)));
      const seen: Retry[] = [];
      task.progress$.subscribe((report) => seen.push(report as Retry));
      yield* task;
      expect(seen).toEqual([
        { attempt: 1, error: new Error('attempt 1'), elapsed: 10, delay: 5 },
        { attempt: 2, error: new Error('attempt 2'), elapsed: 25, delay: 5 },
      ]);
    }));

  it('takes coroutines, Observables, async functions, async iterables', async () => {
    let left = 0;
    const failing = <T>(value: T) => {
      if (left-- > 0) throw new Error('again');
      return value;
    };
    const sources = [
      sleep(1).pipe(() => defer(() => of(failing('observable')))),
      () => timer(0).pipe(() => defer(() => of(failing('function of an observable')))),
      async () => failing('async function'),
      {
        [Symbol.asyncIterator]: async function* () {
          yield failing('async iterable');
        },
      },
    ] as const;
    for (const source of sources) {
      left = 2;
      const backoff = Backoff.constant(0);
      expect(await run(() => withRetry(source as () => Promise<string>, backoff))).toMatch(/^(async|observ|function)/);
      expect(left).toBe(-1);
    }
  });

  it('can be run again: it starts to count afresh', () =>
    runVirtual(function* () {
      const { starts, work } = flaky(100);
      const twice = withRetry(work, Backoff.constant(0).maxAttempts(2));
      yield* errorOf(twice);
      yield* errorOf(twice);
      expect(starts).toHaveLength(4);
    }));
});

describe('a cancellation in withRetry', () => {
  it('is not tried again, in an attempt and between two', () =>
    runVirtual(function* () {
      for (const ms of [5, 15]) {
        const { starts, work } = flaky(10);
        const task = createTask(withRetry(work, Backoff.constant(10)));
        yield* sleep(ms);
        task.cancel('enough');
        expect(yield* errorOf(task)).toMatchObject({ name: 'CancelledError', message: 'enough' });
        expect(starts).toHaveLength(1);
      }
    }));

  it('is not tried again if it is the source that was cancelled', () =>
    runVirtual(function* () {
      let attempts = 0;
      const error = yield* errorOf(
        withRetry(function* () {
          attempts++;
          const inner = createTask(sleep(1000));
          inner.cancel();
          yield* inner;
        }, Backoff.constant(1)),
      );
      expect(isCancelled(error)).toBe(true);
      expect(attempts).toBe(1);
    }));

  it('is not tried again if the clean-up makes another error of it', () =>
    runVirtual(function* () {
      let attempts = 0;
      const task = createTask(
        withRetry(function* () {
          attempts++;
          try {
            yield* sleep(1000);
          } catch {
            throw new Error('clean-up failed');
          }
        }, Backoff.constant(1)),
      );
      yield* sleep(5);
      task.cancel();
      expect(yield* errorOf(task)).toEqual(new Error('clean-up failed'));
      expect(attempts).toBe(1);
    }));

  it('is not an aborted fetch that an async attempt makes of it', async () => {
    let attempts = 0;
    const error = await run(async (task) => {
      const retried = createTask(
        withRetry(async (self) => {
          attempts++;
          await new Promise((_, reject) => {
            self.signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
          });
        }, Backoff.constant(0)),
      );
      await task.resultOf(sleep(2));
      retried.cancel('enough');
      return retried.then(
        () => null,
        (reason: unknown) => reason,
      );
    });
    expect(isCancelled(error)).toBe(true);
    expect(attempts).toBe(1);
  });

  it('is a time-out of an attempt that is no cancellation: that is tried again', () =>
    runVirtual(function* () {
      let attempts = 0;
      const slowAtFirst = () => waitFor(sleep(++attempts < 3 ? 1000 : 1, 'in time'), 100);
      expect(yield* withRetry(slowAtFirst, Backoff.constant(0))).toBe('in time');
      expect(attempts).toBe(3);
    }));

  it('by a time-out around it ends it', () =>
    runVirtual(function* () {
      const { starts, work } = flaky(100);
      const error = yield* errorOf(
        withTimeout(35, function* () {
          yield* withRetry(work, Backoff.constant(10));
        }),
      );
      expect(error).toMatchObject({ name: 'TimeoutError' });
      expect(starts).toEqual([0, 20]);
    }));
});

describe('withRetry refuses', () => {
  const once =
    /: .* runs once, and what has failed stays failed; give a function: withRetry\(\(\) => work\(\), backoff\)$/;

  it('what runs once only', () =>
    runVirtual(function* () {
      const backoff = Backoff.constant(1);
      const task = createTask(sleep(1));
      const generator = (function* () {
        yield;
      })();
      const stream = new ReadableStream();
      const iterator = (async function* () {})();
      for (const source of [task, Promise.resolve(), generator, stream, iterator]) {
        expect(String(thrownBy(() => withRetry(source as never, backoff)))).toMatch(once);
      }
      yield* task;
    }));

  it('what is no source, and what is no backoff', () => {
    expect(String(thrownBy(() => withRetry(5 as never, Backoff.constant(1))))).toMatch(
      /^TypeError: withRetry\(source, backoff\)/,
    );
    expect(String(thrownBy(() => withRetry(throwError(Error), 5 as never)))).toMatch(
      /^TypeError: withRetry\(source, backoff\): expected a Backoff, as Backoff.exponential\(100\), got 5/,
    );
  });
});
