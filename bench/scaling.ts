import { performance } from 'node:perf_hooks';

import type { Resume } from 'rxtasks';
import type { Benchmark, Contender, JavaScriptContender } from './benchmark.js';

/** Does something to `size` things, and gives the milliseconds that count: making things ready does not. */
export type Operation = (size: number) => Generator<void, number, Resume>;

/** A round lasts at least so many milliseconds: what is small is done again and again. */
const FILLED = 20;
/** So many before the first round where few are done: what is small is compiled by then as what is large. */
const WARM = 300;
const FEW = 10_000;

/** How the time per task behaves from a hundred to a million of them. */
export function scaling(
  title: string,
  ours: JavaScriptContender,
  natives: Readonly<Record<string, Contender>> = {},
): Benchmark {
  return {
    title,
    per: 'task',
    sizes: [100, 1_000, 10_000, 100_000, 1_000_000],
    measures: 'given',
    onlyByName: true,
    contenders: { rxtasks: ours, ...natives },
  };
}

/** How the time of one removal behaves: from a list of a thousand, to one of a hundred thousand. */
export function removal(title: string, per: string, ours: JavaScriptContender): Benchmark {
  return { title, per, sizes: [1_000, 10_000, 100_000], measures: 'given', contenders: { rxtasks: ours } };
}

/** A contender whose rounds are runs of ours, in which an operation fills the time. */
export function inRun(makeOperation: (rxtasks: typeof import('rxtasks')) => Operation): JavaScriptContender {
  return {
    async prepare(size) {
      const rxtasks = await import('rxtasks');
      const operation = makeOperation(rxtasks);
      const fill = (ms: number) =>
        rxtasks.run(function* () {
          let [total, times] = [0, 0];
          for (; total < ms; times++) total += yield* operation(size);
          return total / times;
        });
      if (size <= FEW) await fill(WARM);
      return () => fill(FILLED);
    },
  };
}

/** The same for what needs no run: `operation` is done until the time is filled. */
export function outsideRun(operation: (size: number) => number | Promise<number>): JavaScriptContender {
  return {
    async prepare(size) {
      const fill = async (ms: number) => {
        let [total, times] = [0, 0];
        for (; total < ms; times++) total += await operation(size);
        return total / times;
      };
      if (size <= FEW) await fill(WARM);
      return () => fill(FILLED);
    },
  };
}

/** Milliseconds in which the process was busy: those in which it only waited for time to pass do not count. */
export function busyTime(): number {
  return performance.eventLoopUtilization().active;
}

/** The numbers below `size` in an order that is random, and the same every time. */
export function shuffled(size: number): number[] {
  const numbers = Array.from({ length: size }, (_, n) => n);
  let state = 1;
  for (let n = size - 1; n > 0; n--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (n + 1));
    [numbers[n], numbers[other]] = [numbers[other]!, numbers[n]!];
  }
  return numbers;
}
