import { assertResult } from '../assert-result.js';
import { inRun, removal, shuffled } from '../scaling.js';

/** So many are removed: were that linear in the length of the list, removing all would take minutes. */
const REMOVED = 1_000;

export default removal(
  'Done callbacks of one future: removed in random order',
  'callback',
  inRun(
    ({ getRunningLoop }) =>
      function* (size) {
        const future = getRunningLoop().createFuture<void>();
        const callbacks = Array.from({ length: size }, (_, n) => () => n);
        for (const callback of callbacks) future.addDoneCallback(callback);
        const order = shuffled(size).slice(0, REMOVED);
        let removed = 0;
        const start = performance.now();
        for (const n of order) removed += future.removeDoneCallback(callbacks[n]!);
        const time = performance.now() - start;
        assertResult(removed, REMOVED);
        future.cancel();
        return (time * size) / REMOVED;
      },
  ),
);
