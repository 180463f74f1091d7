import fc from 'fast-check';
import { type Observable, lastValueFrom } from 'rxjs';
import { type Task, createTask } from 'rxtasks';
import { cold, hot, runs, schedules, told, virtualTime } from './schedules.js';

/** Nothing, or a default value; `undefined` is one, too. */
const defaults = fc.constantFrom<{ defaultValue?: unknown }>(
  {},
  {},
  { defaultValue: 'default' },
  { defaultValue: undefined },
);

/** How a promise has ended once everything that was to happen has. */
async function outcome(promise: Promise<unknown>): Promise<unknown> {
  const pending = new Promise((resolve) => setImmediate(() => resolve('pending')));
  return Promise.race([
    promise.then(
      (value) => ({ value }),
      (error: unknown) => ({ error: told(error) }),
    ),
    pending,
  ]);
}

function taskOutcome(task: Task<unknown>): unknown {
  if (!task.done()) return 'pending';
  const error = task.exception();
  return error === null ? { value: task.result() } : { error: told(error) };
}

describe('a task', () => {
  const kinds = { 'a cold source': cold, 'a hot source': hot };
  for (const [kind, make] of Object.entries(kinds)) {
    for (const eager of make === cold ? [false, true] : [true]) {
      it(`over ${kind}${eager ? ', eager,' : ''} resolves to what lastValueFrom gives, or fails as it does`, async () => {
        const seen = { value: 0, error: 0, empty: 0 };
        await fc.assert(
          fc.asyncProperty(schedules, defaults, async (schedule, given) => {
            const { scheduler, loop } = virtualTime();
            const source: Observable<unknown> = make('s', schedule, scheduler);
            const task = createTask(source, { loop, eager, ...given });
            const last = outcome(
              'defaultValue' in given
                ? lastValueFrom(source, given as { defaultValue: unknown })
                : lastValueFrom(source),
            );
            scheduler.flush();
            const expected = await last;
            expect(taskOutcome(task)).toEqual(expected);
            if (JSON.stringify(expected).includes('EmptyError')) seen.empty++;
            else if (typeof expected === 'object' && 'error' in expected!) seen.error++;
            else if (typeof expected === 'object') seen.value++;
          }),
          runs,
        );
        expect(Object.values(seen).map((count) => count > 10)).toEqual([true, true, true]);
      });
    }
  }

  it('reports on the way every value that the source gives', () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        const { scheduler, loop } = virtualTime();
        const task = createTask(cold('s', schedule, scheduler), { loop });
        const reports: unknown[] = [];
        const values: unknown[] = [];
        task.progress$.subscribe((value) => reports.push({ at: scheduler.now(), value }));
        cold('s', schedule, scheduler).subscribe({
          next: (value) => values.push({ at: scheduler.now(), value }),
          error: () => {},
        });
        scheduler.flush();
        expect(reports).toEqual(values);
      }),
      runs,
    );
  });
});
