import { readFileSync } from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import ts from 'typescript';
import {
  CancelledError,
  createTask,
  currentTask,
  isCancelled,
  rethrowCancelled,
  sleep,
  withTaskGroup,
  withTimeout,
} from 'rxtasks';
import { errorOf, runVirtual, thrownBy } from '../support/virtual.js';
import { itIsAnErrorClass } from './error-class.js';

type Errors = Pick<typeof import('rxtasks'), 'CancelledError' | 'isCancelled'>;

/** The module once more, in this realm: what a second installation of the package is. */
function secondCopy(): Errors {
  let copy: Errors | undefined;
  jest.isolateModules(() => {
    copy = jest.requireActual<Errors>('rxtasks');
  });
  return copy as Errors;
}

/** The module in another realm: what runs in a frame, or in a vm context. */
function otherRealm(): Errors {
  const file = path.join(__dirname, '../../lib/errors/cancelled-error.ts');
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  return vm.runInNewContext(`const exports = {}; ${outputText}; exports`) as Errors;
}

describe('CancelledError', () => {
  itIsAnErrorClass(CancelledError, 'CancelledError');

  it('has exactly the message that was given, even an empty one', () => {
    for (const message of ['', ' ', 'no longer needed', 'several\nlines']) {
      expect(new CancelledError(message).message).toBe(message);
    }
    expect(new CancelledError().message).toBe('');
  });

  it('tells who asked and why, where nothing lists it', () => {
    const error = new CancelledError('enough', { source: 'timeout', requester: 'main' });
    expect([error.source, error.requester, error.message]).toEqual(['timeout', 'main', 'enough']);
    expect(Object.keys(error)).toEqual([]);
    expect(JSON.stringify(error)).toBe('{}');
    expect({ ...error }).toEqual({});
    const nobody = new CancelledError('enough');
    expect([nobody.source, nobody.requester]).toEqual([undefined, undefined]);
  });

  it('has the message of cancel(message), and the name of the task that asked', () =>
    runVirtual(function* () {
      currentTask()!.name = 'main';
      const task = createTask(sleep(1000));
      yield;
      task.cancel('no longer needed');
      const error = (yield* errorOf(task)) as CancelledError;
      expect(error.message).toBe('no longer needed');
      expect([error.source, error.requester]).toEqual(['cancel', 'main']);
    }));

  it('has no message where cancel() was given none', () =>
    runVirtual(function* () {
      const task = createTask(sleep(1000));
      yield;
      task.cancel();
      expect(((yield* errorOf(task)) as CancelledError).message).toBe('');
    }));

  it('has the reason of a signal as its cause', () =>
    runVirtual(function* () {
      const stop = new AbortController();
      const task = createTask(sleep(1000), { signal: stop.signal });
      yield;
      stop.abort('enough');
      const error = (yield* errorOf(task)) as CancelledError;
      expect([error.message, error.source, error.cause]).toEqual(['enough', 'signal', 'enough']);
    }));

  it('tells a time-out, a group and the end of run() from each other', async () => {
    const sources: (string | undefined)[] = [];
    function* noting() {
      try {
        yield* sleep(1000);
      } catch (error) {
        sources.push((error as CancelledError).source);
        throw error;
      }
    }
    await runVirtual(function* () {
      yield* errorOf(withTimeout(10, noting));
      yield* withTaskGroup(function* (group) {
        group.createTask(noting);
        yield;
        group.cancel();
        yield* sleep(1);
      });
      createTask(noting);
      yield;
    });
    expect(sources).toEqual(['timeout', 'task group', 'shutdown']);
  });
});

describe('isCancelled', () => {
  it('says yes to a CancelledError and to what extends it', () => {
    class Special extends CancelledError {}
    expect(isCancelled(new CancelledError())).toBe(true);
    expect(isCancelled(new Special())).toBe(true);
  });

  it('says no to any other error, and to what is none', () => {
    const others = [new Error(), new DOMException('x', 'AbortError'), { name: 'CancelledError' }, 'CancelledError', 0];
    for (const other of [...others, null, undefined, () => {}]) expect(isCancelled(other)).toBe(false);
  });

  it('knows the error of another copy of the library', () => {
    const copy = secondCopy();
    const error = new copy.CancelledError('x');
    expect(error).not.toBeInstanceOf(CancelledError);
    expect(isCancelled(error)).toBe(true);
    expect(copy.isCancelled(new CancelledError())).toBe(true);
  });

  it('knows the error of another realm', () => {
    const realm = otherRealm();
    const error = new realm.CancelledError('x');
    expect(error).not.toBeInstanceOf(Error);
    expect(isCancelled(error)).toBe(true);
    expect(realm.isCancelled(new CancelledError())).toBe(true);
    expect(realm.isCancelled(new Error())).toBe(false);
  });

  it('makes a task cancelled whose body throws the error of another copy', () =>
    runVirtual(function* () {
      const error = new (secondCopy().CancelledError)('x');
      const task = createTask(function* () {
        yield;
        throw error;
      });
      expect(yield* errorOf(task)).toBe(error);
      expect(task.cancelled()).toBe(true);
    }));
});

describe('rethrowCancelled', () => {
  it('throws a cancellation again, the very same error', () => {
    for (const error of [new CancelledError('x'), new (secondCopy().CancelledError)('x')]) {
      expect(thrownBy(() => rethrowCancelled(error))).toBe(error);
    }
  });

  it('returns for everything else', () => {
    for (const other of [new Error(), 'CancelledError', null, undefined])
      expect(rethrowCancelled(other)).toBeUndefined();
  });
});
