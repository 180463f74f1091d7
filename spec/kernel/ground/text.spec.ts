import { inspect } from 'node:util';
import { of } from 'rxjs';
import { type Future, type Task, ContextVar, coroutine, createTask, getRunningLoop, sleep, wait } from 'rxtasks';
import { runVirtual, thrownBy } from '../../support/virtual.js';

class ErrA extends Error {
  override name = 'ErrA';
}

const work = coroutine(function* work() {
  yield* sleep(10);
  return 3;
});

const failing = coroutine(function* failing(error: unknown) {
  yield;
  throw error;
});

describe('the text of a future', () => {
  it('tells its state and its outcome', () =>
    runVirtual(function* () {
      const make = (end: (future: Future<unknown>) => void) => {
        const future = getRunningLoop().createFuture<unknown>();
        end(future);
        const line = String(future);
        if (future.done() && !future.cancelled()) future.exception();
        return line;
      };
      expect(make(() => {})).toBe('<Future pending>');
      expect(make((future) => future.setResult('x'))).toBe('<Future finished result="x">');
      expect(make((future) => future.setException(new ErrA('m')))).toBe('<Future failed error=ErrA: m>');
      expect(make((future) => future.cancel())).toBe('<Future cancelled>');
      yield;
    }));
});

describe('the text of a task', () => {
  it('tells its state, its name, what it runs and what it awaits', () =>
    runVirtual(function* () {
      const task = createTask(work(), { name: 'a' });
      expect(String(task)).toBe("<Task pending name='a' running work()>");
      yield;
      expect(String(task)).toBe("<Task pending name='a' running work() awaiting <Future pending>>");
      task.cancel();
      expect(String(task)).toMatch(/^<Task cancelling name='a' running work\(\) awaiting <Future cancelled>>$/);
      yield* wait([task]);
      expect(String(task)).toBe("<Task cancelled name='a'>");
    }));

  it('tells how it ended', () =>
    runVirtual(function* () {
      const finished = createTask(work(), { name: 'a' });
      const failed = createTask(failing(new ErrA('m')), { name: 'b' });
      yield* wait([finished, failed]);
      expect(String(finished)).toBe("<Task finished name='a' result=3>");
      expect(String(failed)).toBe("<Task failed name='b' error=ErrA: m>");
      failed.exception();
    }));

  it('is cancelling before its start already, once asked', () =>
    runVirtual(function* () {
      const task = createTask(work(), { name: 'a' });
      task.cancel();
      expect(String(task)).toBe("<Task cancelling name='a' running work()>");
      yield;
    }));

  it.each<[string, () => unknown, string]>([
    ['a named function', () => async function load() {}, 'load()'],
    ['an anonymous function', () => (() => async () => {})(), 'anonymous()'],
    [
      'a generator',
      () =>
        (function* () {
          yield;
        })(),
      'a generator',
    ],
    ['an Observable', () => of(1), 'an Observable'],
    ['a promise', () => Promise.resolve(), 'a promise'],
    ['an async iterable', () => (async function* () {})(), 'an async iterable'],
    ['a coroutine of ours', () => sleep(1), 'sleep()'],
  ])('names what runs: %s', (_, source, text) =>
    runVirtual(function* () {
      const task = createTask(source() as never, { name: 'a', defaultValue: 0 });
      expect(String(task)).toBe(`<Task pending name='a' running ${text}>`);
      task.cancel();
      yield;
    }),
  );

  it('follows what is awaited three levels down', () =>
    runVirtual(function* () {
      let inner: Task<unknown> = createTask(work(), { name: '0' });
      for (let i = 1; i < 6; i++) {
        const next = inner;
        inner = createTask(
          function* body() {
            yield* next;
          },
          { name: `${i}` },
        );
      }
      yield* sleep(1);
      expect(String(inner)).toBe(
        "<Task pending name='5' running body() awaiting <Task pending name='4' running body() awaiting " +
          "<Task pending name='3' running body() awaiting <Task pending name='2' running body()>>>>",
      );
    }));

  it('numbers tasks that have no name', () =>
    runVirtual(function* () {
      const [a, b] = [createTask(work()), createTask(work())];
      expect(a.name).toMatch(/^Task-\d+$/);
      expect(Number(b.name.slice(5))).toBe(Number(a.name.slice(5)) + 1);
      yield;
    }));

  it('is what util.inspect and console.log show, also inside of others', () =>
    runVirtual(function* () {
      const task = createTask(work(), { name: 'a' });
      const text = "<Task pending name='a' running work()>";
      expect(inspect(task)).toBe(text);
      expect(inspect({ task })).toBe(`{ task: ${text} }`);
      expect(inspect([work()])).toBe('[ work() ]');
      expect(`${task}`).toBe(text);
      yield;
    }));
});

