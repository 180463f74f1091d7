import {
  Context,
  ContextVar,
  type CreateTaskOptions,
  RuntimeError,
  type Task,
  type TaskSource,
  Token,
  createTask,
  gather,
  getRunningLoop,
  run,
  sleep,
  withTaskGroup,
} from 'rxtasks';
import { idleLoop, runVirtual, thrownBy } from '../../support/virtual.js';

/** Whole numbers that look random, and are the same in each run. */
function* numbers(below: number): Generator<number, never> {
  for (let x = 1; ; x = (x * 48271) % 2147483647) yield x % below;
}

describe('a context variable', () => {
  it('set in a task is not seen by its creator, and what the creator sets later not by the task [test_context_1]', async () => {
    const variable = new ContextVar<string>('variable', { defaultValue: 'nope' });
    const seen: string[] = [];
    await runVirtual(function* () {
      seen.push(variable.get());
      const sub = createTask(function* () {
        yield* sleep(10);
        seen.push(`sub ${variable.get()}`);
        variable.set('something else');
        yield;
        seen.push(`sub ${variable.get()}`);
      });
      variable.set('yes');
      seen.push(variable.get());
      yield* sub;
      seen.push(variable.get());
    });
    expect(seen).toEqual(['nope', 'yes', 'sub nope', 'sub something else', 'yes']);
    expect(variable.get()).toBe('nope');
  });

  it('has in a done callback the value from when that was added, and what it sets there is gone afterwards [test_context_2]', async () => {
    const variable = new ContextVar<string>('variable', { defaultValue: 'nope' });
    const inCallback: string[] = [];
    await runVirtual(function* () {
      const loop = getRunningLoop();
      expect(variable.get()).toBe('nope');
      for (let j = 0; j < 2; j++) {
        const future = loop.createFuture<void>();
        future.addDoneCallback(() => {
          inCallback.push(variable.get());
          variable.set('something else');
        });
        variable.set(`yes${j}`);
        loop.callSoon(() => future.setResult());
        yield* future;
        expect(variable.get()).toBe(`yes${j}`);
        for (let i = 0; i < 3; i++) {
          variable.set(`yes${i}-${j}`);
          yield* sleep(1);
          expect(variable.get()).toBe(`yes${i}-${j}`);
        }
      }
    });
    expect(inCallback).toEqual(['nope', 'yes2-0']);
    expect(variable.get()).toBe('nope');
  });

  it('has a value of its own in each of 100 tasks that change it at the same time [test_context_3]', async () => {
    const variable = new ContextVar<number>('variable', { defaultValue: -1 });
    const random = numbers(50);
    await runVirtual(function* () {
      const wrong: number[] = [];
      function* sub(n: number) {
        for (let i = 0; i < 10; i++) {
          variable.set(n + i);
          yield* sleep(1 + random.next().value);
          if (variable.get() !== n + i) wrong.push(n);
        }
        return variable.get();
      }
      const starts = Array.from({ length: 100 }, () => random.next().value);
      const results = yield* gather(starts.map((n) => createTask(sub(n))));
      expect(wrong).toEqual([]);
      expect(results).toEqual(starts.map((n) => n + 9));
      expect(variable.get()).toBe(-1);
    });
    expect(variable.get()).toBe(-1);
  });

  type Create = (source: TaskSource<unknown>, options: CreateTaskOptions) => Task<unknown>;

  async function inGivenContext(create: Create): Promise<void> {
    const variable = new ContextVar<number>('variable');
    await runVirtual(function* () {
      function* body(value: number) {
        yield;
        const before = Context.current().get(variable);
        variable.set(value);
        return before;
      }
      const context = Context.current();
      expect(context.get(variable)).toBeUndefined();
      const first = create(body(1), { context });
      expect(yield* first).toBeUndefined();
      expect(first.context.get(variable)).toBe(1);
      expect(context.get(variable)).toBeUndefined(); // contexts never change: what a task has set is in its own

      const second = create(body(2), { context: first.context });
      expect(yield* second).toBe(1);
      expect(second.context.get(variable)).toBe(2);
      expect(first.context.get(variable)).toBe(1);
      expect(Context.current().has(variable as ContextVar<unknown>)).toBe(false);
    });
  }

  it('starts from the context that a task was given [test_context_4]', async () => {
    await inGivenContext((source, options) => getRunningLoop().createTask(source, options));
    const variable = new ContextVar<string>('variable');
    const { loop, runToEnd } = idleLoop();
    const context = new Context().with(variable, 'given');

    const task = loop.createTask(
      function* () {
        return variable.get();
      },
      { context },
    );
    expect(await runToEnd(task)).toBe('given');
  });

  it('starts from the context given to createTask [test_context_5]', async () => {
    await inGivenContext((source, options) => createTask(source, options));
  });

  it('starts from the context given to createTask of a loop [test_context_6]', async () => {
    await inGivenContext((source, options) => getRunningLoop().createTask(source, options));
  });

  it('can be looked up in the context of a task, which is the one that was given [test_get_context]', async () => {
    const variable = new ContextVar<string>('variable');
    const { loop, runToEnd } = idleLoop();
    const context = new Context().with(variable, 'given');
    const task = loop.createTask(sleep(1), { context });
    expect(task.context).toBe(context);
    await runToEnd(task);
    expect(task.context).toBe(context);
    expect(task.context.get(variable)).toBe('given');
  });

  it('keeps its value in the children of a group and in callbacks of the loop', async () => {
    const variable = new ContextVar<string>('variable', { defaultValue: 'nobody' });
    const seen: string[] = [];
    const look = () => seen.push(variable.get());
    await runVirtual(function* () {
      const loop = getRunningLoop();
      variable.set('ann');
      loop.callSoon(look);
      loop.callLater(1, look);
      loop.callAt(loop.time() + 2, look);
      variable.set('bob');
      yield* withTaskGroup(function* (group) {
        yield* group.createTask(function* () {
          yield* sleep(3);
          look();
          variable.set('cleo');
        });
      });
      look();
    });
    expect(seen).toEqual(['ann', 'ann', 'ann', 'bob', 'bob']);
  });

  it('keeps its value across the awaits of an async function', async () => {
    const variable = new ContextVar<string>('variable', { defaultValue: 'nobody' });
    const seen = await run(async () => {
      const work = async (name: string) => {
        variable.set(name);
        const values: string[] = [];
        for (let i = 0; i < 2; i++) {
          await sleep(1);
          await Promise.resolve();
          values.push(variable.get());
        }
        return values;
      };
      return gather([() => work('ann'), () => work('bob')]);
    });
    expect(seen).toEqual([
      ['ann', 'ann'],
      ['bob', 'bob'],
    ]);
    expect(variable.get()).toBe('nobody');
  });
});

