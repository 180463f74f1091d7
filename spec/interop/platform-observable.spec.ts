import { type PlatformObservable, createTask, resultOf, run, sleep } from 'rxtasks';
import { errorOf, runVirtual, thrownBy } from '../support/virtual.js';
import { runProgram } from './run-program.js';

describe('Observables of RxJS 9', () => {
  let found: Record<string, unknown>;

  beforeAll(async () => {
    found = await runProgram('rxjs-9');
  });

  it('are sources, cold or of the platform: each value is progress, the last one the result', () => {
    expect(found).toMatchObject({ progress: [1, 2, 3], result: 3, platform: 3, together: [3, 3], synchronous: 2 });
    expect((found['events'] as string[]).slice(0, 2)).toEqual(['cold torn down after 3', 'platform torn down after 3']);
  });

  it('are torn down when the task is cancelled', () => {
    expect(found['cancelled']).toEqual([true, 'CancelledError: enough']);
    expect(found['events']).toContain('stopped');
  });

  it('fail the task with their error, and with EmptyError if they have no value', () => {
    expect(found).toMatchObject({ failure: 'Error: boom', empty: true });
  });

  it('are made of what await gives, and of progress', () => {
    expect(found).toMatchObject({ back: ['a result'], backAgain: [1, 2, 3] });
  });
});

describe('what looks like an Observable of the platform', () => {
  /** As small as it may be. */
  function fake(subscribe: PlatformObservable<string>['subscribe']): PlatformObservable<string> {
    return { subscribe, takeUntil: () => {} };
  }

  it('is one, by its subscribe and takeUntil; the signal it gets is aborted by a cancellation', () =>
    runVirtual(function* () {
      let signal: AbortSignal | undefined;
      const task = createTask(
        fake((observer, options) => {
          observer.next('value');
          signal = options.signal;
        }),
      );
      yield* sleep(1);
      expect(signal?.aborted).toBe(false);
      task.cancel();
      expect(yield* errorOf(task)).toMatchObject({ name: 'CancelledError' });
      expect(signal?.aborted).toBe(true);
    }));

  it('fails the task if its subscribe throws', () =>
    runVirtual(function* () {
      const boom = new Error('boom');
      const task = createTask(
        fake(() => {
          throw boom;
        }),
      );
      expect(yield* errorOf(task)).toBe(boom);
    }));

  it('is none without takeUntil: clients of message brokers subscribe too', () => {
    expect(String(thrownBy(() => createTask({ subscribe: () => {} } as never)))).toMatch(
      /^TypeError: createTask\(source\)/,
    );
    expect(String(thrownBy(() => run(resultOf({ subscribe: 5, takeUntil: () => {} } as never))))).toMatch(/^TypeError/);
  });
});
