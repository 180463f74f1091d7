import { NEVER, concat, from, of, toArray } from 'rxjs';
import { QueueFull, enqueueTask, resultOf, sleep } from 'rxtasks';
import { errorOf, runVirtual, thrownBy } from '../support/virtual.js';
import { marbles, workshop } from './work.js';

describe('enqueueTask', () => {
  it('runs a task for every value, one after the other', () => {
    marbles(({ cold, inLoop, expectObservable }) => {
      const source = cold('-a-b-c|');
      expectObservable(inLoop(source.pipe(enqueueTask((n) => sleep(4, n))))).toBe('-----a---b---(c|)');
    });
  });

  it('has a line for every key', () => {
    marbles(({ cold, inLoop, expectObservable }) => {
      const source = cold('-a-A-b|');
      const enqueued = source.pipe(enqueueTask((n) => sleep(4, n), { key: (n) => n.toLowerCase() }));
      expectObservable(inLoop(enqueued)).toBe('-----a---(bA|)');
    });
  });

  it('fails with QueueFull when more come than may wait, after the clean-up of what runs', () =>
    runVirtual(function* () {
      const { events, note, work } = workshop();
      const source = concat(of('a', 'b'), sleep(3, 'c'), NEVER);
      const error = yield* errorOf(
        resultOf(source.pipe(enqueueTask((name) => work(name, 10, { cleanUp: 5 }), { maxQueue: 1 }))),
      );
      note('over');
      expect(error).toBeInstanceOf(QueueFull);
      expect((error as Error).message).toBe('enqueueTask: as many values wait as may wait (maxQueue)');
      expect(events).toEqual(['a starts at 0', 'a cancelled at 3', 'a clean at 8', 'over at 8']);
    }));

  it('calls the project with value and index, and names the tasks', () =>
    runVirtual(function* () {
      const { work } = workshop();
      const results = from(['a', 'b']).pipe(
        enqueueTask((value, index) => work(`${value}${index}`, 1), { name: (value, index) => value + index }),
        toArray(),
      );
      expect(yield* resultOf(results)).toEqual(['a0', 'b1']);
    }));

  it('refuses what is no function, and numbers that make no sense', () => {
    expect(String(thrownBy(() => enqueueTask({} as never)))).toMatch(/^TypeError: enqueueTask\(project\)/);
    expect(String(thrownBy(() => enqueueTask(() => NEVER, { maxQueue: NaN })))).toMatch(
      /^RangeError: enqueueTask\(project, { maxQueue }\): expected a number of 0 or more, got NaN/,
    );
  });
});
