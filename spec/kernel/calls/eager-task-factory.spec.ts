import {
  CancelledError,
  ContextVar,
  type Coroutine,
  type Resume,
  Task,
  type TaskFactory,
  allTasks,
  coroutine,
  createTask,
  currentTask,
  eagerTaskFactory,
  gather,
  getRunningLoop,
  sleep,
  withTaskGroup,
} from 'rxtasks';
import { errorOf, idleLoop } from '../../support/virtual.js';

/** Runs `main` on a loop that starts tasks eagerly; main itself is made while the loop does not run yet. */
function eagerly<T>(main: () => Generator<void, T, Resume>): Promise<T> {
  const { loop, runToEnd } = idleLoop();
  loop.setTaskFactory(eagerTaskFactory);
  return runToEnd(main);
}

describe('eagerTaskFactory', () => {
  it('makes ordinary tasks [EagerTaskFactoryLoopTests.test_eager_task_factory_set]', () =>
    eagerly(function* () {
      const task = getRunningLoop().createTask(sleep(1, 'value'), { name: 'a' });
      expect(task.constructor).toBe(Task);
      expect(task.name).toBe('a');
      expect(yield* task).toBe('value');
    }));

  it('runs the first step inside of createTask(), which may complete what the creator waits for [EagerTaskFactoryLoopTests.test_await_future_during_eager_step]', async () => {
    const message = await eagerly(function* () {
      const future = getRunningLoop().createFuture<string>();
      const task = createTask(function* () {
        future.setResult('my message');
      });
      expect(task.done()).toBe(true);
      expect(future.done()).toBe(true);
      return yield* future;
    });
    expect(message).toBe('my message');
  });

  it('has the result of a body that never waits at once [EagerTaskFactoryLoopTests.test_eager_completion]', async () => {
    const value = await eagerly(function* () {
      const task = createTask(function* () {
        return 'hello';
      });
      expect(task.result()).toBe('hello');
      return yield* task;
    });
    expect(value).toBe('hello');
  });

  it('goes on as a scheduled task when the body waits [EagerTaskFactoryLoopTests.test_block_after_eager_step]', async () => {
    const value = await eagerly(function* () {
      const steps: string[] = [];
      const task = createTask(function* () {
        steps.push('first');
        yield* sleep(100);
        steps.push('second');
        return 'finished after waiting';
      });
      expect(steps).toEqual(['first']);
      expect(task.done()).toBe(false);
      const result = yield* task;
      expect(task.done()).toBe(true);
      expect(steps).toEqual(['first', 'second']);
      return result;
    });
    expect(value).toBe('finished after waiting');
  });

  it('cancel() of a task that has ended in its eager step has no effect [EagerTaskFactoryLoopTests.test_cancellation_after_eager_completion]', () =>
    eagerly(function* () {
      const task = createTask(function* () {
        return 'finished without waiting';
      });
      expect(task.cancel()).toBe(false);
      expect(yield* task).toBe('finished without waiting');
      expect(task.cancelled()).toBe(false);
      expect(task.cancelling()).toBe(0);
    }));

  it('cancel() of one that waits arrives with its message [EagerTaskFactoryLoopTests.test_cancellation_after_eager_step_blocks]', () =>
    eagerly(function* () {
      const seen: unknown[] = [];
      const task = createTask(function* () {
        try {
          yield* sleep(100);
        } catch (error) {
          seen.push((error as Error).message);
          throw error;
        }
      });
      expect(task.cancel('cancellation message')).toBe(true);
      expect(task.cancelling()).toBe(1);
      const error = yield* errorOf(task);
      expect(error).toBeInstanceOf(CancelledError);
      expect((error as Error).message).toBe('cancellation message');
      expect(seen).toEqual(['cancellation message']);
      expect(getRunningLoop().time()).toBe(0);
    }));

  it('is the current task during its eager step; the creator is again afterwards [EagerTaskFactoryLoopTests.test_current_task]', () =>
    eagerly(function* () {
      const creator = currentTask();
      const seen: unknown[] = [];
      const task = createTask(function* () {
        seen.push(currentTask());
        yield* sleep(100);
        seen.push(currentTask());
      });
      expect(seen.length).toBe(1);
      expect(seen[0]).toBe(task);
      expect(currentTask()).toBe(creator);
      expect(creator).not.toBe(null);
      yield* task;
      expect(seen[1]).toBe(task);
      const failed = createTask(function* () {
        throw new Error('boom');
      });
      expect(currentTask()).toBe(creator);
      expect(failed.exception()).toEqual(new Error('boom'));
    }));

  it('is among all tasks during its eager step, and not any more if it has ended in it [EagerTaskFactoryLoopTests.test_all_tasks_with_eager_completion]', () =>
    eagerly(function* () {
      let during: Set<Task<unknown>> | undefined;
      const task = createTask(function* () {
        during = allTasks();
      });
      expect(during?.has(task)).toBe(true);
      expect(allTasks().has(task)).toBe(false);
      expect(allTasks().size).toBe(1);
      expect([...allTasks()][0]).toBe(currentTask());
      yield;
    }));

  it('stays among all tasks while it waits, until it has ended [EagerTaskFactoryLoopTests.test_all_tasks_with_blocking]', () =>
    eagerly(function* () {
      const [first, second] = [getRunningLoop().createFuture<void>(), getRunningLoop().createFuture<void>()];
      let during: Set<Task<unknown>> | undefined;
      const task = createTask(function* () {
        during = allTasks();
        yield* first;
        second.setResult();
      });
      expect(during?.has(task)).toBe(true);
      expect(allTasks().has(task)).toBe(true);
      first.setResult();
      yield* second;
      expect(allTasks().has(task)).toBe(false);
    }));

  it('runs its eager step in its own copy of the context [EagerTaskFactoryLoopTests.test_context_vars]', () =>
    eagerly(function* () {
      const variable = new ContextVar('variable', { defaultValue: 0 });
      const seen: number[] = [];
      variable.set(1);
      const task = createTask(function* () {
        seen.push(variable.get());
        variable.set(2);
        seen.push(variable.get());
        yield* sleep(100);
        seen.push(variable.get());
        variable.set(3);
        seen.push(variable.get());
      });
      expect(seen).toEqual([1, 2]);
      expect(variable.get()).toBe(1);
      yield* task;
      expect(seen).toEqual([1, 2, 2, 3]);
      expect(variable.get()).toBe(1);
    }));

  it('leaves it to { eager } where that is said, and starts nothing at once where the loop does not run', () => {
    const { loop } = idleLoop();
    loop.setTaskFactory(eagerTaskFactory);
    let calls = 0;
    const count = function* () {
      calls++;
    };
    expect(loop.createTask(count).done()).toBe(false);
    expect(calls).toBe(0);
    expect(loop.createTask(count, { eager: true }).done()).toBe(true);
    expect(calls).toBe(1);
    return eagerly(function* () {
      expect(createTask(sleep(0), { eager: false }).done()).toBe(false);
      yield;
    });
  });
});

