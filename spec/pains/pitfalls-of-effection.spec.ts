import { concatMap, from } from 'rxjs';
import {
  FIRST_COMPLETED,
  type Resume,
  coroutine,
  createTask,
  run,
  sleep,
  wait,
  withTaskGroup,
  withTimeout,
  type Task,
} from 'rxtasks';
import { errorOf, runVirtual } from '../support/virtual.js';
import { workshop } from '../operators/work.js';

describe('thefrontside/effection #1153: halt() resolves before the clean-up of a resource has ended', () => {
  /** Whose clean-up waits for a gate. */
  function resource(gate: { open: boolean }, events: string[]) {
    return coroutine(function* () {
      try {
        yield* sleep(60_000);
      } finally {
        events.push('clean-up entered');
        while (!gate.open) yield* sleep(1);
        events.push('clean-up ended');
      }
    });
  }

  it('rxtasks: a cancel that falls into a clean-up that runs already is no end of it: the group waits', () =>
    runVirtual(function* () {
      const events: string[] = [];
      const gate = { open: false };
      const use = resource(gate, events);
      // The body returns, and its resource is torn down; then, meanwhile, somebody cancels.
      const task = createTask(
        withTaskGroup(function* (group) {
          group.createTask(use());
          yield* sleep(1);
          events.push('body returns');
          group.cancel();
        }),
      );
      yield* sleep(5);
      expect(events).toEqual(['body returns', 'clean-up entered']);
      task.cancel();
      const waiter = createTask(function* () {
        yield* wait([task]);
        events.push('waiter told');
      });
      yield* sleep(5);
      expect([task.done(), waiter.done()]).toEqual([false, false]);
      gate.open = true;
      yield* waiter;
      expect(events).toEqual(['body returns', 'clean-up entered', 'clean-up ended', 'waiter told']);
    }));

  it('rxtasks: `await using` of a task, and waiting for it, last until the innermost clean-up has ended', async () => {
    const { events, note, work } = workshop();
    await runVirtual(function* () {
      const inner = () => work('inner', 60_000, { cleanUp: 10 });
      const outer = createTask(from([1]).pipe(concatMap(inner)));
      yield* sleep(1);
      outer.cancel();
      yield* errorOf(outer);
      note('told');
    });
    expect(events).toEqual(['inner starts at 0', 'inner cancelled at 1', 'inner clean at 11', 'told at 11']);
  });

  it('rxtasks: clean-up goes from the inside to the outside', () =>
    runVirtual(function* () {
      const events: string[] = [];
      function* scope(name: string, body: () => Generator<void, void, Resume>): Generator<void, void, Resume> {
        try {
          yield* body();
        } finally {
          yield* sleep(1);
          events.push(name);
        }
      }
      const task = createTask(() =>
        scope('outer', () => scope('middle', () => scope('inner', () => sleep(1000)[Symbol.iterator]()))),
      );
      yield* sleep(1);
      task.cancel();
      yield* errorOf(task);
      expect(events).toEqual(['inner', 'middle', 'outer']);
    }));
});

