import type { EventLoop } from '../kernel/index.js';

/** Shuts the default executor of `loop` down, if it was used, waits for that, then calls `closed`. @internal */
export function closeExecutor(loop: EventLoop, closed: () => void): void {
  const executor = loop.releaseExecutor();
  if (executor?.shutdown === undefined) return closed();
  const down = loop.createTask(async () => executor.shutdown?.({ wait: true }), {
    name: 'shutdown of the default executor',
  });
  loop.runUntil(down, () => {
    if (down.done() && !down.cancelled() && down.exception() !== null) {
      loop.callExceptionHandler({
        kind: 'shutdown',
        message: 'the default executor could not be shut down',
        exception: down.exception(),
      });
    }
    closed();
  });
}
