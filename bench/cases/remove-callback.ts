import { assertResult } from '../assert-result.js';
import { inRun, removal, shuffled } from '../scaling.js';

export default removal(
  'Done callbacks of one future: removed in random order',
  'callback',
  inRun(
    ({ getRunningLoop }) =>
      function* (size) {
        const future = getRunningLoop().createFuture<void>();
        const callbacks = Array.from({ length: size }, (_, n) => () => n);
        for (const callback of callbacks) future.addDoneCallback(callback);
        const order = shuffled(size);
        let removed = 0;
        const start = performance.now();
        for (const n of order) removed += future.removeDoneCallback(callbacks[n]!);
        const time = performance.now() - start;
        assertResult(removed, size);
        future.cancel();
        return time;
      },
  ),
);
