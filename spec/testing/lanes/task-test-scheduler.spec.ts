import { deepStrictEqual } from 'node:assert';

import { NEVER, of, pipe, repeat, switchMap, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import {
  type Resume,
  type Task,
  allTasks,
  coroutine,
  createTask,
  gather,
  getEventLoop,
  isCancelled,
  mapTask,
  resultOf,
  run,
  sleep,
  toTask,
  withTaskGroup,
  withTimeout,
} from 'rxtasks';
import { type TaskRunHelpers, TaskTestScheduler, VirtualEventLoop } from 'rxtasks/testing';
import { thrownBy } from '../../support/virtual.js';

/** Runs `test` on a new scheduler. */
function marbles<T>(test: (helpers: TaskRunHelpers) => T): T {
  return new TaskTestScheduler().run(test);
}

/** The message of what `marbles(test)` throws. */
function failure(test: (helpers: TaskRunHelpers) => unknown): string {
  return (thrownBy(() => marbles(test)) as Error).message;
}

const download = coroutine(function* download(ms: number, result: unknown = 'done') {
  yield* sleep(ms);
  return result;
});

/** Reports 50 after 5 ms, finishes after 8. */
function* halves(task: Task<unknown>): Generator<void, string, Resume> {
  yield* sleep(5);
  task.report(50);
  yield* sleep(3);
  return 'done';
}

/** Works for ever, cleans up for 2 ms. */
function* careful(): Generator<void, void, Resume> {
  try {
    yield* sleep(1e9);
  } finally {
    yield* sleep(2);
  }
}

describe('In TaskTestScheduler.run', () => {
  it('the lane of a task is its start, its reports and its end, on the clock of the marbles', () => {
    marbles(({ cold, expectTask, expectObservable }) => {
      expectTask(createTask(halves)).toBe('s----p--(r|)', { p: 50, r: 'done' });
      expectTask(createTask(download(6))).toBe('s-----(r|)', { r: 'done' });
      expectTask(createTask(cold('--a--b|'))).toBe('s-a--b(b|)');
      expectTask(createTask(cold('--a--#'))).toBe('s-a--#');
      expectTask(createTask(sleep(3))).toBe('s--|');
      expectTask(createTask(NEVER)).toBe('s');
      expectObservable(timer(6)).toBe('------(0|)', { 0: 0 });
    });
  });

  it('a request to cancel, the clean-up and the end are seen', () => {
    marbles(({ expectTask, time }) => {
      const task = createTask(careful);
      task.loop.callLater(time('---|'), () => void task.cancel());
      expectTask(task).toBe('s--!~x');
      const second = createTask(careful);
      second.loop.callLater(3, () => void second.cancel());
      second.loop.callLater(4, () => void second.cancel());
      expectTask(second).toBe('s--!(!x)');
      const before = createTask(careful);
      before.cancel();
      expectTask(before).toBe('(!x)');
    });
  });

  it('a request that is ignored stands until the end, and one that was taken back is over', () => {
    marbles(({ expectTask }) => {
      const stubborn = createTask(function* () {
        try {
          yield* sleep(100);
        } catch (error) {
          if (!isCancelled(error)) throw error;
        }
        yield* sleep(3);
        return 'done';
      });
      stubborn.loop.callLater(4, () => void stubborn.cancel());
      expectTask(stubborn).toBe('s---!~~(r|)', { r: 'done' });
      const timed = createTask(function* () {
        try {
          yield* withTimeout(4, function* () {
            yield* sleep(100);
          });
        } catch {
          yield* sleep(3);
        }
      });
      expectTask(timed).toBe('s---!--|');
    });
    expect(
      failure(({ expectTask }) => {
        const task = createTask(careful);
        task.loop.callLater(3, () => void task.cancel());
        expectTask(task).toBe('s--!-x');
      }),
    ).toContain(
      [
        '  expected  s--!-x',
        '  actual    s--!~x',
        '                ^',
        '  expected  at 4 ms it waits, and no request to cancel stands (-)',
        '  actual    at 4 ms it cleans up (~)',
      ].join('\n'),
    );
  });

  it('tasks of every make live on its clock: those of operators, groups, gather and pipelines', () => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions, expectTask }) => {
      const loop = getEventLoop();
      const source = hot('--a--b----|');
      expectObservable(source.pipe(mapTask((x) => download(3, x), { name: (x) => `download ${x}` }))).toBe(
        '-----a--b-|',
      );
      expectTask('download a').toBe('--s--(r|)', { r: 'a' });
      expectTask('download b').toBe('-----s--(r|)', { r: 'b' });
      expectSubscriptions(source.subscriptions).toBe('^---------!');
      expectTask(pipe(toTask<string>())(cold('-a|'))).toBe('sa(a|)');
      const both = createTask(gather([download(2, 1), download(4, 2)]));
      expectTask(both).toBe('s---(r|)', { r: [1, 2] });
      expect(both.loop).toBe(loop);
      expectTask(
        createTask(function* () {
          yield* withTaskGroup(function* (group) {
            group.createTask(download(5), { name: 'in a group' });
            yield;
          });
        }),
      ).toBe('s----|');
      expectTask('in a group').toBe('s----(r|)', { r: 'done' });
      expectObservable(cold('a-b|').pipe(switchMap((x) => download(4, x)))).toBe('------(b|)');
    });
  });

  it('tasks that are made later have lanes that begin later', () => {
    marbles(({ hot, expectTask }) => {
      hot('---a').subscribe(() => expectTask(createTask(download(2))).toBe('---s-(r|)', { r: 'done' }));
      expectTask(createTask(download(2), { eager: true })).toBe('s-(r|)', { r: 'done' });
    });
  });

  it('may be flushed in between', () => {
    marbles(({ flush, expectTask }) => {
      const task = createTask(download(5));
      expectTask(task).toBe('s----(r|)', { r: 'done' });
      flush();
      expect(task.result()).toBe('done');
      expect(getEventLoop().time()).toBe(5);
      expectTask(createTask(download(2))).toBe('-----s-(r|)', { r: 'done' });
    });
  });

  it('gives back what the callback returns, and leaves no loop behind', () => {
    const outside = getEventLoop();
    let inside;
    expect(
      marbles(() => {
        inside = getEventLoop();
        return createTask(download(5));
      }).result(),
    ).toBe('done');
    expect(inside).not.toBe(outside);
    expect(getEventLoop()).toBe(outside);
    expect(
      failure(() => {
        throw new Error('in the callback');
      }),
    ).toBe('in the callback');
    expect(getEventLoop()).toBe(outside);
    expect(marbles(() => allTasks().size)).toBe(0);
  });

  it('is a TestScheduler that can be used again, and takes its assertion function', () => {
    const compared: unknown[] = [];
    const scheduler = new TaskTestScheduler((actual, expected) => {
      compared.push(actual);
      deepStrictEqual(actual, expected);
    });
    expect(scheduler).toBeInstanceOf(TestScheduler);
    scheduler.run(({ expectObservable, expectTask }) => {
      expectObservable(of(1)).toBe('(a|)', { a: 1 });
      expectTask(createTask(of(1))).toBe('s+a+r+|', { a: 1, r: 1 });
    });
    expect(compared).toHaveLength(2);
    scheduler.run(({ expectTask }) => expectTask(createTask(of(1))).toBe('(sar|)', { a: 1, r: 1 }));
    expect(compared).toHaveLength(3);
    const wrong = () => scheduler.run(({ expectTask }) => expectTask(createTask(of(1))).toBe('(sar|)', { a: 1, r: 2 }));
    expect(wrong).toThrow('the lane of the task');
  });

  it('takes an assertion function that returns false', () => {
    const scheduler = new TaskTestScheduler((actual, expected) => JSON.stringify(actual) === JSON.stringify(expected));
    scheduler.run(({ expectTask }) => expectTask(createTask(sleep(2))).toBe('s-|'));
    expect(() => scheduler.run(({ expectTask }) => expectTask(createTask(sleep(2))).toBe('s-|'))).toThrow(
      /from 0 ms on/,
    );
  });

  it('is refused inside of a running loop', async () => {
    await run(function* () {
      yield;
      expect(() => marbles(() => {})).toThrow('run(callback): a loop is running this very code');
    });
  });
});

