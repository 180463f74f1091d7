import {
  type EventLoop,
  EventLoop as Loop,
  type Task,
  type TaskSource,
  allTasks,
  createTask,
  isCancelled,
} from 'rxtasks';
import { activate, ambientActive } from '../../lib/kernel/index.js';
import { ENQUEUE, RUN, type Runnable, SCHEDULE } from '../../lib/kernel/ground/protocol.js';
import { spread } from '../support/sweep.js';
import { ManualScheduler } from '../support/manual-scheduler.js';

/**
 * Cancels everywhere: runs a scenario once to count its steps - every handle that the loop runs and, between handles, every
 * turn of the microtask queue - and then once for each step and each task, cancelling that task right there. Then the same from
 * within: where a body begins, in its first synchronous step, by a call, a signal, or an eager child; and once more with bodies that
 * begin by a native await, where nothing can be thrown.
 */
export interface Scenario {
  readonly name: string;
  /** Makes the tasks of the scenario; the check is called when all of them have ended. */
  set(world: World): (() => void) | void;
}

export interface Options {
  /** False: async functions find their task only through `task.resultOf`; the ambient context must not be in use. Default: true. */
  readonly asyncContext?: boolean;
  /** How many turns of the microtask queue are taken between two handles. 0: only handles are steps. */
  readonly ticks?: number;
  /** Between two handles the runtime turns, too: for work that waits for that. */
  readonly turns?: boolean;
  /** How many of the moments are tried at most, spread over all of them. Default: all. */
  readonly most?: number;
}

type Tracker = { entered: number; left: number };

/** Who asks where a body begins: the body itself, a signal that the task was given, or an eager child of the body. */
const ways = ['itself', 'a signal', 'an eager child'] as const;
type Way = (typeof ways)[number];

/** What a scenario is made of, and what is watched of it. */
export class World {
  readonly scheduler = new ManualScheduler();
  readonly loop: EventLoop;
  readonly reports: unknown[] = [];
  readonly problems: string[] = [];
  readonly #tasks: Task<unknown>[] = [];
  readonly #bodies = new Map<string, Tracker>();
  readonly #progress = new Map<Task<unknown>, string[]>();
  /** What was asked to cancel, and how far it was then. */
  #asked: { task: Task<unknown>; steps: number; time: number } | undefined;

  /** How many steps have been taken. */
  steps = 0;
  /** How many bodies have begun. */
  begun = 0;
  /** Called in the first synchronous step of each. */
  onBegin: (count: number) => void = () => {};
  readonly #signals = new Map<Task<unknown>, AbortController>();
  readonly #native: boolean;

  constructor(asyncContext: boolean, native: boolean) {
    this.#native = native;
    this.loop = new Loop({ scheduler: this.scheduler, asyncContext });
    this.loop.setExceptionHandler((_, context) => void this.reports.push(context));
  }

  get tasks(): readonly Task<unknown>[] {
    return this.#tasks;
  }

  /** A task that the harness cancels in turn. */
  task<T>(name: string, source: TaskSource<T> | ((task: Task<unknown>) => never) | Source<T>): Task<T> {
    const controller = new AbortController();
    const task = this.loop.createTask<T>(source as TaskSource<T>, { name, signal: controller.signal });
    this.#signals.set(task, controller);
    this.watch(task);
    return task;
  }

  /** A body begins; what it gives is to be awaited natively before all else. */
  begins(): Promise<void> | null {
    this.onBegin(++this.begun);
    if (!this.#native) return null;
    return (async () => {
      for (let turn = 0; turn < 3; turn++) await null;
    })();
  }

  /** Asks `task` from within a body. */
  cancelBy(way: Way, task: Task<unknown>): void {
    const signal = this.#signals.get(task);
    if (way === 'itself' || signal === undefined) {
      this.cancel(task);
    } else if (way === 'a signal') {
      this.#noteAsked(task);
      signal.abort('injected');
    } else {
      const { loop } = this;
      const child = () => this.cancel(task);
      createTask(
        function* () {
          child();
        },
        { eager: true, loop },
      );
    }
  }

  /** Also a task that something else has made is cancelled in turn. */
  watch(task: Task<unknown>): void {
    this.#tasks.push(task);
    // Whatever a task of a scenario ends with has been looked at.
    task.addDoneCallback(() => {
      if (!task.cancelled()) task.exception();
    });
  }

  /** The body has entered a `try`; the function given back is to be called in its `finally`. */
  entered(name: string): () => void {
    const tracker = this.#bodies.get(name) ?? { entered: 0, left: 0 };
    this.#bodies.set(name, tracker);
    tracker.entered++;
    let left = false;
    return () => {
      if (left) this.problems.push(`the finally of ${name} ran twice`);
      left = true;
      tracker.left++;
    };
  }

  /** The body of `task` has got past an await. */
  passed(task: Task<unknown>): void {
    this.#events(task).push('passed');
  }

  /** The body of `task` has caught an error. */
  caught(task: Task<unknown>, error: unknown): void {
    this.#events(task).push(isCancelled(error) ? 'cancelled' : 'failed');
  }

  #events(task: Task<unknown>): string[] {
    let events = this.#progress.get(task);
    if (events === undefined) this.#progress.set(task, (events = []));
    return events;
  }

