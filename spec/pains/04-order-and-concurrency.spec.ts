import { type Observable, concatMap, from, map, mergeMap, timer, toArray } from 'rxjs';
import { mapTask } from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';

const times = [30, 1, 10, 1];

/** The numbers in the order of the results, and the most that ran at the same time. */
async function measured(
  operator: (work: (n: number) => Observable<number>) => (source: Observable<number>) => Observable<number>,
) {
  let running = 0;
  let most = 0;
  const work = (n: number) => {
    most = Math.max(most, ++running);
    return timer(n).pipe(
      map(() => {
        running--;
        return n;
      }),
    );
  };
  const results = await runVirtual(() => from(times).pipe(operator(work), toArray()));
  return { results, most };
}

describe('#5519, #1337: a limit on how many run, with the order kept', () => {
  it('RxJS: mergeMap() limits and loses the order, concatMap() keeps it and runs one at a time', async () => {
    expect(await measured((work) => mergeMap(work, 2))).toEqual({ results: [1, 10, 1, 30], most: 2 });
    expect(await measured((work) => concatMap(work))).toEqual({ results: times, most: 1 });
  });

  it('rxtasks: mapTask() with concurrency and ordered does both', async () => {
    expect(await measured((work) => mapTask(work, { concurrency: 2, ordered: true }))).toEqual({
      results: times,
      most: 2,
    });
    expect(await measured((work) => mapTask(work, { concurrency: 2 }))).toEqual({ results: [1, 10, 1, 30], most: 2 });
  });
});
