import { AsyncCallMark } from '../now/async-call-mark.js';
import { RuntimeError } from '../../errors/index.js';
import { PendingAwait, awaitFuture } from '../futures/awaits.js';
import { type CancelRequest, cancelFuture, cancelledError } from '../futures/cancel.js';
import { asyncOwner, currentOwner } from '../now/current-owner.js';
import { abandonSource, prepareSource } from '../sources/drive.js';
import { Future } from '../futures/future.js';
import { InternalRun } from './internal-run.js';
import type { Owner } from '../now/owner.js';
import { ADD, RUN } from '../ground/protocol.js';
import { type AnySource, kindOf } from '../sources/source.js';
import type { Task } from './task.js';

/**
 * Waits for `source` on behalf of a run of async code. A future is awaited; anything else runs as a strand of the owner's
 * task, started at once. An armed cancel request is thrown here instead, and then nothing is started - but what runs already is
 * asked, and awaited as usual.
 *
 * @internal
 */
export function awaitFor<T>(call: string, source: AnySource<T>, owner: Owner): Promise<T> {
  const { loop } = owner.task;
  const prepared = prepareSource(call, source, loop);
  return new Promise<T>((resolve, reject) => {
    if (Future.is(prepared)) {
      awaitFuture(prepared as Future<T>, owner, resolve, reject);
      return;
    }
    const request = owner.awaits.refusal();
    if (request !== null && !carriesPending(prepared)) {
      abandonSource(prepared, request);
      reject(cancelledError(request));
    } else if (loop.isClosed()) {
      reject(
        new RuntimeError(
          `${call}: the loop of the task '${owner.task.name}' is closed; nothing can run in it any more`,
        ),
      );
    } else {
      const run = new InternalRun<T>(loop, prepared, owner);
      // Before its first step, so that a request which comes meanwhile reaches it.
      run[ADD](new PendingAwait<T>(run, owner.awaits, resolve, reject));
      run[RUN]();
      if (request !== null) cancelFuture(run, request);
    }
  });
}

/** Is it a recipe that only waits for something hot which is still pending, as `resultOf(future)`? */
function carriesPending(source: unknown): boolean {
  let carried = source;
  while (kindOf(carried) === 'coroutine') carried = (carried as { readonly carried?: unknown }).carried;
  return Future.is(carried) && !carried.done();
}

/** `awaitFor` in the innermost run of `task` that is known. @internal */
export function awaitSource<T>(call: string, source: AnySource<T>, task: Task<unknown>): Promise<T> {
  const owner = currentOwner();
  if (owner !== null && (owner.task as unknown) === task) return awaitFor(call, source, owner);
  return awaitFor(call, source, innermostCall(task) ?? (task as unknown as Owner));
}

/**
 * The async function in `task` that can be running: the one that the task waits for, or, where that waits for nothing but another
 * one, in a `waitFor` or a `runExclusive`, that other one.
 */
function innermostCall(task: Task<unknown>): Owner | null {
  let call: Owner | null = null;
  for (let run = task; ;) {
    const waiting = run.waitingOn;
    if (waiting === null || !(AsyncCallMark in waiting)) return call;
    call = waiting as unknown as Owner;
    const [only, ...others] = call.awaits.futures();
    if (only?.internal !== true || others.length > 0) return call;
    run = only as Task<unknown>;
  }
}

/**
 * The running async code gets a result that is there already, without an await. What is given back instead is a cancel request,
 * delivered by this: the caller has to leave what it holds, and to throw it.
 *
 * @internal
 */
export function passAwait(): CancelRequest | null {
  const awaits = asyncOwner()?.awaits;
  if (awaits === undefined) return null;
  const request = awaits.takeRefusal();
  if (request === null) awaits.pass();
  return request;
}

/** The cancel request that the running async code is to be told of before all else, delivered by this; or null. @internal */
export function takeRequest(): CancelRequest | null {
  return asyncOwner()?.awaits.takeRefusal() ?? null;
}
