import { mapTask } from 'rxtasks';
import { scripted } from './coroutines.js';
import { projectFor } from './mappings.js';
import { modelEach, modelWatch } from './model-iterations.js';
import { type Place, child, note, taskOf, time } from './place.js';
import type { StatementOf } from './program.js';
import type { Script } from './style.js';
import { Failure } from './world.js';

/** What a task reports, as against the values of a pipeline, which are reports too. */
const reportMark = 'report of ';

export function report(place: Place): void {
  note(place, 'reports');
  place.task?.report(`${reportMark}${place.label}`);
}

/** `for await (const item of mapTask(…))`; where there is no such loop, the model of it. */
export function* each(place: Place, statement: StatementOf<'each'>): Script<void> {
  const { id, items, pace } = statement;
  const label = `${place.label}/${id}`;
  let index = 0;
  const body = function* (value: unknown): Script<boolean> {
    place.world.note(label, `item ${String(value)}`);
    const at = index++;
    yield* place.run(child(place, label), statement.body);
    if (at !== statement.leaveAt) return true;
    if (statement.leaveBy === 'throw') throw new Failure(label);
    return false;
  };
  if (place.style.name !== 'async') {
    yield* byHand(place, modelEach(place, label, statement, body));
  } else {
    const source = pace === null ? Array.from({ length: items }, (_, n) => n) : rows(place, label, items, pace);
    const mapped = mapTask(source as number[], projectFor(place, label, statement.project) as never, {
      concurrency: statement.concurrency,
      ordered: statement.ordered,
    });
    yield* forAwait<unknown>(mapped, body);
  }
  note(place, `${id} is over`);
}

/** `for await (const report of task.progress$)`; where there is no such loop, the model of it. */
export function* watch(place: Place, { id, task, body }: StatementOf<'watch'>): Script<void> {
  const label = `${place.label}/${id}`;
  const found = taskOf(place, task);
  if (found === undefined) return;
  const one = function* (value: unknown): Script<boolean> {
    // The values of a pipeline are reports, too.
    if (typeof value !== 'string' || !value.startsWith(reportMark)) return true;
    place.world.note(label, value);
    yield* place.run(child(place, label), body);
    return true;
  };
  if (place.style.name === 'async') yield* forAwait<unknown>(found.progress$, one);
  else yield* byHand(place, modelWatch(found, one));
  note(place, `${id} is over`);
}

/** What catches cancellations is a coroutine, in a pipeline too. */
function* byHand(place: Place, script: Script<void>): Script<void> {
  if (place.style.catches) yield* script;
  else yield scripted(() => script);
}

/** `for await (const value of iterable)`, of which the body says by `false` that it breaks. */
export function* forAwait<T>(iterable: AsyncIterable<T>, body: (value: T) => Script<boolean>): Script<void> {
  const iterator = iterable[Symbol.asyncIterator]();
  for (;;) {
    const step = (yield { bare: () => iterator.next() }) as IteratorResult<T>;
    if (step.done) return;
    let goesOn: boolean;
    try {
      goesOn = yield* body(step.value);
    } catch (error) {
      try {
        if (iterator.return) yield { bare: () => iterator.return!() };
      } catch {
        // the error of the body is the one that is thrown
      }
      throw error;
    }
    if (goesOn) continue;
    if (iterator.return) yield { bare: () => iterator.return!() };
    return;
  }
}

/** An async generator whose clean-up is noted. */
async function* rows(place: Place, label: string, items: number, pace: number): AsyncGenerator<number, void> {
  const { world } = place;
  world.note(`${label} source`, 'opens');
  try {
    for (let index = 0; index < items; index++) {
      await world.native(time(place, pace + index));
      yield index;
    }
  } finally {
    world.note(`${label} source`, 'closes');
  }
}
