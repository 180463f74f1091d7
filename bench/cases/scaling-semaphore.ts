import { assertResult } from '../assert-result.js';
import { inRun, scaling } from '../scaling.js';

export default scaling(
  'Semaphore: tasks that all wait for the one permit, and pass it on',
  inRun(({ Semaphore, coroutine, createTask, gather }) => {
    let passed = 0;
    const holder = coroutine(function* (semaphore: InstanceType<typeof Semaphore>) {
      const guard = yield* semaphore.acquire();
      yield; // the others queue up
      passed++;
      guard.release();
    });
    return function* (size) {
      passed = 0;
      const semaphore = new Semaphore(1);
      const start = performance.now();
      yield* gather(Array.from({ length: size }, () => createTask(holder(semaphore))));
      const time = performance.now() - start;
      assertResult(passed, size);
      return time;
    };
  }),
);
