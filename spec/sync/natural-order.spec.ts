import fc from 'fast-check';
import { naturalOrder, assertOrder } from '../../lib/sync/natural-order.js';

const values = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom('', 'a', 'b', '10', 2n, true, NaN, undefined, null, new Date(1)),
  fc.constantFrom({}, new Map()),
);
const items = fc.oneof(values, fc.array(fc.oneof(values, fc.array(values, { maxLength: 2 })), { maxLength: 3 }));

describe('naturalOrder', () => {
  it('is by < for numbers, strings, bigints and dates', () => {
    expect(naturalOrder(1, 2)).toBeLessThan(0);
    expect(naturalOrder(2, 1)).toBeGreaterThan(0);
    expect(naturalOrder(10, 9)).toBeGreaterThan(0);
    expect(naturalOrder('10', '9')).toBeLessThan(0);
    expect(naturalOrder(2n, 1.5)).toBeGreaterThan(0);
    expect(naturalOrder(new Date(1), new Date(2))).toBeLessThan(0);
    expect(naturalOrder(new Date(1), new Date(1))).toBe(0);
  });

  it('goes through arrays element by element, the shorter one first', () => {
    expect(naturalOrder([1, 2], [1, 3])).toBeLessThan(0);
    expect(naturalOrder([1, 2], [1])).toBeGreaterThan(0);
    expect(naturalOrder([1, [2, 'b']], [1, [2, 'a']])).toBeGreaterThan(0);
    expect(naturalOrder([1, {}], [1, {}])).toBe(0);
  });

  it('puts numbers before strings before arrays before the rest', () => {
    const sorted = [5, '10', [1], {}];
    expect([...sorted].reverse().sort(naturalOrder)).toEqual(sorted);
  });

  it('is an order over all values: antisymmetric and transitive', () => {
    fc.assert(
      fc.property(items, items, items, (a, b, c) => {
        expect(Math.sign(naturalOrder(a, b))).toBe(0 - Math.sign(naturalOrder(b, a)));
        if (naturalOrder(a, b) <= 0 && naturalOrder(b, c) <= 0) expect(naturalOrder(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('assertOrder', () => {
  it('takes what < orders, and arrays that begin with it', () => {
    for (const item of [1, 'a', 1n, true, new Date(), [1, {}], [['a'], {}]]) assertOrder(item);
  });

  it('names what has no order', () => {
    expect(() => assertOrder([{}, 1])).toThrow(
      'PriorityQueue.put(item): expected something that < orders, an array that begins with one, or a compare function in ' +
        'the constructor, got {}; put [priority, item]',
    );
  });
});
