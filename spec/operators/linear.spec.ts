import { type Observable, count, from, mergeAll } from 'rxjs';
import {
  type Coroutine,
  type Task,
  asCompletedAll,
  coroutine,
  createTask,
  gatherAll,
  mapTask,
  resultOf,
  sleep,
  waitAll,
} from 'rxtasks';
import { runVirtual } from '../support/virtual.js';

/** How many items of arrays were looked through, or moved, for one that was sought or taken out, while `work` ran. */
async function lookedThrough(work: () => Promise<unknown>): Promise<number> {
  const { indexOf, splice } = Array.prototype;
  let items = 0;
  Array.prototype.indexOf = function (...args) {
    items += this.length;
    return indexOf.apply(this, args);
  };
  Array.prototype.splice = function (this: unknown[], ...args: [number, number]) {
    items += this.length;
    return splice.apply(this, args);
  };
  try {
    await work();
  } finally {
    Object.assign(Array.prototype, { indexOf, splice });
  }
  return items;
}

const one = coroutine(function* () {
  yield;
  return 1;
});

type Source = Coroutine<number> | Task<number>;
type Sources = Observable<Source>;

/** What runs of `n` coroutines, or tasks, look through. */
function looks(n: number, kind: 'coroutines' | 'tasks', through: (sources: Sources) => Observable<unknown>) {
  return lookedThrough(() =>
    runVirtual(function* () {
      const sources: Source[] = Array.from({ length: n }, () => one());
      const given = kind === 'tasks' ? sources.map((source) => createTask(source)) : sources;
      yield* resultOf(through(from(given)).pipe(count()));
    }),
  );
}

/** The same if they are unsubscribed from while all of them run. */
function looksLeft(n: number, kind: 'coroutines' | 'tasks', through: (sources: Sources) => Observable<unknown>) {
  return lookedThrough(() =>
    runVirtual(function* () {
      const sources = Array.from({ length: n }, (_, i) => sleep(100, i));
      const given = kind === 'tasks' ? sources.map((source) => createTask(source)) : sources;
      const subscription = through(from(given)).subscribe();
      yield* sleep(1);
      subscription.unsubscribe();
      yield* sleep(200);
    }),
  );
}

describe.each<[string, (sources: Sources) => Observable<unknown>]>([
  ['gatherAll()', (sources) => sources.pipe(gatherAll())],
  ['gatherAll({ returnExceptions })', (sources) => sources.pipe(gatherAll({ returnExceptions: true }))],
  ['asCompletedAll()', (sources) => sources.pipe(asCompletedAll())],
  ['asCompletedAll(16)', (sources) => sources.pipe(asCompletedAll(16))],
  ['waitAll()', (sources) => sources.pipe(waitAll())],
  ['mapTask()', (sources) => sources.pipe(mapTask((source) => source))],
])('%s', (_, through) => {
  it.each(['coroutines', 'tasks'] as const)('looks through nothing for one of many %s', async (kind) => {
    const [few, many] = [await looks(1000, kind, through), await looks(2000, kind, through)];
    expect(many).toBeLessThanOrEqual(2 * few + 100);
    expect(many).toBeLessThan(10 * 2000);
  });

  it.each(['coroutines', 'tasks'] as const)('that is left looks through nothing for one of many %s', async (kind) => {
    const [few, many] = [await looksLeft(1000, kind, through), await looksLeft(2000, kind, through)];
    expect(many).toBeLessThanOrEqual(2 * few + 100);
    expect(many).toBeLessThan(10 * 2000);
  });
});

describe('mergeAll of RxJS', () => {
  it('looks through all that run, whenever one of them ends: so this can be told', async () => {
    const merged = (sources: Sources) => sources.pipe(mergeAll());
    expect(await looks(1000, 'tasks', merged)).toBeGreaterThan(100 * 1000);
  });
});
