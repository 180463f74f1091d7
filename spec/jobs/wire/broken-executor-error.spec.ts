import { BrokenExecutorError } from 'rxtasks/executors';

describe('BrokenExecutorError', () => {
  it('says how the worker was lost', () => {
    const cause = new RangeError('far');
    const error = new BrokenExecutorError('gone', 'exit', { exitCode: 3, signal: 'SIGTERM', cause });
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toBe('BrokenExecutorError: gone');
    expect(error).toMatchObject({ message: 'gone', kind: 'exit', exitCode: 3, signal: 'SIGTERM', cause });
  });

  it('has a cause only if it was given one', () => {
    const error = new BrokenExecutorError('gone', 'lost');
    expect('cause' in error).toBe(false);
    expect([error.exitCode, error.signal]).toEqual([undefined, undefined]);
    expect('cause' in new BrokenExecutorError('gone', 'uncaught', { cause: undefined })).toBe(true);
  });

  it('names itself by its prototype, so that subclasses can have names of their own', () => {
    expect(Object.keys(new BrokenExecutorError('gone', 'memory'))).not.toContain('name');
    expect(BrokenExecutorError.prototype.name).toBe('BrokenExecutorError');
  });
});
