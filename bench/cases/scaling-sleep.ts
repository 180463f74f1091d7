import type { Resume } from 'rxtasks';
import { assertResult } from '../assert-result.js';
import { busyTime, outsideRun, inRun, scaling } from '../scaling.js';

/** The longest sleep, in ms: each is a random part of it. */
const LONGEST = 1;

async function sleepNatively(ms: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return 1;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

export default scaling(
  'Sleep: random deadlines, the time in which the process was busy',
  inRun(({ createTask, gather, sleep }) => {
    function* sleeper(): Generator<void, number, Resume> {
      yield* sleep(Math.random() * LONGEST);
      return 1;
    }
    return function* (size) {
      const start = busyTime();
      const values = yield* gather(Array.from({ length: size }, () => createTask(sleeper)));
      const time = busyTime() - start;
      assertResult(sum(values), size);
      return time;
    };
  }),
  {
    'async function + setTimeout': {
      lacks: 'whole milliseconds; no cancellation, no names',
      ...outsideRun(async (size) => {
        const start = busyTime();
        const values = await Promise.all(Array.from({ length: size }, () => sleepNatively(Math.random() * LONGEST)));
        const time = busyTime() - start;
        assertResult(sum(values), size);
        return time;
      }),
    },
  },
);