describe('A lane that is not as expected', () => {
  it('is drawn below the expected one, with the first difference, the values and the marks', () => {
    expect(
      failure(({ expectTask }) => {
        const task = createTask(halves, { name: 'download' });
        expectTask(task).toBe('s---p---(r|)', { p: 50, r: 'done' });
      }),
    ).toBe(
      [
        "the lane of the task 'download' is another one from 4 ms on",
        '',
        '  expected  s---p---(r|)',
        '  actual    s----p--(r|)',
        '                ^',
        '  expected  at 4 ms it reports 50 (p)',
        '  actual    at 5 ms it reports 50 (p)',
        '',
        '  where     p = 50, r = "done"',
        '  marks     - 1 ms of waiting; s start; a letter: a report; (r|) finished with r',
      ].join('\n'),
    );
  });

  it('shows another value by a letter of its own, and what the assertion function says of it', () => {
    const message = failure(({ expectTask }) => {
      expectTask(createTask(halves)).toBe('s----p--(r|)', { p: 60, r: 'done' });
    });
    expect(message).toContain('  expected  s----p--(r|)\n  actual    s----a--(r|)\n                 ^\n');
    expect(message).toContain('where     p = 60, r = "done", a = 50');
    expect(message).toMatch(/\n\nexpect\(.*received.*Expected: .*60.*\nReceived: .*50/s);
  });

  it('tells what a task waits for that has not ended', () => {
    const message = failure(({ cold, expectTask }) => expectTask(createTask(cold('-a'), { name: 'w' })).toBe('sa(a|)'));
    expect(message).toContain("actual    nothing more: it has not ended: <Task pending name='w' running an Observable");
    expect(message).toContain('a promise in it would settle too late: test promise-based work by runVirtual');
  });

  it('tells what comes where nothing was expected', () => {
    const message = failure(({ expectTask }) => expectTask(createTask(halves)).toBe('s'));
    expect(message).toContain(
      '  expected  s-----------\n  actual    s----a--(r|)\n                 ^\n  expected  nothing more\n',
    );
  });

  it('tells how it failed or was cancelled instead', () => {
    const failed = failure(({ expectTask }) => {
      const task = createTask(function* () {
        yield* sleep(2);
        throw new TypeError('boom');
      });
      expectTask(task).toBe('s-#', undefined, new RangeError('bang'));
    });
    expect(failed).toContain(
      '  expected  at 2 ms it fails with RangeError: bang (#)\n  actual    at 2 ms it fails with TypeError: boom (#)',
    );
    expect(failed).toContain('where     # = RangeError: bang, # = TypeError: boom');
    const cancelled = failure(({ expectTask }) => {
      const task = createTask(NEVER);
      task.loop.callSoon(() => void task.cancel());
      expectTask(task).toBe('s');
    });
    expect(cancelled).toContain('actual    at 0 ms it is asked to cancel (!)');
  });

  it('points to the line that expected it', () => {
    const error = thrownBy(() =>
      marbles(({ expectTask }) => expectTask(createTask(sleep(2))).toBe('s-----|')),
    ) as Error;
    const [first] = (error.stack ?? '').split('\n').filter((line) => line.trim().startsWith('at '));
    expect(first).toContain('task-test-scheduler.spec.ts');
    expect(String(error.stack)).toContain('is another one from');
  });

  it('never shows two different lanes alike: a report before an end without a result', () => {
    marbles(({ expectTask }) => {
      const task = createTask(function* (self: Task<unknown>) {
        yield* sleep(2);
        self.report('p');
      });
      expectTask(task).toBe('s-(pu|)', { p: 'p', u: undefined });
    });
  });
});

describe('TaskTestScheduler.run refuses', () => {
  it('a task that waits for a promise, and names runVirtual', () => {
    const tasks: (() => Task<unknown>)[] = [
      () => createTask(async () => 5, { name: 'w' }),
      () => createTask(resultOf(Promise.resolve(5)), { name: 'w' }),
      () => createTask(Promise.resolve(5), { name: 'w' }),
      () => createTask((async function* () {})(), { name: 'w' }),
      () => createTask(gather([sleep(1), createTask(Promise.resolve(5), { name: 'w' })])),
    ];
    for (const make of tasks) {
      const message = failure(({ expectTask }) => expectTask(make()).toBe('s----|'));
      expect(message).toContain("this task waits for a promise or an async function: <Task pending name='w' running");
      expect(message).toContain('by runVirtual(main) of rxtasks/testing');
      expect(failure(() => void make())).toBe(message.replace(/Task-\d+/, 'w'));
    }
  });

  it.each([
    ['and lets time pass', sleep(10)],
    ['and lets none pass', sleep(0)],
  ])('a task that works for ever %s', (_how, pause) => {
    const beat = coroutine(function* beat() {
      for (;;) yield* pause;
    });
    expect(failure(() => void createTask(beat(), { name: 'w' }))).toMatch(
      /the tasks have made 500000 steps, and there is no end; this one was the next: <Task pending name='w'/,
    );
    marbles(({ expectTask }) => {
      const task = createTask(sleep(10).pipe(repeat()));
      task.loop.callLater(100, () => void task.cancel());
      expectTask(task).toBe(`s${' 9ms u'.repeat(9)} 9ms (!x)`, { u: undefined });
    });
  });

  it('a callback that returns a promise', () => {
    const message = failure(async () => {});
    expect(message).toContain('its callback returned a promise. Marbles run in one go');
  });

  it('errors that reached nobody', () => {
    const fails = coroutine(function* fails() {
      yield* sleep(1);
      throw new Error('boom');
    });
    expect(failure(() => void createTask(fails(), { name: 'w' }))).toMatch(
      /^TaskTestScheduler\.run\(callback\): errors that reached nobody:\n {2}unretrieved: .*name='w'.*: Error: boom$/,
    );
    const thrower = failure(
      () =>
        void getEventLoop().callSoon(() => {
          throw new Error('in a callback');
        }),
    );
    expect(thrower).toMatch(/\n {2}callback: Exception in callback.*: Error: in a callback$/);
    marbles(({ expectTask, expectObservable }) => {
      expectTask(createTask(fails())).toBe('s#', undefined, new Error('boom'));
      expectObservable(createTask(fails())).toBe('-#', undefined, new Error('boom'));
    });
  });

  it('a lane for a task of another loop', () => {
    const task = new VirtualEventLoop().createTask(sleep(5), { name: 'elsewhere' });
    expect(failure(({ expectTask }) => expectTask(task).toBe('s'))).toMatch(
      /^expectTask\(task\): <Task pending name='elsewhere'.*> belongs to another loop, whose clock is another one; make it inside/,
    );
    const earlier = marbles(() => createTask(sleep(5)));
    expect(failure(({ expectTask }) => expectTask(earlier).toBe('s'))).toContain('belongs to another loop');
  });

  it('what is no task, and names that none or several have', () => {
    expect(failure(({ expectTask }) => expectTask(sleep(5) as never).toBe('s'))).toBe(
      'expectTask(task): expected a task, or the name of one, got sleep()',
    );
    expect(failure(({ expectTask }) => expectTask(getEventLoop().createFuture() as never).toBe('s'))).toContain(
      'expected a task, or the name of one, got <Future pending>',
    );
    const named = (name: string) =>
      failure(({ expectTask }) => {
        createTask(sleep(1), { name: 'a' });
        createTask(sleep(1), { name: 'b' });
        createTask(sleep(1), { name: 'b' });
        expectTask(name).toBe('s|');
      });
    expect(named('c')).toBe("expectTask('c'): no task has that name; there were: 'a', 'b', 'b'");
    expect(named('b')).toBe("expectTask('b'): 2 tasks have that name; there were: 'a', 'b', 'b'");
  });

  it('a diagram that is none, where it is written', () => {
    const error = thrownBy(() => marbles(({ expectTask }) => expectTask(createTask(sleep(1))).toBe('s?|')));
    expect(error).toBeInstanceOf(SyntaxError);
    expect((error as Error).message).toContain("expectTask(task).toBe(lane): unknown mark '?', at position 1");
  });

  it('to compare without a function that does, where there is no `expect`', () => {
    const { expect: given } = globalThis as { expect?: unknown };
    try {
      Reflect.deleteProperty(globalThis, 'expect');
      var error = thrownBy(() => new TaskTestScheduler()); // eslint-disable-line no-var
    } finally {
      (globalThis as { expect?: unknown }).expect = given;
    }
    expect(String(error)).toContain('there is no global `expect` here; give a function that compares');
  });
});
