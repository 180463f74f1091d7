import { Subject, pipe, tap } from 'rxjs';
import {
  ALL_COMPLETED,
  Backoff,
  type Coroutine,
  FIRST_COMPLETED,
  type Future,
  type Task,
  type TaskSource,
  asCompleted,
  coroutine,
  createTask,
  gather,
  resultOf,
  shield,
  toTask,
  wait,
  waitFor,
  withRetry,
  withTaskGroup,
  withTimeout,
} from 'rxtasks';
import { deafModel } from './deaf.js';
import { guard } from './guards.js';
import { each, forAwait, report, watch } from './iterations.js';
import { realMap } from './mappings.js';
import { modelMap } from './model-operators.js';
import {
  type Place,
  isAsync,
  note,
  pause,
  rendered,
  renderedInside,
  startInside,
  startOf,
  taskOf,
  tasksOf,
  time,
} from './place.js';
import type { Body, Operation, StatementOf } from './program.js';
import { bodiesOf } from './sound.js';
import type { Script } from './style.js';
import { Failure, errorText } from './world.js';

type Run<K extends Operation> = (place: Place, statement: StatementOf<K>) => Script<void>;

const table: { readonly [K in Operation]: Run<K> } = {
  *sleep(place, { ms }) {
    yield pause(place, ms);
    note(place, `slept ${ms}`);
  },

  *native(place, { ms }) {
    yield resultOf(place.world.native(time(place, ms)));
    note(place, `waited ${ms}`);
  },

  *deaf(place, { ms, hot, readsSignal }) {
    const promise = place.world.native(time(place, ms));
    if (isAsync(place.style)) {
      if (readsSignal) void place.waiter?.signal;
      yield { bare: () => promise };
      note(place, `waited ${ms}`);
    } else if (isAsync(place.judged)) {
      const asked = hot === null ? undefined : taskOf(place, hot);
      yield* deafModel(place, promise, `waited ${ms}`, asked, readsSignal);
    } else {
      yield resultOf(promise);
      note(place, `waited ${ms}`);
    }
  },

  *fail(place, { after }) {
    yield pause(place, after);
    note(place, 'fails');
    throw new Failure(place.label);
  },

  *count(place) {
    note(place, `cancelling ${place.task?.cancelling()}`);
  },

  *report(place) {
    report(place);
  },

  *try(place, statement) {
    yield* guard(place, statement);
  },

  *call(place, { id, body }) {
    const label = `${place.label}/${id}`;
    const rendering = renderedInside(place, label, body, false);
    const { style } = rendering;
    const start = startInside(place, label, body, rendering);
    const value: unknown = yield style === place.style
      ? style.call(start, place.task, place.waiter)
      : resultOf(style.source(start));
    note(place, `got ${String(value)}`);
  },

  *spawn(place, statement) {
    spawn(place, statement, (source, options) => createTask(source as TaskSource<unknown>, options));
  },

  *child(place, statement) {
    const { group } = place;
    if (group === null) return;
    spawn(place, statement, (source, options) => group.createTask(source as TaskSource<unknown>, options));
  },

  *join(place, { task }) {
    const found = taskOf(place, task);
    if (found !== undefined) note(place, `got ${String(yield found)}`);
  },

  *cancel(place, { task, after, message }) {
    if (after !== null) yield pause(place, after);
    const found = taskOf(place, task);
    if (found !== undefined) note(place, `cancels ${task}: ${found.cancel(message)}`);
  },

  *cancelSelf(place, { then }) {
    note(place, 'cancels itself');
    place.world.ask(place.label);
    place.task?.cancel();
    yield* hear(place, then);
  },

  *abortSelf(place, { then }) {
    for (let at: Place | null = place; at !== null && at.task === place.task; at = at.parent) {
      const controller = place.world.signals.get(at.label);
      if (controller === undefined) continue;
      note(place, 'aborts');
      place.world.ask(place.label);
      controller.abort();
      break;
    }
    yield* hear(place, then);
  },

  *shield(place, { task }) {
    const found = taskOf(place, task);
    if (found !== undefined) note(place, `got ${String(yield shield(found))}`);
  },

  *gather(place, { id, parts, returnExceptions }) {
    const sources = parts.map((body, index) => {
      const label = `${place.label}/${id}[${index}]`;
      const rendering = rendered(place, label, body);
      return rendering.style.source(startOf(place, label, body, rendering));
    });
    const results = (yield gather(sources, { returnExceptions })) as unknown[];
    note(place, `got ${results.map(resultText).join(', ')}`);
  },

  *wait(place, { tasks, timeout, first }) {
    const found = tasksOf(place, tasks);
    if (found.length === 0) return;
    const limit = timeout === null ? null : time(place, timeout);
    const returnWhen = first ? FIRST_COMPLETED : ALL_COMPLETED;
    const { done } = (yield wait(found, { timeout: limit, returnWhen })) as { done: Set<Future<unknown>> };
    note(place, `done ${found.map((task) => done.has(task)).join(', ')}`);
  },

  *asCompleted(place, { tasks, most }) {
    const found = tasksOf(place, tasks);
    const each = asCompleted(found);
    const noteOne = (task: Future<unknown>) => note(place, `completed ${found.indexOf(task as Task<unknown>)}`);
    let left = most;
    if (place.style.name === 'async') {
      yield* forAwait<Future<unknown>>(each as never, function* (task) {
        noteOne(task);
        return --left > 0;
      });
      return;
    }
    for (; left > 0; left--) {
      const step = (yield boxed(each.nextDone())) as { task: Task<unknown> | undefined };
      if (step.task === undefined) break;
      noteOne(step.task);
    }
  },

  *withTimeout(place, { id, ms, body }) {
    const label = `${place.label}/${id}`;
    const limit = ms === null ? null : time(place, ms);
    const rendering = rendered(place, label, body);
    const value: unknown = yield withTimeout(limit, rendering.style.scope(startInside(place, label, body, rendering)));
    note(place, `got ${String(value)}`);
  },

  *waitFor(place, { id, ms, body }) {
    const label = `${place.label}/${id}`;
    const limit = ms === null ? null : time(place, ms);
    const rendering = renderedInside(place, label, body, true);
    const value: unknown = yield waitFor(rendering.style.source(startInside(place, label, body, rendering)), limit);
    note(place, `got ${String(value)}`);
  },

  *group(place, { id, body }) {
    const label = `${place.label}/${id}`;
    const rendering = rendered(place, label, body);
    yield withTaskGroup(
      (group) => rendering.style.scope(startInside(place, label, body, rendering, { group }))(group) as never,
    );
    note(place, 'left the group');
  },

  *endGroup(place, { after, then }) {
    if (after !== null) yield pause(place, after);
    if (place.group === null) return;
    note(place, 'ends the group');
    if (after === null) place.world.ask(place.label);
    place.group.cancel();
    yield* hear(place, then);
  },

  *exclusive(place, { id, of, after, body }) {
    yield pause(place, after);
    const label = `${place.label}/${id}`;
    const rendering = renderedInside(place, label, body, isAskedAtOnce(body));
    const value: unknown = yield place.world[of].runExclusive(
      rendering.style.scope(
        startInside(place, label, body, rendering, { waiter: place.waiter, handedOn: true }),
        place.waiter,
      ),
    );
    note(place, `got ${String(value)}`);
  },

  *put(place, { after }) {
    yield pause(place, after);
    yield place.world.queue.put(place.label);
    note(place, 'has put');
  },

  *get(place, { after }) {
    yield pause(place, after);
    note(place, `got ${String(yield place.world.queue.get())}`);
  },

  *set(place, { after }) {
    yield pause(place, after);
    place.world.event.set();
    note(place, 'has set');
  },

  *waitSet(place) {
    yield place.world.event.wait();
    note(place, 'saw it set');
  },

  *retry(place, { id, attempts, delay }) {
    let attempt = 0;
    const one = (task: Task<unknown>) => {
      const body = attempts[attempt]!;
      const label = `${place.label}/${id}#${attempt++}`;
      const rendering = renderedInside(place, label, body, isAskedAtOnce(body));
      const start = startInside(place, label, body, rendering, { waiter: place.waiter });
      return rendering.style.source(start, place.waiter)(task) as never;
    };
    const backoff = Backoff.from((failure) => (failure.attempt < attempts.length ? time(place, delay) : null));
    note(place, `got ${String(yield withRetry(one, backoff))}`);
  },

  *map(place, statement) {
    const { world } = place;
    const label = `${place.label}/${statement.id}`;
    const out = (value: unknown) => world.value(label, value);
    const done = place.set.models ? modelMap(place, label, statement, out) : realMap(place, label, statement, out);
    if (!statement.detached) {
      yield done;
      note(place, `${statement.id} is over`);
      return;
    }
    world.made(label);
    // Nothing fails in there, and so nobody handles an error; the model's is not RxJS's to tell of.
    done.subscribe(place.set.models ? { error: () => {} } : {});
  },

  each,
  watch,

  *hot(place, { id, now, later }) {
    const { world } = place;
    const label = `${place.label}/${id}`;
    const subject = new Subject<number>();
    const see = tap((value: number) => world.note(label, `saw ${value}`));
    let task: Future<unknown>;
    if (place.set.models) {
      task = world.loop.createFuture<unknown>();
      subject.pipe(see).subscribe({ complete: () => task.setResult(null) });
    } else {
      task = pipe(see, toTask({ defaultValue: null }))(subject);
    }
    let value = 0;
    while (value < now) subject.next(value++);
    for (const ms of later) {
      yield pause(place, ms);
      subject.next(value++);
    }
    subject.complete();
    yield task;
    note(place, `${id} is over`);
  },
};

