import { VirtualTimeScheduler } from 'rxjs';
import { type ExceptionContext, type RunOptions, type Task, getRunningLoop, run } from 'rxtasks';

/** What a run in virtual time has been like. */
export interface Frames {
  /** What went to the exception handler. */
  readonly reports: ExceptionContext[];
}

/**
 * Runs an async function in virtual time: one frame after the other, and before each of them promises settle. (One flush of
 * a virtual scheduler, as `runVirtual` does, leaves promises no time.) An Error `deadlock` if there is nothing left to wait
 * for.
 */
export async function frameByFrame<T>(
  main: (task: Task<unknown>, frames: Frames) => Promise<T>,
  options: RunOptions = {},
): Promise<T> {
  const scheduler = new VirtualTimeScheduler();
  const reports: ExceptionContext[] = [];
  let over = false;
  const running = run(
    (task: Task<unknown>) => {
      getRunningLoop().setExceptionHandler((_loop, context) => void reports.push(context));
      return main(task, { reports });
    },
    { handleSignals: false, ...options, scheduler },
  ).finally(() => {
    over = true;
  });
  running.catch(() => {});
  for (let idle = 0; !over && idle < 5;) {
    await settled();
    const [next] = scheduler.actions;
    if (next === undefined) {
      idle++;
      continue;
    }
    idle = 0;
    scheduler.maxFrames = next.delay;
    scheduler.flush();
  }
  await settled();
  if (!over) throw new Error('deadlock');
  return running;
}

/** All promises that can settle without time or I/O have settled. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A native promise, pending until it is opened. */
export function gate(): { readonly promise: Promise<void>; readonly open: () => void } {
  let open!: () => void;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}
