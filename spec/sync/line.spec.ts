import fc from 'fast-check';
import { Line } from '../../lib/sync/line.js';

interface Item {
  readonly name: number;
}

describe('Line', () => {
  it('gives out first what came first, whoever leaves in between', () => {
    const moves = fc.array(fc.tuple(fc.constantFrom('push', 'push', 'shift', 'remove', 'look', 'clear'), fc.nat()));
    fc.assert(
      fc.property(moves, (steps) => {
        const line = new Line<Item>();
        let model: Item[] = [];
        const gone: Item[] = [];
        let name = 0;
        for (const [step, n] of steps) {
          if (step === 'push') {
            const item = { name: name++ };
            line.push(item);
            model.push(item);
          } else if (step === 'shift') {
            const item = model.shift();
            expect(line.shift()).toBe(item);
            if (item !== undefined) gone.push(item);
          } else if (step === 'remove' && model.length > 0) {
            const [item] = model.splice(n % model.length, 1) as [Item];
            expect(line.remove(item)).toBe(true);
            gone.push(item);
          } else if (step === 'look') {
            expect(line.first).toBe(model[0]);
          } else if (step === 'clear') {
            expect(line.clear()).toEqual(model);
            gone.push(...model);
            model = [];
          }
          expect(line.length).toBe(model.length);
          for (const item of gone) expect(line.remove(item)).toBe(false);
        }
      }),
    );
  });

  it('serves a long line in a time in proportion to its length', () => {
    const line = new Line<Item>();
    for (let name = 0; name < 200_000; name++) line.push({ name });
    for (let name = 0; name < 200_000; name++) if (line.shift()?.name !== name) throw new Error(`not ${name}`);
    expect(line.shift()).toBeUndefined();
  });
});
