import fc from 'fast-check';
import { merge } from 'rxjs';
import { type Future, type Task, asCompleted, createTask } from 'rxtasks';
import { cold, record, runs, schedules, told, virtualTime } from './schedules.js';

const cases = fc.record({
  tasks: fc.array(
    fc.record({ schedule: schedules, cancelAt: fc.option(fc.integer({ min: 0, max: 20 }), { freq: 5 }) }),
    {
      minLength: 1,
      maxLength: 6,
    },
  ),
  watchAt: fc.integer({ min: 0, max: 20 }),
});

/** What a task says in `merge`: its value, or its error, which is the end of `merge`. */
function said(task: Future<unknown>): object {
  // The message of a cancellation is for the first who looks.
  if (task.cancelled()) return { error: 'CancelledError' };
  const error = task.exception();
  return error === null ? { value: task.result() } : { error: told(error) };
}

/** As far as `merge` goes: up to the first error. */
function untilError(list: readonly object[]): object[] {
  const first = list.findIndex((item) => 'error' in item);
  return first === -1 ? [...list] : list.slice(0, first + 1);
}

describe('asCompleted of hot tasks', () => {
  it('gives the tasks in the order in which merge gives their values, at the same times', () => {
    let several = 0;
    fc.assert(
      fc.property(cases, ({ tasks, watchAt }) => {
        const { scheduler, loop } = virtualTime();
        const list: Task<string>[] = tasks.map(({ schedule, cancelAt }, i) => {
          const task = createTask(cold(`s${i}-`, schedule, scheduler), { loop });
          if (cancelAt !== null) loop.callLater(cancelAt + 0.5, () => task.cancel());
          return task;
        });
        const completed: { at: number; task: Future<string> }[] = [];
        const iterated: { at: number; task: Future<string> }[] = [];
        let recorded: unknown[] = [];
        loop.callLater(watchAt, () => {
          asCompleted(list).subscribe((task) => completed.push({ at: scheduler.now(), task }));
          const each = asCompleted(list);
          createTask(function* () {
            for (let task = yield* each.nextDone(); task !== undefined; task = yield* each.nextDone()) {
              iterated.push({ at: scheduler.now(), task });
            }
          });
          recorded = record(merge(...list), scheduler);
        });
        scheduler.flush();
        const merged = recorded.filter((item) => !('complete' in (item as object)));
        const inOrder = (items: typeof completed) => untilError(items.map(({ at, task }) => ({ at, ...said(task) })));
        expect(inOrder(completed)).toEqual(merged);
        expect(inOrder(iterated)).toEqual(merged);
        if (merged.length > 1) several++;
      }),
      runs,
    );
    expect(several).toBeGreaterThan(50);
  });
});
