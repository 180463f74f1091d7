import { assertResult } from '../assert-result.js';
import { inRun, removal, shuffled } from '../scaling.js';

export default removal(
  'Waiters of a semaphore: cancelled in random order',
  'waiter',
  inRun(({ Semaphore, createTask, sleep, wait }) => {
    return function* (size) {
      const semaphore = new Semaphore(1);
      const guard = yield* semaphore.acquire();
      const tasks = Array.from({ length: size }, () => createTask(semaphore.acquire()));
      yield* sleep(0); // they all wait
      const order = shuffled(size);
      let left = 0;
      const start = performance.now();
      for (const n of order) tasks[n]!.cancel();
      yield* wait(tasks);
      const time = performance.now() - start;
      for (const task of tasks) if (task.cancelled()) left++;
      guard.release();
      assertResult(left, size);
      return time;
    };
  }),
);