  cancel(task: Task<unknown>): void {
    const steps = this.#progress.get(task)?.length ?? 0;
    if (task.cancel('injected')) this.#noteAsked(task, steps);
  }

  #noteAsked(task: Task<unknown>, steps = this.#progress.get(task)?.length ?? 0): void {
    this.#asked = { task, steps, time: this.loop.time() };
  }

  /** A failure that the scenario makes on purpose; it, and a time-out, is told to the exception handler if it can reach nobody. */
  readonly planned = new Error('planned');

  #isPlanned(report: unknown): boolean {
    const { kind, exception } = report as { kind: string; exception: unknown };
    const timeUp = exception instanceof Error && exception.name === 'TimeoutError';
    return kind === 'late-failure' && (exception === this.planned || timeUp);
  }

  /** When a request of the harness to `task` was accepted, on the loop's clock. */
  acceptedAt(task: Task<unknown>): number | undefined {
    return this.#asked?.task === task ? this.#asked.time : undefined;
  }

  /** A timer of the scenario itself. */
  later(ms: number, callback: () => void): void {
    this.#ownTimers++;
    this.loop.callLater(ms, () => {
      this.#ownTimers--;
      callback();
    });
  }
  #ownTimers = 0;

  /** When no task is left, no timer may be. */
  checkTimers(): void {
    const { ready, timers } = this.loop.pending;
    if (this.#timersReported || ready > 0 || allTasks(this.loop).size > 0 || timers <= this.#ownTimers) return;
    this.#timersReported = true;
    this.problems.push(`${timers - this.#ownTimers} timers are left in the loop`);
  }
  #timersReported = false;

  /** Checks what holds for every scenario. */
  check(): string[] {
    const problems = [...this.problems];
    for (const task of this.#tasks) if (!task.done()) problems.push(`${String(task)} has not ended`);
    for (const [name, { entered, left }] of this.#bodies) {
      if (entered !== left)
        problems.push(`the finally of ${name} ran ${left} times, its try was entered ${entered} times`);
    }
    if (this.#asked !== undefined) {
      const { task, steps } = this.#asked;
      const later = (this.#progress.get(task) ?? []).slice(steps);
      // One value may have arrived before the request; after that the request must be seen, unless the body is over.
      const unseen = later.findIndex((event) => event !== 'passed');
      const passed = unseen < 0 ? later.length : unseen;
      if (passed > 1) problems.push(`${String(task)} went on ${passed} steps after cancel() had returned true`);
    }
    for (const report of this.reports.filter((one) => !this.#isPlanned(one)))
      problems.push(`reported: ${JSON.stringify(summary(report))}`);
    return problems;
  }
}

type Source<T> =
  | ((task: Task<unknown>) => Generator<void, T, import('rxtasks').Resume>)
  | ((task: Task<unknown>) => PromiseLike<T>)
  | ((task: Task<unknown>) => import('rxjs').Observable<T>);

function summary(report: unknown): unknown {
  const { kind, message, exception } = report as { kind: string; message: string; exception: unknown };
  return { kind, message, exception: String(exception) };
}

/** Counts steps, and injects at one of them. */
class Stepper {
  count = 0;
  constructor(inject: (step: number) => void) {
    this.#inject = inject;
  }
  readonly #inject: (step: number) => void;

  step(): void {
    this.#inject(++this.count);
  }

  /** Makes every handle of `loop` a step. */
  attach(loop: EventLoop): void {
    const step = () => this.step();
    const internal = loop as unknown as Record<symbol, (entry: Runnable) => void>;
    const enqueue = internal[ENQUEUE] as (entry: Runnable) => void;
    internal[ENQUEUE] = (entry) =>
      enqueue.call(loop, {
        [RUN]() {
          step();
          entry[RUN]();
        },
      });
    const schedule = internal[SCHEDULE] as (entry: Runnable) => void;
    internal[SCHEDULE] = (timer) => {
      const run = timer[RUN];
      timer[RUN] = function (this: Runnable) {
        step();
        run.call(this);
      };
      schedule.call(loop, timer);
    };
  }
}

interface Run {
  /** Called at each step. */
  readonly inject?: (world: World, step: number) => void;
  /** Called where a body begins, with how many have by then. */
  readonly onBegin?: (world: World, count: number) => void;
  /** Bodies begin by a native await. */
  readonly native?: boolean;
}

/** Runs the scenario; gives the number of steps, how many bodies have begun, and the problems. */
async function runOnce(
  scenario: Scenario,
  options: Options,
  { inject = () => {}, onBegin = () => {}, native = false }: Run,
): Promise<{ steps: number; begun: number; problems: string[] }> {
  if (options.asyncContext === false && ambientActive()) throw new Error('the ambient context is in use already');
  const world = new World(options.asyncContext ?? true, native);
  world.onBegin = (count) => onBegin(world, count);
  // As during a run(): what async functions start without ambient context belongs to its loop.
  const deactivate = activate(world.loop, true);
  const stepper = new Stepper((step) => {
    world.steps = step;
    inject(world, step);
  });
  stepper.attach(world.loop);
  const check = scenario.set(world);
  const ticks = Math.max(options.ticks ?? 0, native ? 8 : 0);
  const settle = async () => {
    for (let tick = 0; tick < ticks; tick++) {
      await null;
      stepper.step();
    }
    if (options.turns) await new Promise((resolve) => setImmediate(resolve));
    // let what remains of promise chains settle, without counting
    if (ticks > 0) for (let tick = 0; tick < 12; tick++) await null;
  };
  await settle();
  for (let guard = 0; guard < 5_000; guard++) {
    if (world.scheduler.runNext()) {
      await settle();
      world.checkTimers();
      continue;
    }
    if (!world.scheduler.advance()) break;
  }
  deactivate();
  const problems = world.check();
  try {
    check?.();
  } catch (error) {
    problems.push(String(error));
  }
  return { steps: stepper.count, begun: world.begun, problems };
}

/**
 * Runs the scenario with a cancellation at every step, of every task, or at some of these moments; gives all problems, and
 * how many runs it took.
 */
export async function cancelEverywhere(
  scenario: Scenario,
  options: Options = {},
): Promise<{ runs: number; problems: string[] }> {
  const found: string[] = [];
  let runs = 0;
  const run = async (what: string, how: Run) => {
    const outcome = await runOnce(scenario, options, how);
    runs++;
    for (const problem of outcome.problems) found.push(`${scenario.name}: ${what}: ${problem}`);
    return outcome;
  };

  const atEveryStep = async (native: boolean) => {
    let tasks = 0;
    const inject = (world: World) => void (tasks = Math.max(tasks, world.tasks.length));
    const { steps, begun } = await run('without a cancellation', { inject, native });
    for (const moment of spread(steps * tasks, options.most ?? Infinity)) {
      const step = 1 + Math.floor(moment / tasks);
      await run(`the ${moment % tasks}th task, cancelled at step ${step} of ${steps}${native ? ', natively' : ''}`, {
        native,
        inject: (world, now) => {
          const task = world.tasks[moment % tasks];
          if (now === step && task !== undefined && !task.done()) world.cancel(task);
        },
      });
      if (found.length > 20) break;
    }
    return { tasks, begun };
  };

  const { tasks, begun } = await atEveryStep(false);
  for (const moment of spread(begun * tasks * ways.length, options.most ?? Infinity)) {
    const way = ways[moment % ways.length]!;
    const target = Math.floor(moment / ways.length) % tasks;
    const body = 1 + Math.floor(moment / ways.length / tasks);
    await run(`the ${target}th task, cancelled by ${way} where body ${body} of ${begun} begins`, {
      onBegin: (world, count) => {
        const task = world.tasks[target];
        if (count === body && task !== undefined && !task.done()) world.cancelBy(way, task);
      },
    });
    if (found.length > 20) break;
  }
  await atEveryStep(true);
  return { runs, problems: found };
}
