import { type Task, createTask, currentTask, run, sleep } from 'rxtasks';
import { describeRules } from './async-call-rules.js';
import { frameByFrame, gate, settled } from '../tasks/frame-by-frame.js';

describe('with ambient context, by a bare await', () => {
  describeRules({}, (_owner, source) => Promise.resolve(source as PromiseLike<never>));

  it('a cancel reaches what plain async helpers await, however deep they are nested', () =>
    frameByFrame(async () => {
      const log: string[] = [];
      const inner = async () => {
        try {
          await sleep(Infinity);
        } finally {
          await sleep(5);
          log.push('inner');
        }
      };
      const outer = async () => {
        await null;
        try {
          await inner();
        } finally {
          log.push('outer');
        }
      };
      const task = createTask(async () => {
        await outer();
      });
      await sleep(1);
      task.cancel();
      await task.catch(() => {});
      expect(task.cancelled()).toBe(true);
      expect(log).toEqual(['inner', 'outer']);
    }));

  it('a cancel reaches what is waited for by then, catch and finally', () =>
    frameByFrame(async () => {
      const others = [1, 2, 3].map(() => createTask(sleep(Infinity)));
      const [a, b, c] = others as [Task<void>, Task<void>, Task<void>];
      const task = createTask(async () => {
        await Promise.all([a.then(), b.catch(() => {}), c.finally()]);
      });
      await sleep(1);
      task.cancel();
      await task.catch(() => {});
      expect(others.map((other) => other.cancelled())).toEqual([true, true, true]);
    }));

  it('a coroutine that code of no task awaits runs as a task of its own', async () => {
    const waiting = sleep(2, 'alone').then((value) => value);
    expect(await waiting).toBe('alone');
  });

  it('a cancel of one task does not reach what another one awaits', () =>
    frameByFrame(async () => {
      const two = ['a', 'b'].map((name) =>
        createTask(async () => {
          await null;
          await sleep(50);
          return name;
        }),
      );
      const [a, b] = two as [Task<string>, Task<string>];
      await sleep(1);
      a.cancel();
      expect(await b).toBe('b');
      expect(a.cancelled()).toBe(true);
    }));

  it('a request is armed while the function is in a native await, and thrown at its next library await', () =>
    frameByFrame(async () => {
      const { promise, open } = gate();
      const helper = async () => {
        await promise;
        await sleep(0);
        throw new Error('not reached');
      };
      const task = createTask(helper);
      await sleep(1);
      task.cancel('armed');
      open();
      await expect(task.then()).rejects.toMatchObject({ name: 'CancelledError', message: 'armed' });
    }));

  it('the task of a function that has ended is still the current one of what it left behind', () =>
    frameByFrame(async () => {
      let left: Promise<boolean> | undefined;
      const task = createTask(async () => {
        left = settled().then(() => currentTask() === task);
      });
      await task;
      expect(await left).toBe(true);
    }));

  it('a wait that is left behind in a loop that is closed is refused instead of hanging', async () => {
    let left: Promise<unknown> | undefined;
    await run(async () => {
      left = (async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        await sleep(1);
      })().catch((error: unknown) => error);
    });
    expect(await left).toMatchObject({ name: 'RuntimeError', message: /closed/ });
  });
});
