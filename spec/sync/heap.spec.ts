import fc from 'fast-check';
import { Heap } from '../../lib/sync/heap.js';

const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.nat()));
const byFirst = (a: [number, number], b: [number, number]): number => a[0] - b[0];

function drain<T>(heap: Heap<T>): T[] {
  const items: T[] = [];
  while (heap.size > 0) items.push(heap.take());
  return items;
}

describe('Heap', () => {
  it('gives what a stable sort gives', () => {
    fc.assert(
      fc.property(pairs, (items) => {
        const heap = new Heap(byFirst);
        for (const item of items) heap.push(item);
        expect(drain(heap)).toEqual(items.toSorted ? items.toSorted(byFirst) : [...items].sort(byFirst));
      }),
    );
  });

  it('gives the smallest of what it holds, also while things come and go', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 20 }))), (steps) => {
        const heap = new Heap<number>((a, b) => a - b);
        const model: number[] = [];
        for (const step of steps) {
          if (step !== null) {
            heap.push(step);
            model.push(step);
          } else if (model.length > 0) {
            model.sort((a, b) => a - b);
            expect(heap.take()).toBe(model.shift());
          }
          expect(heap.size).toBe(model.length);
        }
      }),
    );
  });

  it('neither loses nor takes in an item when the comparison throws', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 3 }), fc.nat({ max: 3 }), (items, calls) => {
        let left = Infinity;
        const heap = new Heap<number>((a, b) => {
          if (left-- <= 0) throw new Error('compare');
          return a - b;
        });
        for (const item of items) heap.push(item);
        const expected = [...items].sort((a, b) => a - b);

        left = calls;
        let pushed = false;
        try {
          heap.push(0);
          pushed = true;
        } catch (error) {
          expect(error).toEqual(new Error('compare'));
        }
        if (pushed) expected.push(0);
        expected.sort((a, b) => a - b);

        left = calls;
        try {
          expect(heap.take()).toBe(expected[0]);
          expected.shift();
        } catch (error) {
          expect(error).toEqual(new Error('compare'));
        }

        left = Infinity;
        expect(drain(heap)).toEqual(expected);
      }),
    );
  });
});