describe("thefrontside/effection #1235: halt() rejects with the body's error if it lands during the clean-up", () => {
  const failsSlowly = (events: string[]) =>
    coroutine(function* () {
      try {
        throw new Error('body failed');
      } finally {
        events.push('cleaning');
        try {
          yield* sleep(10_000);
        } finally {
          events.push('clean');
        }
      }
    });

  it('rxtasks: cancel() answers true, throws nothing, and the cancellation is what the task ends with', () =>
    runVirtual(function* () {
      const events: string[] = [];
      const task = createTask(failsSlowly(events)());
      yield* sleep(5);
      expect(events).toEqual(['cleaning']);
      expect(task.cancel('enough')).toBe(true);
      expect(yield* errorOf(task)).toMatchObject({ name: 'CancelledError', message: 'enough' });
      expect(events).toEqual(['cleaning', 'clean']);
    }));

  it('rxtasks: disposing of it waits, and is silent: it asked for that itself', () =>
    run(async () => {
      const events: string[] = [];
      const task = createTask(failsSlowly(events)());
      await sleep(2);
      await expect(task[Symbol.asyncDispose]()).resolves.toBeUndefined();
      expect(events).toEqual(['cleaning', 'clean']);
    }));

  it("rxtasks: where the clean-up insists on ending, its task's own error is told to who reads the task, not to who cancels", () =>
    runVirtual(function* () {
      const task = createTask(function* (): Generator<void, never, Resume> {
        try {
          throw new Error('body failed');
        } finally {
          for (let left = 3; left > 0; left--) {
            try {
              yield* sleep(5);
            } catch {}
          }
        }
      });
      yield* sleep(1);
      expect(task.cancel()).toBe(true);
      expect(yield* errorOf(task)).toEqual(new Error('body failed'));
      expect(task.cancelled()).toBe(false);
    }));
});

describe('thefrontside/effection #1185: a halt gets lost in a scope with a race', () => {
  it.each(['task group', 'time-out'])('rxtasks: a cancel ends the loop, whatever round it is in: in a %s', (kind) =>
    runVirtual(function* () {
      const events: string[] = [];
      function* step(name: string) {
        try {
          yield* sleep(20);
        } finally {
          yield* sleep(3);
          events.push(`${name} clean`);
        }
      }
      function* round(n: number) {
        const tasks: Task<void>[] = [createTask(() => step(`${n} work`)), createTask(() => sleep(5000))];
        try {
          yield* wait(tasks, { returnWhen: FIRST_COMPLETED });
        } finally {
          for (const task of tasks) task.cancel();
          for (const task of tasks) {
            try {
              yield* task;
            } catch {}
          }
          events.push(`${n} torn down`);
        }
      }
      const main = createTask(function* () {
        for (const n of [1, 2, 3]) {
          events.push(`round ${n}`);
          if (kind === 'task group') yield* withTaskGroup(() => round(n));
          else yield* withTimeout(60_000, () => round(n));
        }
        events.push('all rounds');
      });
      yield* sleep(30);
      main.cancel('SIGINT');
      expect(yield* errorOf(main)).toMatchObject({ name: 'CancelledError', message: 'SIGINT' });
      expect(events).toEqual(['round 1', '1 work clean', '1 torn down', 'round 2', '2 work clean', '2 torn down']);
    }),
  );

  it('rxtasks: clean-up that waits in a `finally` of a helper does not let the caller go on', () =>
    runVirtual(function* () {
      const events: string[] = [];
      function* helper() {
        try {
          yield* sleep(1000);
        } finally {
          yield* sleep(1);
          events.push('clean');
        }
      }
      const task = createTask(function* () {
        yield* helper();
        events.push('leaked');
      });
      yield* sleep(1);
      task.cancel();
      yield* errorOf(task);
      expect(events).toEqual(['clean']);
    }));
});

describe('effection: errors dropped (PR #838), listeners left on the process', () => {
  it('rxtasks: an error of a task that runs beside main is told when run() ends', async () => {
    const told: string[] = [];
    await runVirtual(
      function* () {
        createTask(async () => {
          throw new Error('beside');
        });
        yield* sleep(1);
      },
      { onContext: ({ exception }) => told.push(String(exception)) },
    );
    expect(told).toEqual(['Error: beside']);
  });

  it('rxtasks: run() leaves as many listeners on the process as there were', async () => {
    const count = () =>
      ['SIGINT', 'SIGTERM', 'exit', 'unhandledRejection'].map((event) => process.listenerCount(event));
    await run(sleep(1));
    const before = count();
    await run(sleep(1));
    await run(async () => {
      throw new Error('x');
    }).catch(() => {});
    expect(count()).toEqual(before);
  });
});
