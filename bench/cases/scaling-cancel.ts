import type { Resume } from 'rxtasks';
import { assertResult } from '../assert-result.js';
import { inRun, scaling } from '../scaling.js';

export default scaling(
  'Cancel: sleeping tasks, each with clean-up, cancelled and waited for',
  inRun(({ createTask, sleep, wait }) => {
    let cleaned = 0;
    function* sleeper(): Generator<void, void, Resume> {
      try {
        yield* sleep(60_000);
      } finally {
        cleaned++;
      }
    }
    return function* (size) {
      cleaned = 0;
      const tasks = Array.from({ length: size }, () => createTask(sleeper));
      yield* sleep(0); // they all sleep
      const start = performance.now();
      for (const task of tasks) task.cancel();
      yield* wait(tasks);
      const time = performance.now() - start;
      assertResult(cleaned, size);
      return time;
    };
  }),
);
