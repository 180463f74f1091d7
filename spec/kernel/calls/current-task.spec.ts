import { defer, of } from 'rxjs';
import type { Task } from 'rxtasks';
import { allTasks, coroutine, createTask, currentTask, getEventLoop, getRunningLoop, run, sleep, wait } from 'rxtasks';
import { idleLoop, runVirtual } from '../../support/virtual.js';

describe('currentTask', () => {
  it('is none outside of the loop, and inside of a body the task of that body [test_current_task]', async () => {
    const { loop, runToEnd } = idleLoop();
    expect(currentTask(loop)).toBeNull();
    const seen: (Task<unknown> | null)[] = [];
    const task: Task<void> = loop.createTask(function* () {
      seen.push(currentTask(), currentTask(loop));
      yield;
      seen.push(currentTask(), currentTask(loop));
    });
    await runToEnd(task);
    expect(seen.length).toBe(4);
    expect(seen.every((each) => each === (task as Task<unknown>))).toBe(true);
    expect(currentTask(loop)).toBeNull();
    expect(currentTask()).toBeNull();
  });

  it('follows the switches between two tasks that wake each other [test_current_task_with_interleaving_tasks]', async () => {
    const { loop, runToEnd } = idleLoop();
    expect(currentTask(loop)).toBeNull();
    const future1 = loop.createFuture<boolean>();
    const future2 = loop.createFuture<boolean>();
    const seen: [string, string | undefined][] = [];
    const look = (who: string) => seen.push([who, currentTask()?.name]);
    const task1 = loop.createTask(
      function* () {
        look('one');
        yield* future1;
        look('one');
        future2.setResult(true);
      },
      { name: 'one' },
    );
    const task2 = loop.createTask(
      function* () {
        look('two');
        future1.setResult(true);
        yield* future2;
        look('two');
      },
      { name: 'two' },
    );
    await runToEnd(function* () {
      yield* wait([task1, task2]);
    });
    expect(seen).toEqual([
      ['one', 'one'],
      ['two', 'two'],
      ['one', 'one'],
      ['two', 'two'],
    ]);
    expect(currentTask(loop)).toBeNull();
  });

  it('of a loop that does not run is none, also while another loop runs [test_current_task_no_running_loop]', async () => {
    const { loop } = idleLoop();
    expect(currentTask(loop)).toBeNull();
    await runVirtual(function* (task) {
      yield;
      expect(currentTask(loop)).toBeNull();
      expect(currentTask(getRunningLoop())).toBe(task);
    });
  });

  it('is none where no loop runs, as there is always a default loop [test_current_task_no_running_loop_implicit]', () => {
    expect(() => getRunningLoop()).toThrow(/getRunningLoop\(\): no loop runs this code/);
    expect(currentTask()).toBeNull();
    expect(currentTask(getEventLoop())).toBeNull();
  });

  it('needs no loop inside of a task [test_current_task_with_implicit_loop]', async () => {
    const own = await runVirtual(function* (task) {
      yield;
      return currentTask() === task;
    });
    expect(own).toBe(true);
  });

  it('is the waiting task in a coroutine that it runs, and none in a callback of the loop', async () => {
    const seen = await runVirtual(function* (task) {
      const inner = coroutine(function* () {
        yield;
        return currentTask();
      });
      const same = (yield* inner()) === task;
      const inCallback: (Task<unknown> | null)[] = [];
      getRunningLoop().callSoon(() => inCallback.push(currentTask()));
      const child = createTask(sleep(1));
      child.addDoneCallback(() => inCallback.push(currentTask()));
      yield* child;
      yield;
      return { same, inCallback };
    });
    expect(seen).toEqual({ same: true, inCallback: [null, null] });
  });

  it('is the task whose Observable is being subscribed, and whose function is being called', async () => {
    await runVirtual(function* () {
      const names: (string | undefined)[] = [];
      const look = () => names.push(currentTask()?.name);
      yield* createTask(
        defer(() => of(look())),
        { name: 'pipeline' },
      );
      yield* createTask(
        () => {
          look();
          return of(1);
        },
        { name: 'function' },
      );
      expect(names).toEqual(['pipeline', 'function']);
    });
  });

  it('is known after every await of async functions that run at the same time', async () => {
    const names = await run(async () => {
      const seen: string[] = [];
      const work = async (name: string) => {
        for (let i = 0; i < 3; i++) {
          await sleep(1);
          seen.push(`${name} in ${currentTask()?.name}`);
          await Promise.resolve();
          seen.push(`${name} in ${currentTask()?.name}`);
        }
      };
      const tasks = ['a', 'b'].map((name) => createTask(() => work(name), { name }));
      for (const task of tasks) await task;
      return seen;
    });
    expect(names.length).toBe(12);
    expect(new Set(names)).toEqual(new Set(['a in a', 'b in b']));
  });
});

describe('allTasks', () => {
  it('holds the tasks of a loop that have not ended, in the order of their creation', async () => {
    await runVirtual(function* (main) {
      const loop = getRunningLoop();
      const names = () => [...allTasks()].map((task) => task.name);
      main.name = 'main';
      const a = createTask(sleep(20), { name: 'a' });
      const b = createTask(sleep(10), { name: 'b' });
      createTask(sleep(30), { name: 'c' });
      expect(names()).toEqual(['main', 'a', 'b', 'c']);
      yield* b;
      expect(names()).toEqual(['main', 'a', 'c']);
      a.cancel();
      expect(names()).toEqual(['main', 'a', 'c']);
      yield;
      yield;
      expect(names()).toEqual(['main', 'c']);
      expect(allTasks(loop).has(main)).toBe(true);
      expect(allTasks(idleLoop().loop).size).toBe(0);
    });
  });

  it('is a set of its own at each call', async () => {
    await runVirtual(function* () {
      yield;
      allTasks().clear();
      expect(allTasks().size).toBe(1);
    });
  });
});
