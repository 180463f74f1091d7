import fc from 'fast-check';
import { getEventLoop } from 'rxtasks';
import { Waiter, Waiters } from '../../lib/sync/waiters.js';

describe('Waiters', () => {
  it('answers as a plain list would, whoever leaves and whatever is finished', () => {
    const step = fc.record({
      action: fc.constantFrom('add', 'add', 'complete', 'cancel', 'remove', 'shift', 'look'),
      index: fc.nat({ max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const waiters = new Waiters();
        let model: Waiter[] = [];
        const drop = (gone: Waiter | undefined): void => {
          model = model.filter((waiter) => waiter !== gone);
        };
        for (const { action, index } of steps) {
          const chosen = model[index % Math.max(model.length, 1)];
          if (action === 'add') model.push(waiters.add(new Waiter(getEventLoop())));
          else if (action === 'complete' && chosen?.done() === false) chosen.setResult();
          else if (action === 'cancel') chosen?.cancel();
          else if (action === 'remove' && chosen) {
            waiters.remove(chosen);
            waiters.remove(chosen);
            drop(chosen);
          } else if (action === 'shift') {
            const expected = model.findIndex((waiter) => !waiter.done());
            expect(waiters.shiftPending()).toBe(model[expected]);
            model = expected < 0 ? [] : model.slice(expected + 1);
          } else if (action === 'look') {
            expect(waiters.firstPending()).toBe(model.find((waiter) => !waiter.done()));
            expect(waiters.allCancelled()).toBe(model.every((waiter) => waiter.cancelled()));
          }
          expect(waiters.first).toBe(model[0]);
          expect(waiters.size).toBe(model.length);
        }
        expect(waiters.firstPending()).toBe(model.find((waiter) => !waiter.done()));
        expect(waiters.allCancelled()).toBe(model.every((waiter) => waiter.cancelled()));
      }),
      { numRuns: 500 },
    );
  });
});