/** Runs statements one after the other. */
export function* block(place: Place, body: Body): Script<void> {
  for (const statement of body) yield* (table[statement.op] as Run<Operation>)(place, statement);
}

/** Somebody asks while the body waits for nothing of the library. */
function isAskedAtOnce(body: Body): boolean {
  return body.some(
    (statement) =>
      ['cancelSelf', 'abortSelf', 'endGroup', 'deaf'].includes(statement.op) || bodiesOf(statement).some(isAskedAtOnce),
  );
}

/** A promise that is resolved with a task would wait for it. */
const boxed = coroutine(function* <T>(next: Coroutine<T>) {
  return { task: yield* next };
});

function* hear(place: Place, then: number | null): Script<void> {
  if (then === null) return;
  yield pause(place, then);
  note(place, 'goes on');
}

function resultText(result: unknown): string {
  return result instanceof Error ? errorText(result) : String(result);
}

type Create = (source: unknown, options: { name: string; eager: boolean; signal?: AbortSignal }) => Task<unknown>;

function spawn(place: Place, { id, body, eager, abortAfter }: StatementOf<'spawn' | 'child'>, create: Create): void {
  const { world } = place;
  const label = `${place.label}/${id}`;
  const rendering = rendered(place, label, body);
  const controller = new AbortController();
  world.signals.set(label, controller);
  if (abortAfter !== undefined) world.clock.setTimeout(() => controller.abort(), time(place, abortAfter));
  const source = rendering.style.source(startOf(place, label, body, rendering));
  const task = create(source, { name: label, eager, signal: controller.signal });
  place.names.set(id, label);
  world.watch(label, task);
  note(place, `made ${id}`);
}
