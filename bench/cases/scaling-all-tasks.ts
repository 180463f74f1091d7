import type { Resume } from 'rxtasks';
import { assertResult } from '../assert-result.js';
import { outsideRun, scaling } from '../scaling.js';

export default scaling('allTasks: listing the tasks that run', {
  async prepare(size) {
    const { allTasks, createTask, getEventLoop } = await import('rxtasks');
    const never = getEventLoop().createFuture<void>();
    function* waiting(): Generator<void, void, Resume> {
      yield* never;
    }
    for (let n = 0; n < size; n++) createTask(waiting);
    await new Promise((resolve) => setTimeout(resolve)); // they all wait
    return outsideRun(() => {
      const start = performance.now();
      const tasks = allTasks();
      const time = performance.now() - start;
      assertResult(tasks.size, size);
      return time;
    }).prepare(size);
  },
});
