import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import { RuntimeError } from '../../errors/index.js';
import {
  EventLoop,
  type ExceptionContext,
  Future,
  type Task,
  asFlushing,
  errorText,
  got,
  insideHandle,
  kindOf,
  reportUnretrieved,
  text,
  waitsForPromise,
} from '../../kernel/index.js';
import { describeDifference, factsOf } from './compare-lanes.js';
import { LaneRecorder } from './lane-recorder.js';
import { type LaneValues, parseLane } from './parse-lane.js';
import type { ExpectedLane, Lane } from './lane.js';

/** Compares two lists; throws, or returns false, if they are not equal. */
export type AssertDeepEqual = TestScheduler['assertDeepEqual'];

/** More than any test needs. */
const MOST_STEPS = 500_000;

/** What is expected of a task. */
export interface LaneExpectation {
  /**
   * Its whole life is that of `lane`, from 0 on; compared when the scheduler flushes.
   *
   * @param values what the letters stand for; without them a letter stands for itself
   * @param error what it fails with, `#`; default: `'error'`, as in marble diagrams
   */
  toBe(lane: string, values?: LaneValues, error?: unknown): void;
}

/** What the callback of `TaskTestScheduler.run` gets: the helpers of RxJS, and `expectTask`. */
export interface TaskRunHelpers extends RunHelpers {
  /** Expects something of a task; a string: of the task of that name, which may be made later. */
  expectTask(task: Task<unknown> | string): LaneExpectation;
}

/** One `toBe`, to be compared after a flush. */
interface Check {
  readonly task: Task<unknown> | string;
  readonly expected: ExpectedLane;
  /** Made where it was expected, to point there. */
  readonly error: Error;
}

/**
 * RxJS's TestScheduler, on whose clock tasks live too: within `run` the loop of `createTask`, `toTask`, `mapTask`, … is one on
 * this scheduler, and `expectTask` compares the whole life of a task, its **lane**, with a diagram.
 *
 * ```
 * cold      --a--b|
 * lane      s-a--b(b|)      starts, reports a and b, finishes with b
 * cancel    ---!
 * lane      s-a!~~x         is asked to cancel, cleans up, ends cancelled
 * ```
 *
 * The notation is explained in docs/lanes.md. Everything runs in one go, so promises settle too late: for them and for async
 * functions use {@link runVirtual}.
 *
 * **Errors:** `run` throws if a lane is not the expected one, if a task waits for a promise or works without end, and if an error
 * reached nobody: a task that failed and that nobody looked at, for instance. SyntaxError for a diagram that is none.
 *
 * ```ts
 * import { coroutine, createTask, sleep } from 'rxtasks';
 * import { TaskTestScheduler } from 'rxtasks/testing';
 * import { deepStrictEqual } from 'node:assert';
 *
 * const download = coroutine(function* download() {
 *   yield* sleep(5);
 *   return 'done';
 * });
 * new TaskTestScheduler(deepStrictEqual).run(({ cold, expectTask }) => {
 *   expectTask(createTask(download())).toBe('s----(r|)', { r: 'done' });
 *   expectTask(createTask(cold('--a--b|'))).toBe('s-a--b(b|)');
 * });
 * ```
 *
 * asyncio has none. RxJS: `TestScheduler`.
 */
export class TaskTestScheduler extends TestScheduler {
  #run: TestRun | undefined;

  /** @param assertDeepEqual default: Jest's `expect(actual).toEqual(expected)`, of the global `expect` */
  constructor(assertDeepEqual: AssertDeepEqual = byExpect()) {
    super(assertDeepEqual);
  }

  /**
   * Runs `callback` in virtual time, then flushes, and compares what was expected.
   *
   * **Errors:** see the class; TypeError if the callback returns a promise; RuntimeError inside of a running loop.
   */
  override run<T>(callback: (helpers: TaskRunHelpers) => T): T {
    if (insideHandle()) {
      throw new RuntimeError(
        'run(callback): a loop is running this very code, and virtual time cannot pass inside of it',
      );
    }
    const before = this.#run;
    const run = (this.#run = new TestRun(this));
    let result: T;
    try {
      result = super.run((helpers) => {
        const expectTask = (task: Task<unknown> | string) => run.expect(task);
        const returned = asFlushing(this, () => callback({ ...helpers, expectTask }));
        if (kindOf(returned) === 'promise') throw run.promiseError('its callback returned a promise');
        return returned;
      });
    } finally {
      this.#run = before;
    }
    run.close();
    return result;
  }

  /** Runs what is scheduled to the end, and compares what was expected. */
  override flush(): void {
    try {
      super.flush();
      this.#run?.compare();
    } catch (error) {
      this.#run?.throwRefusal();
      throw error;
    }
    this.#run?.throwRefusal();
  }
}

/** What belongs to one call of `run`: its loop, and what was seen and expected of its tasks. */
class TestRun {
  readonly #scheduler: TestScheduler;
  readonly #loop: EventLoop;
  readonly #recorder: LaneRecorder;
  readonly #lost: ExceptionContext[] = [];
  /** What went on that cannot work here: more telling than the lanes that came of it. */
  #refusal: RuntimeError | undefined;
  #steps = 0;
  #checks: Check[] = [];

