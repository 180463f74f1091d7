import { of } from 'rxjs';
import { allTasks, createTask, currentTask, mapTask, sleep } from 'rxtasks';
import { runVirtual as run } from 'rxtasks/testing';
import { runVirtual, thrownBy } from '../support/virtual.js';
import { marbles, workshop } from './work.js';

/** Counts how many items were taken, and tells whether it was closed. */
function countedSource(items: number, ms = 0) {
  const state = { taken: 0, closed: false };
  async function* source() {
    try {
      for (let i = 0; i < items; i++) {
        state.taken++;
        if (ms > 0) await sleep(ms);
        yield i;
      }
    } finally {
      state.closed = true;
    }
  }
  return { state, source: source() };
}

async function collect<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of iterable) list.push(item);
  return list;
}

describe('mapTask with ordered', () => {
  it('emits the results in the order of the values, so many at the same time', () => {
    marbles(({ cold, inLoop, expectObservable }) => {
      const times: Record<string, number> = { a: 6, b: 1, c: 4 };
      const mapped = (concurrency: number) =>
        inLoop(
          cold('                        -abc|').pipe(
            mapTask((n) => sleep(times[n]!, n), { concurrency, ordered: true }),
          ),
        );
      expectObservable(mapped(3)).toBe('     -------(abc|)');
      expectObservable(mapped(2)).toBe('     -------(abc|)');
      expectObservable(mapped(1)).toBe('     -------ab---(c|)');
    });
  });
});

