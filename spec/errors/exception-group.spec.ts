import { ExceptionGroup, createTask, sleep, withTaskGroup } from 'rxtasks';
import { errorOf, runVirtual } from '../support/virtual.js';

describe('ExceptionGroup', () => {
  it('is an AggregateError with its own name', () => {
    const group = new ExceptionGroup('several', [new Error('a')]);
    expect(group).toBeInstanceOf(AggregateError);
    expect(group).toBeInstanceOf(Error);
    expect(group.name).toBe('ExceptionGroup');
    expect(ExceptionGroup.name).toBe('ExceptionGroup');
    expect(group.stack).toMatch(/^ExceptionGroup: several/);
    expect(Object.keys(group)).toEqual([]);
  });

  it('holds the errors in the order given, whatever they are, and from any iterable', () => {
    const errors = [new Error('b'), 'a string', undefined, new Error('a')];
    expect(new ExceptionGroup('several', errors).errors).toEqual(errors);
    expect(new ExceptionGroup('several', new Set(errors)).errors).toEqual(errors);
    expect(new ExceptionGroup('several', errors).errors).not.toBe(errors);
  });

  it('says how many there are', () => {
    expect(new ExceptionGroup('failed', []).message).toBe('failed (0 errors)');
    expect(new ExceptionGroup('failed', [1]).message).toBe('failed (1 error)');
    expect(String(new ExceptionGroup('failed', [1, 2]))).toBe('ExceptionGroup: failed (2 errors)');
  });

  it('takes a cause', () => {
    const cause = new Error('the cause');
    expect(new ExceptionGroup('failed', [1], { cause }).cause).toBe(cause);
    expect('cause' in new ExceptionGroup('failed', [1])).toBe(false);
  });

  it('lists the failures of children as they were noticed, and that of the body last', () =>
    runVirtual(function* () {
      const fails = (ms: number, message: string) =>
        function* () {
          yield* errorOf(sleep(1000));
          yield* sleep(ms);
          throw new Error(message);
        };
      const group = withTaskGroup(function* (group) {
        group.createTask(fails(30, 'late'));
        group.createTask(fails(10, 'early'));
        yield* sleep(1);
        throw new Error('body');
      });
      const error = (yield* errorOf(createTask(group))) as ExceptionGroup;
      expect(error).toBeInstanceOf(ExceptionGroup);
      expect(error.message).toBe('unhandled errors in a TaskGroup (3 errors)');
      expect(error.errors.map((each) => (each as Error).message)).toEqual(['early', 'late', 'body']);
    }));
});
