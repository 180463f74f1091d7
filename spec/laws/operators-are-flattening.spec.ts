import fc from 'fast-check';
import { type Observable, type OperatorFunction, concatMap, exhaustMap, mergeMap, switchMap } from 'rxjs';
import { dropTask, enqueueTask, mapTask, restartTask } from 'rxtasks';
import { type Schedule, cold, record, runs, virtualTime } from './schedules.js';

type Project = (value: string) => Observable<string>;
type Flatten = (project: Project, concurrency: number) => OperatorFunction<string, string>;

/** Each operator, and that of RxJS which emits the same. */
const twins: Readonly<Record<string, readonly [ours: Flatten, theirs: Flatten]>> = {
  'mapTask emits what mergeMap emits': [
    (project, concurrency) => mapTask(project, { concurrency }),
    (project, concurrency) => mergeMap(project, concurrency),
  ],
  'restartTask emits what switchMap emits': [(project) => restartTask(project), (project) => switchMap(project)],
  'dropTask emits what exhaustMap emits': [(project) => dropTask(project), (project) => exhaustMap(project)],
  'enqueueTask emits what concatMap emits': [(project) => enqueueTask(project), (project) => concatMap(project)],
};

const delay = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 6 }) },
);

function ends(fails: number): fc.Arbitrary<Schedule['end']> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant('complete' as const) },
    { weight: fails, arbitrary: fc.constant('error' as const) },
    { weight: 1, arbitrary: fc.constant('never' as const) },
  );
}

/**
 * A task begins an iteration later than an inner subscription, at the same time. So the values of the outer source come one by
 * one; in one breath they do where the order in which things begin decides nothing: see below.
 */
const outer = fc.record({
  delays: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 6 }),
  end: ends(2),
  endDelay: fc.integer({ min: 1, max: 9 }),
});

function inner(fails: number): fc.Arbitrary<Schedule> {
  return fc.record({ delays: fc.array(delay, { maxLength: 3 }), end: ends(fails), endDelay: delay });
}

interface Case {
  readonly outer: Schedule;
  readonly inners: readonly Schedule[];
  readonly concurrency: number;
}

const concurrency = fc.constantFrom(1, 2, Infinity);
const oneByOne: fc.Arbitrary<Case> = fc.record({
  outer,
  inners: fc.array(inner(1), { minLength: 1, maxLength: 4 }),
  concurrency,
});
const inOneBreath: fc.Arbitrary<Case> = fc.record({
  outer: fc.record({ delays: fc.array(delay, { maxLength: 6 }), end: ends(0), endDelay: delay }),
  inners: fc.array(inner(0), { minLength: 1, maxLength: 4 }),
  concurrency,
});

/** Nothing of an inner source happens at a moment of the outer one, nor of another inner one, but at its start. */
function apart(schedule: Schedule, index: number): Schedule {
  const shift = (ms: number) => (ms === 0 ? 0 : ms + (index + 1) / 1024);
  return { ...schedule, delays: schedule.delays.map(shift), endDelay: shift(schedule.endDelay) };
}

/** What comes of the case: values with their times, and the end. */
function emitted(flatten: Flatten, { outer, inners, concurrency }: Case): unknown[] {
  const { scheduler, loop } = virtualTime();
  let seen: unknown[] = [];
  loop.callSoon(() => {
    // By the value: exhaustMap counts only what it has not dropped.
    const project: Project = (value) => {
      const nth = Number(value.slice('outer'.length));
      return cold(`inner${nth}-`, apart(inners[nth % inners.length]!, nth), scheduler);
    };
    seen = record(cold('outer', outer, scheduler).pipe(flatten(project, concurrency)), scheduler);
  });
  scheduler.flush();
  return seen;
}

/** Both emit the same in every case, and there are cases of every kind. */
function expectSame(cases: fc.Arbitrary<Case>, [ours, theirs]: readonly [Flatten, Flatten]): void {
  const seen = { several: 0, none: 0 };
  fc.assert(
    fc.property(cases, (one) => {
      const expected = emitted(theirs, one);
      expect(emitted(ours, one)).toEqual(expected);
      const values = expected.filter((item) => 'value' in (item as object)).length;
      if (values > 2) seen.several++;
      if (values === 0) seen.none++;
    }),
    runs,
  );
  expect([seen.several > 50, seen.none > 10]).toEqual([true, true]);
}

describe('an operator over Observables', () => {
  it.each(Object.entries(twins))('%s: the same values, errors and ends at the same times', (_, pair) => {
    expectSame(oneByOne, pair);
  });

  // The others would have let one end before the next comes.
  const patient = Object.entries(twins).filter(([name]) => /^(mapTask|enqueueTask)/.test(name));
  it.each(patient)('%s, also of values that come in one breath', (_, pair) => {
    expectSame(inOneBreath, pair);
  });
});
