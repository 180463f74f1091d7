import type * as Rxtasks from 'rxtasks';

describe('what is kept alive for speed', () => {
  it('takes no number from the tasks of the user, and is in no list of them', async () => {
    let fresh: typeof Rxtasks | undefined;
    await jest.isolateModulesAsync(async () => {
      fresh = await import('rxtasks');
    });
    const { allTasks, createTask, currentTask, gather, run, sleep } = fresh as typeof Rxtasks;
    await run(function* () {
      expect(currentTask()?.name).toBe('Task-1');
      yield* gather([sleep(1)]);
      expect(createTask(sleep(1)).name).toBe('Task-3');
      expect([...allTasks()].map((task) => task.name)).toEqual(['Task-1', 'Task-3']);
    });
  });
});
