import { of, timer } from 'rxjs';
import {
  Coroutine,
  ExceptionGroup,
  type Task,
  TaskGroup,
  createTask,
  currentTask,
  getRunningLoop,
  run,
  sleep,
  withTaskGroup,
} from 'rxtasks';
import { errorOf, runVirtual } from '../support/virtual.js';

describe('withTaskGroup', () => {
  it('calls the body with a group, and gives what it returned when all children have ended', () =>
    runVirtual(function* () {
      let child!: Task<string>;
      const value = yield* withTaskGroup(function* (group) {
        expect(group).toBeInstanceOf(TaskGroup);
        child = group.createTask(sleep(50, 'of the child'));
        yield* sleep(10);
        return 'of the body';
      });
      expect(value).toBe('of the body');
      expect(getRunningLoop().time()).toBe(50);
      expect(child.result()).toBe('of the child');
    }));

  it('runs a generator body inside of the waiting task, without a turn of the loop', () =>
    runVirtual(function* () {
      const task = currentTask();
      let turned = false;
      getRunningLoop().callSoon(() => (turned = true));
      const inside = yield* withTaskGroup(function* () {
        return currentTask();
      });
      expect(inside).toBe(task);
      expect(turned).toBe(false);
      yield;
      expect(turned).toBe(true);
    }));

  it('is cold, and makes a new group for every run', () =>
    runVirtual(function* () {
      const groups: TaskGroup[] = [];
      const recipe = withTaskGroup(function* (group) {
        groups.push(group);
        yield;
        return groups.length;
      });
      expect(Coroutine.is(recipe)).toBe(true);
      yield;
      expect(groups).toHaveLength(0);
      expect(yield* recipe).toBe(1);
      expect(yield* recipe).toBe(2);
      expect(yield* createTask(recipe)).toBe(3);
      expect(new Set(groups).size).toBe(3);
    }));

  it('takes an async function as body, and is awaited by one', async () => {
    const seen: unknown[] = [];
    const value = await run(async () => {
      const sum = await withTaskGroup(async (group) => {
        const [a, b] = [group.createTask(sleep(3, 1)), group.createTask(async () => await sleep(1, 2))];
        seen.push(await b);
        return [a, b];
      });
      return sum.map((task) => task.result());
    });
    expect(seen).toEqual([2]);
    expect(value).toEqual([1, 2]);
  });

  it('interrupts an async body when a child fails', async () => {
    const seen: unknown[] = [];
    const failing = run(() =>
      withTaskGroup(async (group) => {
        group.createTask(async () => {
          await sleep(1);
          throw new Error('boom');
        });
        try {
          await sleep(10_000);
        } catch (error) {
          seen.push((error as Error).name);
          throw error;
        }
      }),
    );
    const error = (await failing.catch((e: unknown) => e)) as ExceptionGroup;
    expect(error).toBeInstanceOf(ExceptionGroup);
    expect(error.errors).toEqual([new Error('boom')]);
    expect(seen).toEqual(['CancelledError']);
  });

  it('takes a function that returns an Observable as body', () =>
    runVirtual(function* () {
      const value = yield* withTaskGroup((group) => {
        group.createTask(sleep(20));
        return of(1, 2, 3);
      });
      expect(value).toBe(3);
      expect(getRunningLoop().time()).toBe(20);
      const loop = getRunningLoop();
      const error = yield* errorOf(
        withTaskGroup((group) => {
          group.createTask(function* () {
            yield* sleep(10);
            throw new Error('boom');
          });
          return timer(10_000, loop.scheduler);
        }),
      );
      expect((error as ExceptionGroup).errors).toEqual([new Error('boom')]);
      expect(loop.time()).toBe(30);
    }));

  it('refuses at the call what is no body', () => {
    for (const [body, text] of [
      [5, '5 (number)'],
      [undefined, 'undefined'],
      [of(1), '<Observable>'],
    ] as const) {
      expect(() => withTaskGroup(body as never)).toThrow(
        new TypeError(
          'withTaskGroup(body): expected body to be a generator function, an async function or a function that returns an ' +
            `Observable, got ${text}`,
        ),
      );
    }
  });
});