describe('mapTask over an iterable', () => {
  const square = function* (n: number) {
    yield* sleep(10 - n);
    return n * n;
  };

  it('gives the results of a list as an async iterable: as they come, or in order', async () => {
    const results = (options: { concurrency?: number; ordered?: boolean }) =>
      run(() => collect(mapTask([1, 2, 3], square, options)));
    expect(await results({ concurrency: 3 })).toEqual([9, 4, 1]);
    expect(await results({ concurrency: 3, ordered: true })).toEqual([1, 4, 9]);
    expect(await results({})).toEqual([1, 4, 9]);
    expect(await results({ concurrency: Infinity })).toEqual([9, 4, 1]);
  });

  it('takes lists, sets, generators, async generators and streams', async () => {
    const stream = () =>
      new ReadableStream<number>({
        start(controller) {
          for (const n of [1, 2]) controller.enqueue(n);
          controller.close();
        },
      });
    const sources = [
      [1, 2],
      new Set([1, 2]),
      (function* () {
        yield 1;
        yield 2;
      })(),
      (async function* () {
        yield 1;
        yield 2;
      })(),
      stream(),
      { getReader: () => stream().getReader() },
    ];
    for (const source of sources) {
      expect(await run(() => collect(mapTask(source as Iterable<number>, square)))).toEqual([1, 4]);
    }
    expect(await run(() => collect(mapTask([], square)))).toEqual([]);
  });

  it('is a run of its own with each iteration, and starts nothing before', async () => {
    let calls = 0;
    const mapped = mapTask([1, 2], async (n) => {
      calls++;
      return n;
    });
    mapped[Symbol.asyncIterator]();
    await sleep(1);
    expect(calls).toBe(0);
    expect([await run(() => collect(mapped)), await run(() => collect(mapped)), calls]).toEqual([[1, 2], [1, 2], 4]);
  });

  it('takes an item only when there is a place; a result that nobody took keeps its place', () =>
    run(async () => {
      const { state, source } = countedSource(10);
      let running = 0;
      const work = async (n: number) => {
        running++;
        await sleep(1);
        running--;
        return n;
      };
      const iterator = mapTask(source, work, { concurrency: 2, ordered: true })[Symbol.asyncIterator]();
      expect(await iterator.next()).toEqual({ done: false, value: 0 });
      await sleep(20);
      expect(state.taken).toBe(3);
      expect(running).toBe(0);
      expect(await iterator.next()).toEqual({ done: false, value: 1 });
      await sleep(20);
      expect(state.taken).toBe(4);
      await iterator.return!();
      expect(state).toEqual({ taken: 4, closed: true });
      expect(await iterator.next()).toEqual({ done: true, value: undefined });
    }));

  it('cancels what runs when the iteration is left, and waits for the clean-up', () =>
    run(async () => {
      const { events, work } = workshop();
      const before = allTasks().size;
      for await (const name of mapTask(
        ['a', 'b', 'c'],
        (each) => work(each, each === 'a' ? 1 : 1000, { cleanUp: 10 }),
        {
          concurrency: 3,
        },
      )) {
        expect(name).toBe('a');
        break;
      }
      expect(events.map((event) => event.replace(/ at .*/, '')).slice(3)).toEqual([
        'a ends',
        'b cancelled',
        'c cancelled',
        'b clean',
        'c clean',
      ]);
      expect(allTasks().size).toBe(before);
    }));

  it('is left when whoever waits for the next result is cancelled', () =>
    run(async () => {
      const { state, source } = countedSource(10);
      const { events, work } = workshop();
      const task = createTask(async () => {
        for await (const _ of mapTask(source, (n) => work(String(n), 1000, { cleanUp: 5 })));
      });
      await sleep(10);
      task.cancel('enough');
      const error = await task.catch((reason: unknown) => reason);
      expect(error).toMatchObject({ message: 'enough' });
      expect(events.map((event) => event.replace(/ at .*/, ''))).toEqual(['0 starts', '0 cancelled', '0 clean']);
      expect(state.closed).toBe(true);
      expect([...allTasks()].filter((each) => each !== currentTask())).toEqual([]);
    }));

  it('fails with the first failure, after what was ready, and after the clean-up of the siblings', () =>
    run(async () => {
      const { events, work } = workshop();
      const { state, source } = countedSource(10);
      const seen: unknown[] = [];
      try {
        const options = { concurrency: 3 };
        const mapped = mapTask(
          source,
          (n) => work(String(n), [1, 5, 1000][n]!, { fails: n === 1, cleanUp: 5 }),
          options,
        );
        for await (const name of mapped) seen.push(name);
      } catch (error) {
        seen.push(error);
      }
      expect(seen.slice(0, -1)).toEqual(['0']);
      expect(seen.at(-1)).toEqual(new Error('1'));
      expect(events.at(-1)).toMatch(/^\d clean/);
      expect(state.closed).toBe(true);
    }));

  it('fails with the error of the source', () =>
    run(async () => {
      const boom = new Error('boom');
      async function* source() {
        yield 1;
        throw boom;
      }
      await expect(collect(mapTask(source(), square))).rejects.toBe(boom);
      await expect(
        collect(
          mapTask(
            (function* (): Generator<number> {
              throw boom;
            })(),
            square,
          ),
        ),
      ).rejects.toBe(boom);
    }));

  it('is a source: of a task, whose progress are the results', () =>
    run(async () => {
      const task = createTask(mapTask([1, 2, 3], (n) => of(n * 2)));
      const seen: unknown[] = [];
      task.progress$.subscribe((value) => seen.push(value));
      expect(await task).toBe(6);
      expect(seen).toEqual([2, 4, 6]);
    }));

  it('refuses what is no iterable, and no function', () =>
    runVirtual(function* () {
      const bad = [of(1), sleep(1), createTask(sleep(1)), 'text', 5, null, { length: 1 }];
      for (const source of bad) {
        expect(String(thrownBy(() => mapTask(source as never, square)))).toMatch(
          /^TypeError: mapTask\(source, project\): expected a list, an async iterable or a ReadableStream, got/,
        );
      }
      expect(String(thrownBy(() => mapTask([1], square, { concurrency: 0 })))).toMatch(
        /^RangeError: mapTask\(.*concurrency }\): expected a number of 1 or more/,
      );
    }));
});
