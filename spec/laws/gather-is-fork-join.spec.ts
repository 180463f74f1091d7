import fc from 'fast-check';
import { forkJoin } from 'rxjs';
import { createTask, gather } from 'rxtasks';
import { cold, record, runs, schedules, virtualTime } from './schedules.js';

/** Hot tasks by schedules, some cancelled on the way, watched from a moment on when some have ended. */
const cases = fc.record({
  tasks: fc.array(fc.record({ schedule: schedules, cancelAt: fc.option(fc.integer({ min: 0, max: 20 })) }), {
    minLength: 1,
    maxLength: 6,
  }),
  /** Which task stands at which position: one may stand at several. */
  positions: fc.array(fc.nat(5), { maxLength: 3 }),
  watchAt: fc.integer({ min: 0, max: 20 }),
});

describe('gather of hot tasks', () => {
  it('emits what forkJoin emits: the same values, or the same first error, at the same time', () => {
    let together = 0;
    let failed = 0;
    fc.assert(
      fc.property(cases, ({ tasks, positions, watchAt }) => {
        const { scheduler, loop } = virtualTime();
        const all = tasks.map(({ schedule, cancelAt }, i) => {
          const task = createTask(cold(`s${i}-`, schedule, scheduler), { loop });
          if (cancelAt !== null) loop.callLater(cancelAt + 0.5, () => task.cancel(`cancel ${i}`));
          return task;
        });
        const list = [...all, ...positions.filter((i) => i < all.length).map((i) => all[i]!)];
        let gathered: unknown[] = [];
        let joined: unknown[] = [];
        loop.callLater(watchAt, () => {
          gathered = record(gather(list), scheduler);
          joined = record(forkJoin(list), scheduler);
        });
        scheduler.flush();
        expect(gathered).toEqual(joined);
        if (joined.length === 2) together++;
        if (joined.length === 1) failed++;
      }),
      runs,
    );
    // Both kinds of end have come up often enough for the law to say something.
    expect([together > 20, failed > 20]).toEqual([true, true]);
  });

  it('of a dictionary emits what forkJoin of the dictionary emits', () => {
    fc.assert(
      fc.property(fc.array(schedules, { minLength: 1, maxLength: 4 }), (list) => {
        const { scheduler, loop } = virtualTime();
        const tasks = Object.fromEntries(
          list.map((schedule, i) => [`key${i}`, createTask(cold(`s${i}-`, schedule, scheduler), { loop })]),
        );
        const gathered = record(gather(tasks), scheduler);
        const joined = record(forkJoin(tasks), scheduler);
        scheduler.flush();
        expect(gathered).toEqual(joined);
      }),
      runs,
    );
  });
});