  constructor(scheduler: TestScheduler) {
    this.#scheduler = scheduler;
    const loop = (this.#loop = new EventLoop({ scheduler }));
    const recorder = (this.#recorder = new LaneRecorder(() => loop.time()));
    loop.setExceptionHandler((_loop, context) => this.#lost.push(context));
    loop.observer = {
      created: (task) => recorder.created(task),
      stepping: (task) => {
        if (++this.#steps > MOST_STEPS) throw this.#endless(task);
        recorder.stepping(task);
      },
      reported: (task, value) => recorder.reported(task, value),
      cancelRequested: (task) => recorder.cancelRequested(task),
      ended: (task) => recorder.ended(task),
      suspended: (task) => {
        recorder.suspended(task);
        if (waitsForPromise(task)) {
          this.#refusal ??= this.promiseError(`this task waits for a promise or an async function: ${text(task)}`);
        }
      },
    };
  }

  expect(task: Task<unknown> | string): LaneExpectation {
    if (typeof task !== 'string') this.#assertOwn(task);
    const toBe: LaneExpectation['toBe'] = (lane, values, error) => {
      const call = `expectTask(${typeof task === 'string' ? text(task) : 'task'}).toBe(lane)`;
      const expected = parseLane(call, lane, values, error);
      const place = new Error();
      Error.captureStackTrace?.(place, toBe);
      this.#checks.push({ task, expected, error: place });
    };
    return { toBe };
  }

  #assertOwn(task: unknown): void {
    if (!Future.is(task) || !('report' in task)) {
      throw new TypeError(`expectTask(task): expected a task, or the name of one, got ${got(task)}`);
    }
    if (task.loop !== this.#loop) {
      throw new RangeError(
        `expectTask(task): ${text(task)} belongs to another loop, whose clock is another one; make it inside of the ` +
          'callback of run()',
      );
    }
  }

  compare(): void {
    const checks = this.#checks;
    this.#checks = [];
    for (const check of checks) this.#compare(check);
  }

  #compare({ task: wanted, expected, error }: Check): void {
    const task = typeof wanted === 'string' ? this.#named(wanted) : wanted;
    const lane = this.#recorder.laneOf(task) as Lane;
    const facts = factsOf(lane, expected);
    let failure: unknown;
    try {
      if (this.#scheduler.assertDeepEqual(facts.actual, facts.expected) !== false) return;
    } catch (thrown) {
      failure = thrown;
    }
    const difference = describeDifference(lane, expected, (a, b) => this.#failureOf(a, b) === undefined);
    if (difference === undefined) throw failure ?? error;
    const unfinished = task.done() ? undefined : `it has not ended: ${text(task)}${promiseHint(task)}`;
    const { values } = difference;
    const detail = values && this.#failureOf(values.actual, values.expected)?.message;
    const parts = [
      `the lane of the task '${task.name}' is another one from ${difference.frame} ms on\n`,
      difference.toString(unfinished),
      ...(detail ? [`\n${detail}`] : []),
    ];
    throw withMessage(error, parts.join('\n'));
  }

  /** What the assertion function says of two values that are not equal. */
  #failureOf(actual: unknown, expected: unknown): Error | undefined {
    try {
      return this.#scheduler.assertDeepEqual(actual, expected) === false ? new Error() : undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error();
    }
  }

  #named(name: string): Task<unknown> {
    const { tasks } = this.#recorder;
    const found = tasks.filter((task) => task.name === name);
    if (found.length === 1) return found[0] as Task<unknown>;
    const names = tasks.map((task) => `'${task.name}'`).join(', ') || 'none';
    throw new RangeError(
      `expectTask('${name}'): ${found.length === 0 ? 'no task has' : `${found.length} tasks have`} that name; there were: ${names}`,
    );
  }

  throwRefusal(): void {
    const refusal = this.#refusal;
    this.#refusal = undefined;
    if (refusal !== undefined) throw refusal;
  }

  /** Thrown where the step was to be, it keeps the task from going on. */
  #endless(task: Task<unknown>): RuntimeError {
    return (this.#refusal ??= new RuntimeError(
      `TaskTestScheduler.run(callback): the tasks have made ${MOST_STEPS} steps, and there is no end; this one was the next: ` +
        `${text(task)}. Cancel what works for ever: task.loop.callLater(ms, () => task.cancel())`,
    ));
  }

  /** Promises settle when everything is over, so whoever waits for one would seem to wait for ever. */
  promiseError(what: string): RuntimeError {
    return new RuntimeError(
      `TaskTestScheduler.run(callback): ${what}. Marbles run in one go, and promises settle only afterwards; test ` +
        'promise-based work and async functions by runVirtual(main) of rxtasks/testing',
    );
  }

  /** Everything was as expected: was there an error that reached nobody? */
  close(): void {
    reportUnretrieved(this.#loop);
    const [first] = this.#lost;
    if (first === undefined) return;
    const lines = this.#lost.map(({ kind, message, name, exception }) => {
      const whose = typeof name === 'string' ? ` ${name}` : '';
      return `  ${kind}: ${message}${whose}${exception === undefined ? '' : `: ${errorText(exception)}`}`;
    });
    throw new Error(`TaskTestScheduler.run(callback): errors that reached nobody:\n${lines.join('\n')}`, {
      cause: first.exception,
    });
  }
}

/** An Observable may wait for a promise, and nobody can tell. */
function promiseHint({ recipe }: Task<unknown>): string {
  if (kindOf(recipe) !== 'observable') return '';
  return '\n            (a promise in it would settle too late: test promise-based work by runVirtual)';
}

/** `error`, which keeps the place where it was made. */
function withMessage(error: Error, message: string): Error {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  error.message = message;
  error.stack = [`Error: ${message}`, ...frames].join('\n');
  return error;
}

function byExpect(): AssertDeepEqual {
  type Expect = (actual: unknown) => { toEqual(expected: unknown): void };
  const expect = (globalThis as { expect?: Expect }).expect;
  if (typeof expect !== 'function') {
    throw new TypeError(
      'new TaskTestScheduler(assertDeepEqual): there is no global `expect` here; give a function that compares, ' +
        'deepStrictEqual of node:assert for instance',
    );
  }
  return (actual, expected) => expect(actual).toEqual(expected);
}
