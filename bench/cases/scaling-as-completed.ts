import { assertResult } from '../assert-result.js';
import { inRun, scaling } from '../scaling.js';

function* immediate(): Generator<void, number> {
  return 1;
}

export default scaling(
  'asCompleted: tasks that end at once, created and taken one by one',
  inRun(
    ({ asCompleted, createTask }) =>
      function* (size) {
        let sum = 0;
        const start = performance.now();
        const tasks = Array.from({ length: size }, () => createTask(immediate));
        for (const next of asCompleted(tasks)) sum += yield* next;
        const time = performance.now() - start;
        assertResult(sum, size);
        return time;
      },
  ),
);
