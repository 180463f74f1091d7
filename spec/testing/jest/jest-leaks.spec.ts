import { type Resume, type Task, createTask, getEventLoop, sleep } from 'rxtasks';
import { checkLeaks } from 'rxtasks/testing/jest';
import { thrownBy } from '../../support/virtual.js';
import { runScenarios } from './jest-scenarios.js';

describe('checkLeaks in a suite', () => {
  let failures: Map<string, string | null>;
  beforeAll(async () => {
    const found = await runScenarios('leaks.jest.config.mjs');
    failures = new Map([...found].map(([title, [first]]) => [title, first ?? null]));
  });

  it('fails a test that leaves a task running: its name, what it waits for, what it runs, where it was made', () => {
    const message = failures.get('leaves a sleeper');
    expect(message).toContain(
      '1 task was still running when the test ended: await it, cancel it, or run it in a task group',
    );
    expect(message).toMatch(
      /\n {2}'sleeper' {2}waits for the time \d+(\.\d)? ms, \d+(\.\d)? ms from now\n {13}running sleeping\(\), made at spec\/testing\/jest\/leaks\.scenarios\.ts:\d+:\d+/,
    );
    expect(message).not.toContain('background');
  });

  it('lists all of them, also under fake timers', () => {
    const message = failures.get('leaves two under fake timers');
    expect(message).toContain('2 tasks were still running when the test ended: await them');
    expect(message).toMatch(/'first' {3}waits for .*promise/);
    expect(message).toMatch(/'second' {2}waits for task 'first'\n {12}running second\(\), made at spec/);
  });

  it('blames no other test for them, and none whose tasks end at once or by its hooks', () => {
    expect([...failures.keys()]).toHaveLength(6);
    for (const title of [
      'leaves nothing',
      'leaves nothing, and the sleeper of the test before was cancelled',
      'leaves nothing, beside the sleeper',
      'leaves nothing that the hook does not end',
    ]) {
      expect([title, failures.get(title)]).toEqual([title, null]);
    }
  });
});

describe('checkLeaks', () => {
  it('works with hooks that are given, and beside another observer of the loop', async () => {
    const loop = getEventLoop();
    const made: string[] = [];
    loop.observer = { created: (task) => void made.push(task.name) };
    const hooks: Record<string, () => unknown> = {};
    const task: Task<unknown>[] = [];
    try {
      checkLeaks({
        beforeEach: (hook) => (hooks['before'] = hook),
        afterEach: (hook) => (hooks['after'] = hook),
      });
      hooks['before']?.();
      task.push(createTask(sleep(60_000), { name: 'left' }));
      await expect(hooks['after']?.()).rejects.toThrow(/'left' +waits for/);
      await hooks['after']?.();
    } finally {
      loop.observer = undefined;
      for (const each of task) each.cancel();
    }
    expect(made).toEqual(['left']);
  });

  it('cancels what it names, once, and leaves those alone that were there before', async () => {
    const hooks: Record<string, () => unknown> = {};
    checkLeaks({
      beforeEach: (hook) => (hooks['before'] = hook),
      afterEach: (hook) => (hooks['after'] = hook),
    });
    const requests: string[] = [];
    function* body(): Generator<void, string, Resume> {
      for (;;) {
        try {
          yield* sleep(60_000);
        } catch (error) {
          requests.push((error as Error).message);
          if (requests.length === 2) return 'given up';
        }
      }
    }
    const earlier = createTask(sleep(60_000), { name: 'earlier' });
    hooks['before']?.();
    const refusing = createTask(body, { name: 'refusing' });
    const waiting = createTask(refusing, { name: 'waiting' });
    try {
      await expect(hooks['after']?.()).rejects.toThrow(
        /'refusing' +waits for the time[^]*'waiting' +waits for task 'refusing'/,
      );
      expect(waiting.cancelled()).toBe(false); // it waits for one that has not given up
      expect(requests).toEqual(['it was still running when its test ended']);
      hooks['before']?.();
      await hooks['after']?.();
      expect([requests.length, earlier.cancelling()]).toEqual([1, 0]);
    } finally {
      for (const task of [refusing, earlier]) task.cancel();
      expect(await refusing).toBe('given up');
    }
  });

  it('says where it is to be called if there are no hooks', () => {
    const { afterEach: given } = globalThis;
    try {
      Reflect.deleteProperty(globalThis, 'afterEach');
      expect(String(thrownBy(() => checkLeaks()))).toContain('call it in a file of Jest');
    } finally {
      globalThis.afterEach = given;
    }
  });
});