describe('toJSON()', () => {
  it('gives the name and the state of a task, and the state of a future', () =>
    runVirtual(function* () {
      const task = createTask(work(), { name: 'a' });
      const future = getRunningLoop().createFuture<number>();
      expect(JSON.parse(JSON.stringify({ task, future }))).toEqual({
        task: { name: 'a', state: 'pending' },
        future: { state: 'pending' },
      });
      task.cancel();
      future.setResult(1);
      expect(task.toJSON()).toEqual({ name: 'a', state: 'cancelling' });
      expect(future.toJSON()).toEqual({ state: 'finished' });
      yield* wait([task]);
      expect(task.toJSON()).toEqual({ name: 'a', state: 'cancelled' });
    }));
});

describe('the text of a result', () => {
  const textOf = function* (value: unknown) {
    const future = getRunningLoop().createFuture<unknown>();
    future.setResult(value);
    yield;
    return String(future).slice('<Future finished result='.length, -1);
  };

  it.each<[unknown, string]>([
    [null, 'null'],
    [undefined, 'undefined'],
    [true, 'true'],
    [12n, '12n'],
    ['a "b"', '"a \\"b\\""'],
    [Symbol('s'), 'Symbol(s)'],
    [function named() {}, 'function named'],
    [[1, 'a', [2]], '[1, "a", [2]]'],
    [[1, 2, 3, 4, 5, 6], '[1, 2, 3, 4, 5, …]'],
    [{ a: 1, b: { c: 2 } }, '{a: 1, b: {c: 2}}'],
    [new Map(), '<Map>'],
    [new ErrA('m'), 'ErrA: m'],
    [Object.create(null), '{}'],
    [new ContextVar('v'), '<ContextVar>'],
  ])('%p is short', (value, expected) =>
    runVirtual(function* () {
      expect(yield* textOf(value)).toBe(expected);
    }),
  );

  it('is cut when it is long', () =>
    runVirtual(function* () {
      const line = yield* textOf('x'.repeat(1000));
      expect(line).toHaveLength(120);
      expect(line.endsWith('...')).toBe(true);
    }));

  it('ends for what refers to itself', () =>
    runVirtual(function* () {
      const circle: unknown[] = [];
      circle.push(circle, { circle });
      expect(yield* textOf(circle)).toContain('…');
    }));

  it('never throws, whatever the value does', () =>
    runVirtual(function* () {
      const hostile = new Proxy(
        {},
        {
          get: () => {
            throw new Error('get');
          },
          has: () => {
            throw new Error('has');
          },
        },
      );
      expect(yield* textOf(hostile)).toBe('a value without text');
      const getter = {
        get a() {
          throw new Error('getter');
        },
      };
      expect(yield* textOf(getter)).toBe('a value without text');
    }));
});

describe('the text of an error', () => {
  it.each<[unknown, string]>([
    [new ErrA('m'), 'ErrA: m'],
    [new ErrA(), 'ErrA'],
    ['a string', '"a string"'],
    [undefined, 'undefined'],
    [{ code: 1 }, '{code: 1}'],
  ])('%p', (error, expected) =>
    runVirtual(function* () {
      const future = getRunningLoop().createFuture<unknown>();
      future.setException(error);
      expect(String(future)).toBe(`<Future failed error=${expected}>`);
      try {
        future.result();
      } catch (thrown) {
        expect(thrown).toBe(error);
      }
      yield;
    }),
  );

  it('shows what came where something else was expected', () => {
    expect(thrownBy(() => createTask(5 as never))).toMatchObject({
      message: expect.stringContaining('got 5 (number)'),
    });
    expect(thrownBy(() => createTask(null as never))).toMatchObject({ message: expect.stringContaining('got null') });
  });
});
