import { AsyncLocalStorage } from 'node:async_hooks';
import type { Observable } from 'rxjs';
import { defer, from, of, switchMap, timer } from 'rxjs';
import {
  type Task,
  createTask,
  currentTask,
  gather,
  getEventLoop,
  getRunningLoop,
  run,
  sleep,
  wait,
  withTimeout,
} from 'rxtasks';
import { inChildProcess } from '../../support/child-process.js';

const here = () => currentTask()?.name ?? null;
const macrotask = () => new Promise<void>((resolve) => setTimeout(resolve, 1));

describe('ambient context', () => {
  it('is switched on by nothing but an async function that runs as a task', async () => {
    const { stdout } = await inChildProcess(`
      const { ambientActive } = await import(${JSON.stringify(require.resolve('../../../lib/kernel/now/ambient.ts'))});
      const { run, createTask, sleep, coroutine, currentTask, withTimeout, resultOf, gather } = rxtasks;
      await run(function* () {
        yield* sleep(1);
        yield* createTask(() => sleep(1));
        yield* createTask(() => createTask(sleep(1)));
        yield* createTask(() => rx.timer(1));
        yield* createTask(rx.defer(async () => 1));
        yield* withTimeout(10, () => rx.of(1));
        yield* resultOf(Promise.resolve(1));
        yield* gather([sleep(1)]);
        console.log(ambientActive());
      });
      await run(async () => { await null; console.log(ambientActive(), currentTask()); }, { asyncContext: false });
      await run(async () => { await null; console.log(ambientActive(), currentTask() !== null); });
    `);
    expect(stdout.split('\n')).toEqual(['false', 'false null', 'true true']);
  });

  it('stays on though a function around it turns out to need none', async () => {
    const { stdout } = await inChildProcess(`
      const { run, createTask, currentTask } = rxtasks;
      await run(function* () {
        let inner;
        const outer = createTask(() => {
          inner = createTask(async () => { await null; return currentTask()?.name; }, { name: 'inner', eager: true });
          return rx.of('outer');
        });
        console.log(yield* outer, yield* inner);
      });
    `);
    expect(stdout).toBe('outer inner');
  });
});

describe('currentTask() in an async function', () => {
  it('is its task after any number of awaits, library or native, among others that run at the same time', () =>
    run(async () => {
      const work = async (task: Task<unknown>) => {
        const seen = [here()];
        const look = async () => {
          await macrotask();
          seen.push(here());
        };
        await sleep(1);
        seen.push(here());
        await null;
        seen.push(here());
        await look();
        await Promise.all([look(), look()]);
        await withTimeout(10_000, async () => {
          await sleep(1);
          await look();
        });
        await new Promise<void>((resolve) => {
          setTimeout(() => {
            seen.push(here());
            resolve();
          }, 0);
        });
        return seen.every((name) => name === task.name) && seen.length === 8;
      };
      const tasks = ['a', 'b', 'c'].map((name) => createTask(work, { name }));
      expect(await gather(tasks)).toEqual([true, true, true]);
    }));

  it('is the parent again after the creation of a task, and in the parent afterwards', () =>
    run(async (main) => {
      const name = main.name;
      const child = createTask(async () => here(), { name: 'child' });
      const eager = createTask(async () => here(), { name: 'eager', eager: true });
      expect(here()).toBe(name);
      await child;
      expect(here()).toBe(name);
      expect([child.result(), await eager]).toEqual(['child', 'eager']);
    }));

  it('is that of the coroutine that it awaits meanwhile, which is itself', () =>
    run(async (main) => {
      let inside: string | null = '';
      await withTimeout(100, function* () {
        yield* sleep(1);
        inside = here();
      });
      expect(inside).toBe(main.name);
    }));

  it('tells the loop too', () =>
    run(async (main) => {
      await macrotask();
      expect(getRunningLoop()).toBe(main.loop);
      expect(getEventLoop()).toBe(main.loop);
      expect(createTask(sleep(0)).loop).toBe(main.loop);
    }));

  it('keeps two runs apart that are active at the same time', async () => {
    await run(async () => {
      await null;
    });
    const one = run(async (main) => {
      await macrotask();
      return currentTask() === main && createTask(sleep(0)).loop === main.loop;
    });
    const two = run(async (main) => {
      await macrotask();
      return currentTask() === main && createTask(sleep(0)).loop === main.loop;
    });
    expect(await Promise.all([one, two])).toEqual([true, true]);
  });

  it('is nobody outside', async () => {
    await run(async () => {
      await null;
    });
    expect(currentTask()).toBeNull();
    await macrotask();
    expect(currentTask()).toBeNull();
  });
});

