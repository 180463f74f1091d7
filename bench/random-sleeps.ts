import { assertResult } from './assert-result.js';
import type { JavaScriptContender } from './benchmark.js';
import { sleepTimes, sum } from './sleep-times.js';

/** Those who let so many tasks sleep, each a random time of at most so many milliseconds, and wait for all of them. */
export function randomSleeps(longest: number) {
  const contender = (prepare: (times: readonly number[]) => Promise<() => Promise<readonly number[]>>) => ({
    prepare: async (size: number) => {
      const times = sleepTimes(size, longest);
      const round = await prepare(times);
      return async () => assertResult(sum(await round()), sum(times));
    },
  });
  return {
    rxtasks: contender(async (times) => {
      const { createTask, gather, run, sleep } = await import('rxtasks');
      return () => run(() => gather(times.map((ms) => createTask(sleep(ms, ms)))));
    }),
    native: contender(async (times) => {
      const nap = async (ms: number) => {
        await new Promise((resolve) => setTimeout(resolve, ms));
        return ms;
      };
      return () => Promise.all(times.map(nap));
    }),
    RxJS: contender(async (times) => {
      const { firstValueFrom, forkJoin, map, timer } = await import('rxjs');
      return () => firstValueFrom(forkJoin(times.map((ms) => timer(ms).pipe(map(() => ms)))));
    }),
    Effect: contender(async (times) => {
      const { Effect } = await import('effect');
      const nap = (ms: number) => Effect.as(Effect.sleep(ms), ms);
      return () => Effect.runPromise(Effect.forEach(times, nap, { concurrency: 'unbounded' }));
    }),
    effection: contender(async (times) => {
      const { all, run, sleep } = await import('effection');
      function* nap(ms: number) {
        yield* sleep(ms);
        return ms;
      }
      return () => run(() => all(times.map(nap)));
    }),
  } satisfies Record<string, JavaScriptContender>;
}

/** Of those that can have so many sleep for long; each has had some short sleeps before its round, to be compiled. */
export function longSleeps(longest: number) {
  const long = randomSleeps(longest);
  const short = randomSleeps(50);
  const warm = (name: 'rxtasks' | 'native' | 'Effect'): JavaScriptContender => ({
    prepare: async (size) => {
      const warmUp = await short[name].prepare(10_000);
      for (let i = 0; i < 3; i++) await warmUp();
      return long[name].prepare(size);
    },
  });
  return { rxtasks: warm('rxtasks'), native: warm('native'), Effect: warm('Effect') };
}
