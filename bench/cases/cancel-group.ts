import { assertResult } from '../assert-result.js';
import { inRun, removal } from '../scaling.js';

export default removal(
  'A task group: its sleeping children cancelled and waited for',
  'child',
  inRun(
    ({ sleep, withTaskGroup }) =>
      function* (size) {
        let start = 0;
        const tasks = yield* withTaskGroup(function* (group) {
          const children = Array.from({ length: size }, () => group.createTask(sleep(60_000)));
          yield* sleep(0); // they all sleep
          start = performance.now();
          group.cancel();
          return children;
        });
        const time = performance.now() - start;
        assertResult(tasks.filter((task) => task.cancelled()).length, size);
        return time;
      },
  ),
);