describe('ContextVar', () => {
  it('without value and default refuses get(), and tells the cure', () => {
    const variable = new ContextVar<string>('request');
    expect(() => variable.get()).toThrow(
      new RuntimeError(
        "ContextVar 'request' has no value here: set() it before, or give new ContextVar(name, { defaultValue })",
      ),
    );
    expect(new ContextVar<undefined>('x', { defaultValue: undefined }).get()).toBeUndefined();
    expect(String(variable)).toBe("<ContextVar 'request'>");
  });

  it('is reset by the token of set(), once, to the value before or to none', async () => {
    await runVirtual(function* () {
      yield;
      const variable = new ContextVar<number>('variable');
      const first = variable.set(1);
      const second = variable.set(2);
      expect(first).toBeInstanceOf(Token);
      expect([first.variable, first.oldValue, second.oldValue]).toEqual([variable, undefined, 1]);
      variable.reset(second);
      expect(variable.get()).toBe(1);
      expect(() => variable.reset(second)).toThrow(
        new RuntimeError("ContextVar 'variable'.reset(token): this token has been used before"),
      );
      variable.reset(first);
      expect(thrownBy(() => variable.get())).toBeInstanceOf(RuntimeError);
      const other = new ContextVar<number>('other');
      expect(() => variable.reset(other.set(1))).toThrow(
        new RuntimeError("ContextVar 'variable'.reset(token): expected the token of a set() of this variable"),
      );
      expect(() => variable.reset({} as Token<number>)).toThrow(RuntimeError);
    });
  });

  it('refuses a name that is no string', () => {
    expect(() => new ContextVar(5 as never)).toThrow(
      new TypeError('new ContextVar(name): expected a string as name, got 5 (number)'),
    );
  });
});

describe('Context', () => {
  it('is a map of variables that never changes', () => {
    const a = new ContextVar<number>('a');
    const b = new ContextVar<string>('b', { defaultValue: 'default' });
    const empty = new Context();
    const one = empty.with(a, 1);
    const two = one.with(a, 2).with(b, 'x');
    expect([empty.size, one.size, two.size]).toEqual([0, 1, 2]);
    expect([empty.get(a), one.get(a), two.get(a)]).toEqual([undefined, 1, 2]);
    expect([one.has(b as ContextVar<unknown>), one.get(b)]).toEqual([false, undefined]);
    expect([...two]).toEqual([
      [a, 2],
      [b, 'x'],
    ]);
  });

  it('runs a function, passes its arguments and result, and drops what the function sets', () => {
    const a = new ContextVar<number>('a', { defaultValue: 0 });
    const context = new Context().with(a, 1);
    const result = context.run(
      (x: number, y: number) => {
        const before = a.get();
        a.set(5);
        expect(Context.current().get(a)).toBe(5);
        return [before, x, y];
      },
      2,
      3,
    );
    expect(result).toEqual([1, 2, 3]);
    expect(a.get()).toBe(0);
    expect(context.get(a)).toBe(1);
    expect(() =>
      context.run(() => {
        throw new Error('boom');
      }),
    ).toThrow('boom');
    expect(a.get()).toBe(0);
  });
});
