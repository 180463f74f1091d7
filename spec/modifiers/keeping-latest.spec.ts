import { gather, keepingLatest, sleep } from 'rxtasks';
import { workshop } from '../operators/work.js';
import { errorOf, runVirtual, thrownBy } from '../support/virtual.js';

describe('keepingLatest', () => {
  it('lets the running call end, and then runs the newest of the others', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const save = keepingLatest((text: string) => work(text, 10));
      const [a, b, c] = [save('a'), save('b'), save('c')] as const;
      expect(yield* errorOf(b)).toMatchObject({
        message: 'keepingLatest: a newer call takes its place',
        source: 'keepingLatest',
      });
      expect(yield* gather([a, c])).toEqual(['a', 'c']);
      expect(events).toEqual(['a starts at 0', 'a ends at 10', 'c starts at 10', 'c ends at 20']);
    }));

  it('keeps the n newest', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const save = keepingLatest((text: string) => work(text, 10), { maxQueue: 2 });
      const tasks = ['a', 'b', 'c', 'd'].map((text) => save(text));
      yield* tasks[3]!;
      expect(tasks.map((task) => task.cancelled())).toEqual([false, true, false, false]);
      expect(events.filter((event) => event.includes('starts'))).toEqual([
        'a starts at 0',
        'c starts at 10',
        'd starts at 20',
      ]);
    }));

  it('has a slot for every key', () =>
    runVirtual(function* () {
      const { work } = workshop();
      const save = keepingLatest((doc: string, text: string) => work(doc + text, 10), { key: (doc) => doc });
      const tasks = [save('x', '1'), save('x', '2'), save('x', '3'), save('y', '1'), save('y', '2')];
      yield* tasks[4]!;
      expect(tasks.map((task) => task.cancelled())).toEqual([false, true, false, false, false]);
    }));

  it('refuses what is no function, and a queue in which nothing could be kept', () => {
    expect(String(thrownBy(() => keepingLatest('x' as never)))).toMatch(/^TypeError: keepingLatest\(make\)/);
    expect(String(thrownBy(() => keepingLatest(() => sleep(1), { maxQueue: 0 })))).toMatch(
      /^RangeError: keepingLatest\(make, { maxQueue }\): expected a number of 1 or more, got 0/,
    );
  });
});
