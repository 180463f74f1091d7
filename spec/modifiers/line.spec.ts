import { Line } from '../../lib/modifiers/line.js';

describe('Line', () => {
  it('gives out first what came first', () => {
    const line = new Line<number>();
    const taken: number[] = [];
    for (let i = 0; i < 1000; i++) {
      line.push(i);
      if (i % 3 !== 0) taken.push(line.shift()!);
    }
    while (line.length > 0) {
      expect(line.first).toBe(taken.length);
      taken.push(line.shift()!);
    }
    expect(taken).toEqual([...Array(1000).keys()]);
    expect(line.shift()).toBeUndefined();
  });

  it('lets anybody leave', () => {
    const line = new Line<string>();
    for (const item of ['a', 'b', 'c', 'd']) line.push(item);
    expect([line.remove('c'), line.remove('a'), line.remove('c'), line.remove('x')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([line.shift(), line.shift(), line.length]).toEqual(['b', 'd', 0]);
  });
});
