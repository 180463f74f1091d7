import {
  type AnySource,
  type ExceptionContext,
  type Task,
  type TaskSource,
  allTasks,
  errorText,
  isErrorLike,
  reportUnretrieved,
  text,
  waitsForPromise,
} from '../../kernel/index.js';
import { DeadlockError } from '../reports/deadlock-error.js';
import { LeakError } from '../reports/leak-error.js';
import { VirtualEventLoop, type VirtualEventLoopOptions } from '../virtual/virtual-event-loop.js';
import { ExploringQueue, type Policy } from './exploring-queue.js';
import type { Named } from './plans.js';
import { ScenarioObserver } from './scenario-observer.js';
import { StepNames } from './step-names.js';
import { unrepeatable } from './unrepeatable.js';

/** What is the same for all runs. @internal */
export interface Scenario {
  readonly main: AnySource<unknown>;
  readonly reach: number;
  readonly maxSteps: number;
  readonly unfinished: 'fail' | 'cancel';
}

/** How a run failed. @internal */
export interface Failure {
  /** `main` threw; everybody waits for what cannot come; the exception handler was called; tasks were left; it does not end. */
  readonly kind: 'error' | 'deadlock' | 'reported' | 'unfinished' | 'endless';
  readonly message: string;
  readonly error: unknown;
}

/** A run whose steps were noted. @internal */
export interface Trace {
  readonly failure: Failure | null;
  /** The names of the steps, in the order in which they ran. */
  readonly order: readonly string[];
  /** What the tasks run, by their names. */
  readonly recipes: ReadonlyMap<string, string>;
}

/** Runs the scenario once, in the order of `policy`. @internal */
export function attempt(scenario: Scenario, policy: Policy): Failure | null {
  const queue = new ExploringQueue(policy, scenario.reach, scenario.maxSteps);
  return runOn(scenario, queue, new ScenarioObserver(queue));
}

/** The same, noting each step. @internal */
export function trace(scenario: Scenario, policy: Named): Trace {
  const queue = new ExploringQueue(policy, scenario.reach, scenario.maxSteps);
  const names = new StepNames(queue);
  const order: string[] = [];
  policy.name = (slot) => names.of(slot);
  queue.onRun = (slot) => order.push(names.of(slot));
  const failure = runOn(scenario, queue, names);
  return { failure, order, recipes: names.recipes() };
}

/** Did it fail, and in the same way as `other`? @internal */
export function alike(one: Failure | null, other: Failure): boolean {
  const name = ({ error }: Failure) => (isErrorLike(error) ? error.name : typeof error);
  return one !== null && one.kind === other.kind && name(one) === name(other);
}

function runOn(
  { main, unfinished, maxSteps }: Scenario,
  queue: ExploringQueue,
  tasks: ScenarioObserver,
): Failure | null {
  const loop = new VirtualEventLoop({ ready: queue } as VirtualEventLoopOptions);
  const reports: ExceptionContext[] = [];
  loop.setExceptionHandler((_loop, context) => void reports.push(context));
  tasks.watch(loop);
  let thrown: { readonly error: unknown } | undefined;
  try {
    loop.runSync(main as TaskSource<unknown>);
    if (unfinished === 'cancel') cancelLeft(loop);
  } catch (error) {
    thrown = { error };
  }
  if (queue.endless) {
    const message = `more than ${maxSteps} steps: it will hardly ever end; see the option maxSteps`;
    return { kind: 'endless', message, error: undefined };
  }
  const deadlock = thrown?.error instanceof DeadlockError;
  refuseForeign(tasks.foreign ?? (deadlock ? [...allTasks(loop)].find(waitsForPromise) : undefined));
  if (thrown) {
    return { kind: deadlock ? 'deadlock' : 'error', message: errorText(thrown.error), error: thrown.error };
  }
  reportUnretrieved(loop);
  const [report] = reports;
  if (report !== undefined) {
    const message = `reported to the exception handler: ${report.message}${'exception' in report ? `: ${errorText(report.exception)}` : ''}`;
    return { kind: 'reported', message, error: report.exception };
  }
  if (loop.tasks.first === null) return null;
  const leak = new LeakError(loop, [...allTasks(loop)]);
  return { kind: 'unfinished', message: errorText(leak), error: leak };
}

/** As run() does: what is left is cancelled and cleans up. */
function cancelLeft(loop: VirtualEventLoop): void {
  for (const task of allTasks(loop)) task.cancel();
  while (loop.tasks.first !== null && !loop.isIdle()) loop.runUntilIdle();
}

function refuseForeign(task: Task<unknown> | undefined): void {
  if (task === undefined) return;
  throw unrepeatable(
    `${text(task)} waits for a promise, or runs an async function`,
    ', or test it with runVirtual(main) in its usual order',
  );
}
