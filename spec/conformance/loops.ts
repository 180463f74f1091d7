import { EventLoop } from 'rxtasks';
import { VirtualEventLoop } from 'rxtasks/testing';
import { type SchedulerLike, VirtualTimeScheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';

/** A loop in virtual time, which a Runner runs. */
export interface VirtualLoop {
  readonly loop: EventLoop;
  /** Lets time pass as long as anything can happen. */
  readonly flush: () => void;
}

export type LoopKind = () => VirtualLoop;

export const onVirtualTimeScheduler: LoopKind = () => on(new VirtualTimeScheduler());

export const onTestScheduler: LoopKind = () => {
  const scheduler = new TestScheduler(() => {});
  scheduler.maxFrames = Infinity; // outside of its run()
  return on(scheduler);
};

export const onVirtualEventLoop: LoopKind = () => {
  const loop = new VirtualEventLoop({ live: false } as object);
  return { loop, flush: () => loop.runUntilIdle() };
};

function on(scheduler: VirtualTimeScheduler): VirtualLoop {
  return { loop: idle(scheduler), flush: () => scheduler.flush() };
}

/** A Runner takes a loop that does not run by itself. */
function idle(scheduler: SchedulerLike): EventLoop {
  return new EventLoop({ scheduler, live: false } as object);
}
