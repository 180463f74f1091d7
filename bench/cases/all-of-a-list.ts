import { assertResult } from '../assert-result.js';
import type { Benchmark, JavaScriptContender } from '../benchmark.js';

type Operator = (
  all: typeof import('rxtasks'),
  rx: typeof import('rxjs'),
) => import('rxjs').OperatorFunction<import('rxtasks').Coroutine<number>, number>;

/** A coroutine that lets others run once, for each of a list, through an operator that gives the sum. */
function through(operator: Operator): JavaScriptContender['prepare'] {
  return async (size) => {
    const all = await import('rxtasks');
    const rx = await import('rxjs');
    const one = all.coroutine(function* () {
      yield;
      return 1;
    });
    return () =>
      all.run(function* () {
        const sources = Array.from({ length: size }, () => one());
        assertResult(yield* all.resultOf(rx.from(sources).pipe(operator(all, rx))), size);
      });
  };
}

function add(sum: number, value: number): number {
  return sum + value;
}

export default {
  title: 'Run all coroutines of a list by an operator',
  sizes: [10_000, 100_000],
  per: 'coroutine',
  measures: 'time',
  contenders: {
    'rxtasks mapTask': {
      prepare: through(({ mapTask }, { pipe, reduce }) =>
        pipe(
          mapTask((source) => source),
          reduce(add, 0),
        ),
      ),
    },
    'rxtasks gatherAll': {
      prepare: through(({ gatherAll }, { pipe, map }) =>
        pipe(
          gatherAll(),
          map((results) => results.reduce(add, 0)),
        ),
      ),
    },
    'rxtasks asCompletedAll': {
      prepare: through(({ asCompletedAll }, { pipe, reduce }) =>
        pipe(
          asCompletedAll(),
          reduce((sum, task) => sum + task.result(), 0),
        ),
      ),
    },
    'rxtasks waitAll': {
      prepare: through(({ waitAll }, { pipe, map }) =>
        pipe(
          waitAll(),
          map(({ done }) => [...done].reduce((sum, task) => sum + task.result(), 0)),
        ),
      ),
    },
    'RxJS mergeAll': {
      upTo: 10_000,
      lacks: 'waits for no clean-up',
      prepare: through((_, { pipe, mergeAll, reduce }) => pipe(mergeAll(), reduce(add, 0))),
    },
  },
} satisfies Benchmark;
