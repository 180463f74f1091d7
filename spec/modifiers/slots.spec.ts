import fc from 'fast-check';

import { type Policy, drop, enqueue, keepLatest, restart } from '../../lib/modifiers/policy.js';
import { type SlotRun, Slots } from '../../lib/modifiers/slots.js';

type State = 'new' | 'running' | 'leaving' | 'ended' | 'discarded' | 'dropped' | 'refused' | 'withdrawn';

class Run implements SlotRun {
  state: State = 'new';
  readonly id: number;
  readonly key: number;

  constructor(id: number, key: number) {
    this.id = id;
    this.key = key;
  }

  start(): void {
    expect(this.state).toBe('new');
    this.state = 'running';
  }

  cancel(): void {
    expect(this.state).toBe('running');
    this.state = 'leaving';
  }

  discard(): void {
    expect(this.state).toBe('new');
    this.state = 'discarded';
  }
}

/** What happens to slots: somebody comes, one of those that run ends, one of those that wait goes. */
const happenings = fc.array(
  fc.record({ what: fc.constantFrom('come', 'come', 'end', 'withdraw'), key: fc.nat(2), which: fc.nat(10) }),
  { maxLength: 60 },
);

describe('Slots', () => {
  const policies: [string, Policy][] = Object.entries({ drop, enqueue, keepLatest, restart });

  it.each(policies)(
    'under %s: never more than so many run or wait; nobody waits beside a free place',
    (name, policy) => {
      const limits = fc.record({
        concurrency: fc.integer({ min: 1, max: 3 }),
        maxQueue: fc.integer({ min: 1, max: 3 }),
      });
      fc.assert(
        fc.property(limits, happenings, ({ concurrency, maxQueue }, list) => {
          const slots = new Slots(policy, { concurrency, maxQueue });
          const runs: Run[] = [];
          for (const { what, key, which } of list) {
            const present = (...states: State[]) => runs.filter((run) => run.key === key && states.includes(run.state));
            if (what === 'come') {
              const run = new Run(runs.length, key);
              runs.push(run);
              const verdict = slots.admit(run, key);
              if (verdict !== 'admitted') run.state = verdict;
            } else {
              const candidates = what === 'end' ? present('running', 'leaving') : present('new');
              const run = candidates[which % candidates.length];
              if (run === undefined) continue;
              run.state = what === 'end' ? 'ended' : 'withdrawn';
              slots.leave(run, key);
            }
            const busy = present('running', 'leaving').length;
            const waiting = present('new').length;
            expect(busy).toBeLessThanOrEqual(concurrency);
            expect(waiting).toBeLessThanOrEqual(name === 'restart' ? concurrency : maxQueue);
            if (waiting > 0) expect(busy).toBe(concurrency);
            // The newest is never the one to suffer, but where it finds no room.
            if (what === 'come' && (name === 'restart' || name === 'keepLatest')) {
              expect(['running', 'new']).toContain(runs.at(-1)!.state);
            }
            // Who waits came later than who runs.
            for (const runner of present('running'))
              for (const waiter of present('new')) expect(waiter.id > runner.id).toBe(true);
          }
          for (const run of runs) {
            if (run.state === 'new') slots.leave(run, run.key);
          }
          for (const run of runs) if (run.state === 'running' || run.state === 'leaving') slots.leave(run, run.key);
          expect(slots.size).toBe(0);
        }),
      );
    },
  );

  it('has a slot for every key, and forgets those that are empty', () => {
    const slots = new Slots(drop, { concurrency: 1, maxQueue: 0 });
    const runs = Array.from({ length: 1000 }, (_, key) => new Run(key, key));
    for (const run of runs) expect(slots.admit(run, run.key)).toBe('admitted');
    expect(slots.admit(new Run(1000, 5), 5)).toBe('dropped');
    expect(slots.size).toBe(1000);
    for (const run of runs) slots.leave(run, run.key);
    expect(slots.size).toBe(0);
  });

  it('serves a long line', () => {
    const slots = new Slots(enqueue, { concurrency: 1, maxQueue: Infinity });
    const runs = Array.from({ length: 1000 }, () => ({ start() {}, cancel() {}, discard() {} }));
    for (const run of runs) slots.admit(run);
    for (const run of runs) slots.leave(run);
    expect(slots.size).toBe(0);
  });
});
