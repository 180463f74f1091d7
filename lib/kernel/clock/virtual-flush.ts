import type { SchedulerLike, VirtualTimeScheduler } from 'rxjs';
import type { EventLoop } from '../loop/event-loop.js';

/**
 * Which loop does code belong to that an operator runs on a virtual scheduler itself, `interval(20, scheduler)` for instance? No
 * handle of a loop runs then. But while the scheduler flushes, nothing else does: it belongs to the loop on that scheduler.
 */
const latest = new WeakMap<VirtualTimeScheduler, EventLoop>();
const flushing: VirtualTimeScheduler[] = [];

/**
 * A VirtualTimeScheduler or TestScheduler, also that of another copy of RxJS. Known by what it has: its class would bring
 * it into every bundle.
 *
 * @internal
 */
export function isVirtual(scheduler: SchedulerLike): scheduler is VirtualTimeScheduler {
  return 'flush' in scheduler && 'maxFrames' in scheduler;
}

/** `loop` lives on `scheduler` from now on; notices when that one flushes. @internal */
export function watchFlush(scheduler: VirtualTimeScheduler, loop: EventLoop): void {
  if (!latest.has(scheduler)) {
    const flush = scheduler.flush.bind(scheduler);
    scheduler.flush = () => asFlushing(scheduler, flush);
  }
  latest.set(scheduler, loop);
}

/** Calls `fn` as code that `scheduler` runs: it belongs to the loop there. @internal */
export function asFlushing<T>(scheduler: VirtualTimeScheduler, fn: () => T): T {
  flushing.push(scheduler);
  try {
    return fn();
  } finally {
    flushing.pop();
  }
}

/** The loop on the virtual scheduler that is flushing at this moment, if it runs. @internal */
export function flushingLoop(): EventLoop | undefined {
  const scheduler = flushing.at(-1);
  const loop = scheduler && latest.get(scheduler);
  return loop !== undefined && !loop.isClosed() && loop.isRunning() ? loop : undefined;
}
