import { AsyncCallMark } from '../now/async-call-mark.js';
import { RuntimeError } from '../../errors/index.js';
import { PendingAwait, awaitFuture } from '../futures/awaits.js';
import { cancelledError } from '../futures/cancel.js';
import { asyncOwner, currentOwner } from '../now/current-owner.js';
import { abandonSource, prepareSource } from '../sources/drive.js';
import { Future } from '../futures/future.js';
import { InternalRun } from './internal-run.js';
import type { Owner } from '../now/owner.js';
import { ADD, RUN } from '../ground/protocol.js';
import type { AnySource } from '../sources/source.js';
import type { Task } from './task.js';

/**
 * Waits for `source` on behalf of a run of async code. A future is awaited; anything else runs as a strand of the owner's
 * task, started at once. An armed cancel request is thrown here instead, and then nothing is started.
 *
 * @internal
 */
export function awaitFor<T>(call: string, source: AnySource<T>, owner: Owner): Promise<T> {
  const { loop } = owner.task;
  const prepared = prepareSource(call, source, loop);
  return new Promise<T>((resolve, reject) => {
    const request = owner.awaits.refusal();
    if (request !== null) {
      abandonSource(prepared, request);
      reject(cancelledError(request));
    } else if (Future.is(prepared)) {
      awaitFuture(prepared as Future<T>, owner, resolve, reject);
    } else if (loop.isClosed()) {
      reject(
        new RuntimeError(
          `${call}: the loop of the task '${owner.task.name}' is closed; nothing can run in it any more`,
        ),
      );
    } else {
      const run = new InternalRun<T>(loop, prepared, owner.task);
      run[RUN]();
      run[ADD](new PendingAwait<T>(run, owner.awaits, resolve, reject));
    }
  });
}

/** `awaitFor` in the innermost run of `task` that is known. @internal */
export function awaitSource<T>(call: string, source: AnySource<T>, task: Task<unknown>): Promise<T> {
  const owner = currentOwner();
  if (owner !== null && (owner.task as unknown) === task) return awaitFor(call, source, owner);
  const waiting = task.waitingOn;
  if (waiting !== null && AsyncCallMark in waiting) return awaitFor(call, source, waiting as unknown as Owner);
  return awaitFor(call, source, task as unknown as Owner);
}

/** May the running async code have a result that is there, without an await? False: a cancel request comes first. @internal */
export function passAwait(): boolean {
  return asyncOwner()?.awaits.pass() ?? true;
}