describe('callbacks never inherit the context of whoever woke the loop', () => {
  /** Wakes the loop from the inside of an async-function task. */
  const wake = (fn: () => void) =>
    createTask(
      async () => {
        await null;
        fn();
        await macrotask();
      },
      { name: 'waker' },
    );

  it.each<[string, (call: () => Promise<void>) => unknown]>([
    ['a handle', (call) => wake(() => getRunningLoop().callSoon(call))],
    ['a timer', (call) => wake(() => getRunningLoop().callLater(1, call))],
    [
      'a done callback',
      (call) => {
        const future = getRunningLoop().createFuture<void>();
        future.addDoneCallback(call);
        wake(() => future.setResult());
      },
    ],
    [
      'a watcher',
      (call) => {
        const future = getRunningLoop().createFuture<void>();
        future.subscribe(() => void call());
        wake(() => future.setResult());
      },
    ],
  ])('%s, neither at once nor after an await', (_, arrange) =>
    run(async () => {
      const seen: unknown[] = [];
      arrange(async () => {
        seen.push(here());
        await null;
        await macrotask();
        seen.push(here());
      });
      while (seen.length < 2) await macrotask();
      expect(seen).toEqual([null, null]);
    }),
  );
});

describe('an AsyncLocalStorage of the user', () => {
  const storage = new AsyncLocalStorage<string>();
  const store = () => storage.getStore();

  it.each<[string, () => unknown]>([
    [
      'a coroutine',
      () =>
        function* () {
          const seen = [store()];
          yield* sleep(1);
          seen.push(store());
          yield;
          seen.push(store());
          return seen;
        },
    ],
    [
      'an async function',
      () => async () => {
        const seen = [store()];
        await sleep(1);
        seen.push(store());
        await macrotask();
        seen.push(store());
        return seen;
      },
    ],
    [
      'an Observable',
      () =>
        defer(() => {
          const seen = [store()];
          return timer(1).pipe(
            switchMap(() => {
              seen.push(store());
              return defer(() => from(Promise.resolve())).pipe(
                switchMap(() => {
                  seen.push(store());
                  return of(seen);
                }),
              );
            }),
          );
        }),
    ],
    [
      'an async iterable',
      () =>
        (async function* () {
          const seen = [store()];
          await macrotask();
          seen.push(store());
          yield 0;
          seen.push(store());
          yield seen;
        })(),
    ],
  ])('holds inside of a task over %s, where the task was created', (_, source) =>
    run(function* () {
      const [a, b] = ['a', 'b'].map((value) =>
        storage.run(value, () => createTask(source() as Observable<string[]>)),
      ) as [Task<string[]>, Task<string[]>];
      const none = createTask(source() as Observable<string[]>);
      expect([yield* a, yield* b, yield* none]).toEqual([
        ['a', 'a', 'a'],
        ['b', 'b', 'b'],
        [undefined, undefined, undefined],
      ]);
    }),
  );

  it('holds in what a coroutine awaits inline, and in the clean-up of a cancelled task', () =>
    run(function* () {
      let seen: unknown;
      const task = storage.run('a', () =>
        createTask(function* () {
          try {
            yield* sleep(1000);
          } finally {
            yield* sleep(1);
            seen = store();
          }
        }),
      );
      yield* sleep(1);
      storage.run('canceller', () => task.cancel());
      yield* wait([task]);
      expect(seen).toBe('a');
    }));

  it('may be entered inside of a task without reaching others', () =>
    run(async () => {
      const work = async (value: string) =>
        storage.run(value, async () => {
          await sleep(1);
          await macrotask();
          return store();
        });
      expect(await Promise.all([work('a'), work('b')])).toEqual(['a', 'b']);
      expect(store()).toBeUndefined();
    }));

  it('does not leak from one who wakes the loop into callbacks of others', () =>
    run(function* () {
      const loop = getRunningLoop();
      let seen: unknown = 'not called';
      const future = loop.createFuture<void>();
      future.addDoneCallback(() => {
        seen = store();
      });
      yield* sleep(1);
      setTimeout(() => storage.run('request', () => future.setResult()), 1);
      yield* future;
      expect(seen).toBeUndefined();
    }));

  it('is left alone with asyncContext: false', async () => {
    const seen = await run(
      function* () {
        const task = storage.run('a', () =>
          createTask(function* () {
            yield* sleep(1);
            return store();
          }),
        );
        return yield* task;
      },
      { asyncContext: false },
    );
    expect(seen).toBeUndefined();
  });
});
