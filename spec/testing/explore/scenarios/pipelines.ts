import { type Observable, type OperatorFunction, map, of, pipe, toArray } from 'rxjs';
import {
  Backoff,
  type Coroutine,
  type Task,
  asCompletedAll,
  cancelOn,
  coroutine,
  createTask,
  dropTask,
  dropping,
  enqueueTask,
  enqueued,
  gatherAll,
  ignoreCancelled,
  keepLatestTask,
  keepingLatest,
  mapTask,
  resultOf,
  restartTask,
  restartable,
  shielded,
  sleep,
  toTask,
  wait,
  waitAll,
  withRetry,
} from 'rxtasks';
import { type ExploredScenario, check } from './scenario.js';

/** Work that takes a moment, and another one for its clean-up. */
class Crew {
  atWork = 0;
  /** The most that there were at one time. */
  most = 0;
  /** Those that came to their end. */
  ended = 0;

  work(n: number): Coroutine<number> {
    return working(this, n);
  }
}

const working = coroutine(function* working(crew: Crew, n: number) {
  crew.most = Math.max(crew.most, ++crew.atWork);
  try {
    yield* sleep(1);
    crew.ended++;
    return n;
  } finally {
    try {
      yield* sleep(0);
    } finally {
      crew.atWork--;
    }
  }
});

type Project = (n: number) => Coroutine<number>;

/** The operators that run a task for each value, and what they make of 1, 2 and 3, one at a time. */
const mappers: [string, (project: Project) => OperatorFunction<number, number>, string][] = [
  ['mapTask', (project) => mapTask(project, { concurrency: 1, ordered: true }), '1,2,3'],
  ['restartTask', (project) => restartTask(project), '3'],
  ['dropTask', (project) => dropTask(project), '1'],
  ['enqueueTask', (project) => enqueueTask(project), '1,2,3'],
  ['keepLatestTask', (project) => keepLatestTask(project), '1,3'],
];

const modifiers: [string, (make: Project) => (n: number) => Task<number>, string][] = [
  ['restartable', (make) => restartable(make), '3'],
  ['dropping', (make) => dropping(make), '1'],
  ['enqueued', (make) => enqueued(make), '1,2,3'],
  ['keepingLatest', (make) => keepingLatest(make), '1,3'],
];

/** The operators that start what they are given, and the results of it. */
const joiners: [string, (sources: Observable<Coroutine<number>>) => Observable<number[]>][] = [
  ['gatherAll', (sources) => sources.pipe(gatherAll())],
  [
    'asCompletedAll',
    (sources) =>
      sources.pipe(
        asCompletedAll(),
        map((task) => task.result()),
        toArray(),
      ),
  ],
  [
    'waitAll',
    (sources) =>
      sources.pipe(
        waitAll(),
        map(({ done }) => [...done].map((task) => task.result())),
      ),
  ],
];

/** The same of operators and modifiers. */
export const pipelines: readonly ExploredScenario[] = [
  ...mappers.map(([name, operator, expected]): ExploredScenario => ({
    of: [name],
    title: name,
    *main() {
      const crew = new Crew();
      const results = yield* resultOf(
        of(1, 2, 3).pipe(
          operator((n) => crew.work(n)),
          toArray(),
        ),
      );
      check(results.join() === expected, results.join());
      check(crew.atWork === 0 && crew.most === 1, `${crew.most} at a time`);
    },
  })),
  ...mappers.map(([name, operator]): ExploredScenario => ({
    of: [name],
    title: `${name} that is cancelled`,
    *main() {
      const crew = new Crew();
      const task = createTask(of(1, 2).pipe(operator((n) => crew.work(n))), { defaultValue: 0 });
      task.addDoneCallback(() => check(crew.atWork === 0, 'it ended before its clean-up'));
      yield* sleep(0);
      task.cancel();
      yield* wait([task]);
      check(crew.atWork === 0, 'it ended before its clean-up');
    },
  })),
  ...modifiers.map(([name, modifier, expected]): ExploredScenario => ({
    of: [name],
    title: name,
    *main() {
      const crew = new Crew();
      const call = modifier((n) => crew.work(n));
      const tasks = [1, 2, 3].map((n) => call(n));
      yield* wait(tasks);
      const results = tasks.filter((task) => !task.cancelled()).map((task) => task.result());
      check(results.join() === expected, results.join());
      check(crew.atWork === 0 && crew.most === 1, `${crew.most} at a time`);
    },
  })),
  {
    of: ['withRetry'],
    title: 'withRetry that is cancelled',
    *main() {
      const crew = new Crew();
      let attempts = 0;
      const attempt = coroutine(function* attempt() {
        yield* crew.work(++attempts);
        throw new RangeError('on purpose');
      });
      const task = createTask(withRetry(attempt, Backoff.constant(1).maxAttempts(3)));
      const killer = createTask(function* () {
        yield* sleep(2);
        return task.cancel();
      });
      yield* wait([task, killer]);
      check(task.cancelled() ? killer.result() : task.exception() instanceof RangeError, String(task));
      check(crew.atWork === 0, 'an attempt still runs');
    },
  },
  ...joiners.map(([name, operator]): ExploredScenario => ({
    of: [name],
    title: name,
    *main() {
      const crew = new Crew();
      const results = yield* resultOf(operator(of(crew.work(1), crew.work(2))));
      check([...results].sort().join() === '1,2', results.join());
      check(crew.atWork === 0, 'one still runs');
    },
  })),
  {
    of: ['toTask', 'shielded', 'cancelOn', 'ignoreCancelled'],
    title: 'cancelOn, at the very moment of the value, around what is shielded',
    *main() {
      const crew = new Crew();
      const stop$ = resultOf(sleep(1));
      const task = pipe(
        shielded<number>(),
        cancelOn(stop$),
        ignoreCancelled(),
        toTask({ defaultValue: 0 }),
      )(crew.work(1));
      const result = yield* task;
      check(result === 0 || result === 1, String(result));
      while (crew.atWork > 0) yield* sleep(1);
      check(crew.ended === 1, 'the shielded work was cancelled');
    },
  },
];
