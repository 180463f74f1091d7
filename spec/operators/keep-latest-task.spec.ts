import { NEVER, range, toArray } from 'rxjs';
import { keepLatestTask, resultOf, sleep } from 'rxtasks';
import { runVirtual, thrownBy } from '../support/virtual.js';
import { marbles } from './work.js';

describe('keepLatestTask', () => {
  it('lets one end, and then runs the newest of those that came meanwhile', () => {
    marbles(({ cold, inLoop, expectObservable }) => {
      const kept = (maxQueue?: number) => {
        const source = cold('                -abc-----|');
        return inLoop(source.pipe(keepLatestTask((name) => sleep(4, name), { maxQueue })));
      };
      expectObservable(kept()).toBe('        -----a---(c|)');
      expectObservable(kept(2)).toBe('       -----a---b---(c|)');
    });
  });

  it('gives the last value its turn even if the source has ended', () =>
    runVirtual(function* () {
      const kept = range(0, 1000).pipe(
        keepLatestTask((n) => sleep(5, n)),
        toArray(),
      );
      expect(yield* resultOf(kept)).toEqual([0, 999]);
    }));

  it('has a slot for every key', () => {
    marbles(({ cold, inLoop, expectObservable }) => {
      const source = cold('-aAbB|');
      const kept = source.pipe(keepLatestTask((n) => sleep(9, n), { key: (n) => n.toLowerCase() }));
      expectObservable(inLoop(kept)).toBe('----------a-b------A-(B|)');
    });
  });

  it('refuses what is no function, and a queue in which nothing could be kept', () => {
    expect(String(thrownBy(() => keepLatestTask(undefined as never)))).toMatch(/^TypeError: keepLatestTask\(project\)/);
    expect(String(thrownBy(() => keepLatestTask(() => NEVER, { maxQueue: 0 })))).toMatch(
      /^RangeError: keepLatestTask\(project, { maxQueue }\): expected a number of 1 or more, got 0/,
    );
  });
});
