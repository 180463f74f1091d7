import { drop, enqueue, keepLatest, restart, type Limits, type Occupancy } from '../../lib/modifiers/policy.js';

const one: Limits = { concurrency: 1, maxQueue: 2 };
const slot = (active: number, leaving: number, waiting: number): Occupancy => ({ active, leaving, waiting });
const admitted = { verdict: 'admitted', cancel: 0, discard: 0 };

describe('the policies', () => {
  it.each(Object.entries({ drop, enqueue, keepLatest, restart }))(
    '%s takes in whoever finds a free place',
    (_, policy) => {
      expect(policy(slot(0, 0, 0), one)).toEqual(admitted);
      expect(policy(slot(2, 0, 0), { concurrency: 3, maxQueue: 1 })).toEqual(admitted);
      expect(policy(slot(1e6, 0, 0), { concurrency: Infinity, maxQueue: 1 })).toEqual(admitted);
    },
  );

  it('drop, enqueue and keepLatest let as many wait as may wait', () => {
    for (const policy of [drop, enqueue, keepLatest]) {
      expect(policy(slot(1, 0, 0), one)).toEqual(admitted);
      expect(policy(slot(1, 0, 1), one)).toEqual(admitted);
      expect(policy(slot(0, 1, 1), one)).toEqual(admitted);
    }
  });

  it('differ in what they do with the surplus: drop the newcomer, refuse it, give up the oldest that waits', () => {
    expect(drop(slot(1, 0, 2), one).verdict).toBe('dropped');
    expect(enqueue(slot(1, 0, 2), one).verdict).toBe('refused');
    expect(keepLatest(slot(1, 0, 2), one)).toEqual({ verdict: 'admitted', cancel: 0, discard: 1 });
    expect(drop(slot(0, 1, 2), one).verdict).toBe('dropped');
  });

  it('restart cancels the oldest that runs, or gives up what waits for a clean-up', () => {
    expect(restart(slot(1, 0, 0), one)).toEqual({ verdict: 'admitted', cancel: 1, discard: 0 });
    expect(restart(slot(0, 1, 0), one)).toEqual(admitted);
    expect(restart(slot(0, 1, 1), one)).toEqual({ verdict: 'admitted', cancel: 0, discard: 1 });
    const two = { concurrency: 2, maxQueue: 1 };
    expect(restart(slot(2, 0, 0), two)).toEqual({ verdict: 'admitted', cancel: 1, discard: 0 });
    expect(restart(slot(1, 1, 1), two)).toEqual({ verdict: 'admitted', cancel: 1, discard: 0 });
    expect(restart(slot(0, 2, 2), two)).toEqual({ verdict: 'admitted', cancel: 0, discard: 1 });
  });
});