describe('eagerTaskFactory: how much it schedules', () => {
  /** How many tasks a run makes, and how many of them did not end at once. */
  async function tasksOf(recipe: Coroutine<unknown>, factory: TaskFactory) {
    const { loop, runToEnd } = idleLoop();
    const counts = { made: 0, scheduled: 0 };
    loop.setTaskFactory((...args) => {
      const task = factory(...args);
      counts.made++;
      if (!task.done()) counts.scheduled++;
      return task;
    });
    const result = await runToEnd(recipe);
    return { ...counts, result };
  }
  const lazily: TaskFactory = (...args) => new Task(...args);
  const all = 1 + 5 + 5 ** 2 + 5 ** 3 + 5 ** 4;

  const chain: (depth: number) => Coroutine<number> = coroutine(function* (depth: number) {
    return depth === 0 ? 0 : 1 + (yield* chain(depth - 1));
  });

  const groups: (width: number, depth: number) => Coroutine<void> = coroutine(function* (width: number, depth: number) {
    if (depth === 0) return;
    yield* withTaskGroup(function* (group) {
      for (let i = 0; i < width; i++) group.createTask(groups(width, depth - 1));
    });
  });

  const gathers: (width: number, depth: number) => Coroutine<void> = coroutine(function* (
    width: number,
    depth: number,
  ) {
    if (depth === 0) return;
    yield* gather(Array.from({ length: width }, () => gathers(width, depth - 1)));
  });

  it('coroutines that await each other directly make no tasks, however they are nested [BaseTaskCountingTests.test_awaitables_chain]', async () => {
    for (const factory of [lazily, eagerTaskFactory]) {
      expect(await tasksOf(chain(100), factory)).toEqual({ made: 1, scheduled: 1, result: 100 });
    }
  });

  it('eager children of task groups that end at once are never scheduled [BaseTaskCountingTests.test_recursive_taskgroups]', async () => {
    expect(await tasksOf(groups(5, 4), lazily)).toMatchObject({ made: all, scheduled: all });
    expect(await tasksOf(groups(5, 4), eagerTaskFactory)).toMatchObject({ made: all, scheduled: 1 });
  });

  it('nor are those of gather() [BaseTaskCountingTests.test_recursive_gather]', async () => {
    expect(await tasksOf(gathers(5, 4), lazily)).toMatchObject({ made: all, scheduled: all });
    expect(await tasksOf(gathers(5, 4), eagerTaskFactory)).toMatchObject({ made: all, scheduled: 1 });
  });
});
