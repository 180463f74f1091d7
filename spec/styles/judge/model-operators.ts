import {
  type Coroutine,
  Queue,
  type Resume,
  type Task,
  coroutine,
  createTask,
  isCancelled,
  sleep,
  wait,
} from 'rxtasks';
import { coroutines } from './coroutines.js';
import { startOfItem, valueTexts } from './mappings.js';
import { type Place, time } from './place.js';
import type { Operator, Project, Source, StatementOf } from './program.js';
import { Failure, type World } from './world.js';

/** What an operator is to do, as a coroutine would do it by hand. */
export interface Job {
  readonly pause: (ms: number) => number;
  readonly world: World;
  readonly label: string;
  readonly operator: Operator;
  readonly concurrency: number;
  readonly ordered: boolean;
  /** Makes the task of a value. */
  readonly start: (index: number) => Task<unknown>;
  /** What that one gives at its end. */
  readonly values: (index: number) => readonly string[];
  readonly out: (value: string) => void;
}

type Message =
  | { readonly value: number }
  | { readonly ended: Running }
  | { readonly sourceEnded: true }
  | { readonly sourceFailed: unknown };

interface Running {
  readonly index: number;
  readonly task: Task<unknown>;
  replaced: boolean;
  over: boolean;
}

/** The values of a source, by the clock. */
function* emitSource(
  { label, pause }: Pick<Job, 'label' | 'pause'>,
  source: Source,
  post: (message: Message) => void,
): Generator<void, void, Resume> {
  for (const [index, delay] of source.delays.entries()) {
    if (delay > 0) yield* sleep(pause(delay));
    post({ value: index });
  }
  if (source.endDelay > 0) yield* sleep(pause(source.endDelay));
  post(source.fails ? { sourceFailed: new Failure(`${label} source`) } : { sourceEnded: true });
}

/**
 * An operator: admits values as its rule says, one task each; passes on what they give; the first failure, or a cancellation,
 * cancels all, and is told when they have ended.
 */
export function* operate(
  job: Job,
  feed: (post: (message: Message) => void) => Generator<void, void, Resume>,
): Generator<void, void, Resume> {
  const inbox = new Queue<Message>();
  const post = (message: Message) => inbox.putNowait(message);
  const all: Running[] = [];
  const waiting: number[] = [];
  /** Ended, and not told yet. */
  const kept: Running[] = [];
  let sourceEnded = false;
  let failure: { readonly error: unknown } | undefined;
  let requests = 0;

  const running = () => all.filter((one) => !one.over);
  const begin = (index: number) => {
    const one: Running = { index, task: job.start(index), replaced: false, over: false };
    all.push(one);
    one.task.addDoneCallback(() => post({ ended: one }));
  };
  const next = () => {
    while (waiting.length > 0 && running().length < job.concurrency) begin(waiting.shift()!);
  };
  const take = (index: number) => {
    if (job.operator === 'dropTask' && running().length >= job.concurrency) return;
    if (['keepLatestTask', 'restartTask', 'switchMap'].includes(job.operator)) waiting.length = 0;
    waiting.push(index);
    const [oldest] = running();
    if (
      ['restartTask', 'switchMap'].includes(job.operator) &&
      running().length >= job.concurrency &&
      !oldest!.replaced
    ) {
      oldest!.replaced = true;
      oldest!.task.cancel(`${job.operator}: a newer value takes its place`);
    }
    next();
  };
  const end = (one: Running) => {
    one.over = true;
    const failed = one.task.cancelled() ? !one.replaced : one.task.exception() !== null;
    if (failed) {
      failure = { error: one.task.cancelled() ? cancellationOf(one.task) : one.task.exception() };
      return;
    }
    if (!one.replaced) kept.push(one);
    const isFirst = ({ index }: Running) => !running().some((other) => other.index < index);
    const ready = kept.filter((other) => !job.ordered || isFirst(other)).sort((a, b) => a.index - b.index);
    for (const other of ready) {
      kept.splice(kept.indexOf(other), 1);
      for (const value of job.values(other.index)) job.out(value);
    }
    next();
  };

  const source = createTask(feed(post));
  try {
    while (failure === undefined && !(sourceEnded && waiting.length === 0 && running().length === 0)) {
      const message = yield* inbox.get();
      if ('value' in message) take(message.value);
      else if ('ended' in message) end(message.ended);
      else if ('sourceEnded' in message) sourceEnded = true;
      else failure = { error: message.sourceFailed };
    }
  } catch (error) {
    failure = { error };
    requests++;
  }
  const left = () => [source, ...all.map(({ task }) => task)].filter((task) => !task.done());
  // What fails while the run ends is told by the run.
  const late = (error: unknown) => {
    if (error !== null && !job.world.closing) job.world.report('late-failure', error);
  };
  const replaced = new Set(all.filter((one) => one.replaced).map(({ task }) => task));
  const wasAsked = (task: Task<unknown>) => replaced.has(task) || (job.world.closing && task.cancelling() > 0);
  // From outside the message travels along.
  for (const task of left()) if (!wasAsked(task)) task.cancel(requests > 0 ? messageOf(failure?.error) : undefined);
  while (left().length > 0) {
    try {
      yield* wait(left());
    } catch (error) {
      if (!isCancelled(error)) throw error;
      if (failure !== undefined && !isCancelled(failure.error)) job.world.report('late-failure', failure.error);
      failure = { error };
      // As a group does: the first request finds them asked already if something has failed before.
      if (requests++ > 0) for (const task of left()) task.cancel(messageOf(error));
    }
  }
  for (const { over, task } of all) {
    if (over || task.cancelled()) continue;
    late(task.exception());
  }
  if (!source.cancelled()) late(source.exception());
  if (failure !== undefined) throw failure.error;
}

function cancellationOf(task: Task<unknown>): unknown {
  try {
    task.result();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** What is known of an operator from its project. */
export function jobOf(
  place: Place,
  label: string,
  project: Project,
): Pick<Job, 'world' | 'label' | 'start' | 'values' | 'pause'> {
  return {
    world: place.world,
    label,
    pause: (ms) => time(place, ms),
    start: (index) =>
      createTask<unknown>(coroutines.source(startOfItem(place, label, index, project, coroutines)) as never),
    values(index) {
      const one = `${label}[${index}]`;
      return project.values === 1 ? [one] : valueTexts(one, project.values);
    },
  };
}

/** A pipeline over the operator, by hand. */
export function modelMap(
  place: Place,
  label: string,
  { operator, source, project, concurrency, ordered }: StatementOf<'map'>,
  out: (value: unknown) => void,
): Coroutine<void> {
  const spec: Job = {
    ...jobOf(place, label, project),
    operator,
    concurrency: operator === 'mapTask' ? concurrency : 1,
    ordered: operator === 'mapTask' && ordered,
    out,
  };
  return coroutine(() => operate(spec, (post) => emitSource(spec, source, post)))();
}

function messageOf(error: unknown): string | undefined {
  return isCancelled(error) && error.message !== '' ? error.message : undefined;
}
