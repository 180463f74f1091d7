import { CancelledError, TimeoutError, asCompleted, isCancelled, sleep, waitFor, withTimeout } from 'rxtasks';
import { errorOf, runVirtual } from '../support/virtual.js';
import { itIsAnErrorClass } from './error-class.js';

describe('TimeoutError', () => {
  itIsAnErrorClass(TimeoutError, 'TimeoutError');

  it('is no cancellation, but that which stopped the work is its cause', () =>
    runVirtual(function* () {
      let thrown: unknown;
      const limited = withTimeout(10, function* () {
        try {
          yield* sleep(1000);
        } catch (error) {
          thrown = error;
          throw error;
        }
      });
      const error = (yield* errorOf(limited)) as TimeoutError;
      expect(error).toBeInstanceOf(TimeoutError);
      expect(isCancelled(error)).toBe(false);
      expect(error.cause).toBeInstanceOf(CancelledError);
      expect(error.cause).toBe(thrown);
      expect((error.cause as CancelledError).source).toBe('timeout');
    }));

  it('has the cancellation as cause also where there was no time at all', () =>
    runVirtual(function* () {
      const error = (yield* errorOf(waitFor(sleep(1000), 0))) as TimeoutError;
      expect(error).toBeInstanceOf(TimeoutError);
      expect(error.cause).toBeInstanceOf(CancelledError);
    }));

  it('has no cause where the time was up and nothing was stopped', () =>
    runVirtual(function* () {
      const [first] = asCompleted([sleep(1000)], { timeout: 10 });
      const error = (yield* errorOf(first!)) as TimeoutError;
      expect(error).toBeInstanceOf(TimeoutError);
      expect(error.cause).toBeUndefined();
    }));
});
