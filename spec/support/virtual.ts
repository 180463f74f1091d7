import { VirtualTimeScheduler } from 'rxjs';
import {
  EventLoop,
  type ExceptionContext,
  type Resume,
  Runner,
  type Task,
  type TaskFunction,
  type TaskSource,
} from 'rxtasks';

export interface VirtualOptions {
  /** Gets what goes to the exception handler. Without it, anything that goes there fails the run. */
  readonly onContext?: (context: ExceptionContext) => void;
}

/**
 * Runs `main` and then the clean-up in virtual time, each to its end in one flush. Rejected as main is; with an Error
 * `deadlock` if main is not over after the flush, `deadlock in the clean-up` for what it left behind.
 */
export function runVirtual<T>(
  main: (task: Task<unknown>) => Generator<void, T, Resume>,
  options?: VirtualOptions,
): Promise<T>;
export function runVirtual<T>(main: TaskSource<T> | TaskFunction<T>, options?: VirtualOptions): Promise<T>;
export async function runVirtual(main: unknown, options: VirtualOptions = {}): Promise<unknown> {
  const scheduler = new VirtualTimeScheduler();
  const runner = new Runner({ scheduler, handleSignals: false });
  const unexpected: ExceptionContext[] = [];
  runner.getLoop().setExceptionHandler((_loop, context) => (options.onContext ?? ((c) => unexpected.push(c)))(context));

  const running = runner.run(main as TaskSource<unknown>);
  scheduler.flush();
  let result: unknown;
  try {
    result = await endedOr('deadlock', running);
  } catch (error) {
    if (!(error instanceof Deadlock)) await close(runner, scheduler);
    throw error;
  }
  await close(runner, scheduler);
  if (unexpected.length > 0)
    throw new Error(`reported to the exception handler: ${unexpected.map(describe).join('; ')}`);
  return result;
}

/** A live loop in virtual time, for specs that look at it from outside. */
export function virtualLoop(): {
  readonly loop: EventLoop;
  /** Runs until nothing is ready and no timer is left. */
  readonly flush: () => void;
  /** What went to the exception handler. */
  readonly contexts: ExceptionContext[];
} {
  const scheduler = new VirtualTimeScheduler();
  const loop = new EventLoop({ scheduler });
  const contexts: ExceptionContext[] = [];
  loop.setExceptionHandler((_loop, context) => contexts.push(context));
  return { loop, contexts, flush: () => scheduler.flush() };
}

/**
 * A loop in virtual time that runs only when it is told to: for specs that look at it from outside, between two of its
 * iterations.
 */
export function idleLoop(): {
  readonly loop: EventLoop;
  /** Runs n iterations. */
  readonly turn: (n?: number) => void;
  /** Runs until `source` has ended, and gives its result; rejected with an Error `deadlock` if it does not end. */
  readonly runToEnd: <T>(source: TaskSource<T> | TaskFunction<T>) => Promise<T>;
  /** What went to the exception handler. */
  readonly contexts: ExceptionContext[];
} {
  const scheduler = new VirtualTimeScheduler();
  const loop = new Runner({ scheduler }).getLoop();
  const contexts: ExceptionContext[] = [];
  loop.setExceptionHandler((_loop, context) => contexts.push(context));
  return {
    loop,
    contexts,
    turn: (n = 1) => {
      for (let i = 0; i < n; i++) {
        loop.stop();
        void loop.runForever();
        scheduler.flush();
      }
    },
    runToEnd: (source) => {
      const running = loop.runUntilComplete(source);
      scheduler.flush();
      return endedOr('deadlock', running);
    },
  };
}

/** Waits for the end of `source` and gives the error that it ended with; a value is an error. */
export function* errorOf(source: {
  [Symbol.iterator](): Generator<never, unknown, Resume>;
}): Generator<never, unknown, Resume> {
  let value: unknown;
  try {
    value = yield* source;
  } catch (error) {
    return error;
  }
  throw new Error(`expected an error, got the value ${String(value)}`);
}

/** The error that `fn` throws; if it throws none, that is an error. */
export function thrownBy(fn: () => unknown): unknown {
  let value: unknown;
  try {
    value = fn();
  } catch (error) {
    return error;
  }
  throw new Error(`expected an error, got the value ${String(value)}`);
}

/** Lets the loop turn n times. */
export function* turns(n: number): Generator<void, void, Resume> {
  for (let i = 0; i < n; i++) yield;
}

class Deadlock extends Error {}

/** What has settled already wins; nothing can settle later, as virtual time stands still. */
function endedOr<T>(message: string, promise: Promise<T>): Promise<T> {
  return Promise.race([promise, Promise.reject(new Deadlock(message))]);
}

async function close(runner: Runner, scheduler: VirtualTimeScheduler): Promise<void> {
  const closing = runner.close();
  scheduler.flush();
  await endedOr('deadlock in the clean-up', closing);
}

function describe({ kind, message, exception }: ExceptionContext): string {
  return `${kind}: ${message}${exception === undefined ? '' : ` (${String(exception)})`}`;
}
