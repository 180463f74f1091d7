import fc from 'fast-check';
import { Deque } from '../../../lib/kernel/ground/deque.js';

describe('Deque', () => {
  it('gives what was put first, whatever comes and goes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -60, max: 60 })), (steps) => {
        const deque = new Deque<number>();
        const model: number[] = [];
        let next = 0;
        for (const step of steps) {
          for (let i = 0; i < step; i++) {
            deque.push(next);
            model.push(next++);
          }
          for (let i = 0; i > step && model.length > 0; i--) expect(deque.take()).toBe(model.shift());
          expect(deque.size).toBe(model.length);
        }
      }),
    );
  });

  it('works on after it was emptied from a large size', () => {
    const deque = new Deque<number>();
    for (const round of [1, 2]) {
      for (let i = 0; i < 5000; i++) deque.push(round * i);
      for (let i = 0; i < 5000; i++) if (deque.take() !== round * i) throw new Error(`item ${i} of round ${round}`);
      expect(deque.size).toBe(0);
    }
  });
});
