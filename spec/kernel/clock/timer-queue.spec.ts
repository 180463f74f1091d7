import fc from 'fast-check';
import { RUN } from '../../../lib/kernel/ground/protocol.js';
import { type Timer, TimerQueue } from '../../../lib/kernel/clock/timer-queue.js';

class Alarm implements Timer {
  readonly deadline: number;
  order = 0;
  queued = false;
  dropped = false;

  constructor(deadline: number) {
    this.deadline = deadline;
  }

  [RUN](): void {}
}

/** What is to come out: by deadline, then in the order of coming in. */
function inOrder(timers: readonly Alarm[]): Alarm[] {
  return timers.filter((timer) => !timer.dropped).sort((a, b) => a.deadline - b.deadline || a.order - b.order);
}

describe('a timer queue', () => {
  it('gives timers by their deadlines, equal ones in the order in which they came, and none that was dropped', () => {
    const step = fc.oneof(
      fc.record({ push: fc.integer({ min: 0, max: 20 }) }),
      fc.record({ push: fc.double({ min: 0, max: 20, noNaN: true }) }),
      fc.record({ drop: fc.nat() }),
      fc.record({ take: fc.integer({ min: 0, max: 20 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400, size: 'max' }), (steps) => {
        const queue = new TimerQueue();
        let queued: Alarm[] = [];
        const found: unknown[] = [];
        const expected: unknown[] = [];
        for (const each of steps) {
          if ('push' in each) {
            const timer = new Alarm(each.push);
            queue.push(timer);
            queued.push(timer);
          } else if ('drop' in each) {
            const timer = queued[each.drop % Math.max(1, queued.length)];
            if (timer?.queued === true && !timer.dropped) {
              timer.dropped = true;
              queue.drop(timer);
            }
          } else {
            const due = inOrder(queued).filter((timer) => timer.deadline <= each.take);
            const taken: Timer[] = [];
            for (let timer = queue.due(each.take); timer; timer = queue.due(each.take)) taken.push(timer);
            expect(taken).toEqual(due);
            expect(taken.every((timer) => !timer.queued)).toBe(true);
            queued = inOrder(queued).filter((timer) => timer.deadline > each.take);
          }
          const left = inOrder(queued);
          found.push([queue.size, queue.first()]);
          expected.push([left.length, left[0]?.deadline]);
        }
        expect(found).toEqual(expected);
      }),
    );
  });

  it('keeps the order through the removal of many that were dropped', () => {
    const queue = new TimerQueue();
    const timers = Array.from({ length: 5000 }, (_, i) => new Alarm((i * 7919) % 613));
    for (const timer of timers) queue.push(timer);
    for (const [i, timer] of timers.entries()) {
      if (i % 5 === 0) continue;
      timer.dropped = true;
      queue.drop(timer);
    }
    expect(timers.filter((timer) => timer.dropped && timer.queued).length).toBeLessThan(2000);
    const taken: Timer[] = [];
    for (let timer = queue.due(Infinity); timer; timer = queue.due(Infinity)) taken.push(timer);
    expect(taken).toEqual(inOrder(timers));
    expect(queue.size).toBe(0);
  });
});
