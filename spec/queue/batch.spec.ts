import { Batch } from '../../lib/queue/batch.js';

describe('Batch', () => {
  it('takes what comes while it works together afterwards', async () => {
    const done: string[][] = [];
    let go: () => void = () => {};
    const batch = new Batch<string>(async (items) => {
      done.push(items);
      await new Promise<void>((resolve) => (go = resolve));
    });
    batch.add('a');
    batch.add('b');
    await Promise.resolve();
    batch.add('c');
    batch.add('d');
    expect(batch.delete('a')).toBe(false);
    expect(batch.delete('d')).toBe(true);
    expect(done).toEqual([['a', 'b']]);
    go();
    await new Promise((resolve) => setTimeout(resolve));
    expect(done).toEqual([['a', 'b'], ['c']]);
    go();
    await batch.flush();
    batch.add('e');
    await Promise.resolve();
    expect(done.at(-1)).toEqual(['e']);
    go();
  });

  it('works on at most 500 at a time, and goes on after errors', async () => {
    const sizes: number[] = [];
    const batch = new Batch<number>((items) => {
      sizes.push(items.length);
      return Promise.reject(new Error('its own matter'));
    });
    for (let i = 0; i < 1200; i++) batch.add(i);
    await batch.flush();
    expect(sizes).toEqual([500, 500, 200]);
  });

  it('with a delay begins later, unless it is flushed or cleared', async () => {
    jest.useFakeTimers();
    const done: string[][] = [];
    const batch = new Batch<string>((items) => Promise.resolve(done.push(items)), 100);
    batch.add('a');
    await jest.advanceTimersByTimeAsync(99);
    expect(done).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(done).toEqual([['a']]);
    batch.add('b');
    await batch.flush();
    expect(done).toEqual([['a'], ['b']]);
    batch.add('c');
    batch.clear();
    await jest.advanceTimersByTimeAsync(1000);
    expect(done).toEqual([['a'], ['b']]);
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });
});
