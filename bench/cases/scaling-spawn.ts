import { assertResult } from '../assert-result.js';
import { outsideRun, inRun, scaling } from '../scaling.js';

function* immediate(): Generator<void, number> {
  return 1;
}

async function nativeImmediate(): Promise<number> {
  return 1;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

export default scaling(
  'Spawn: tasks that end at once, created and gathered',
  inRun(
    ({ createTask, gather }) =>
      function* (size) {
        const start = performance.now();
        const values = yield* gather(Array.from({ length: size }, () => createTask(immediate)));
        const time = performance.now() - start;
        assertResult(sum(values), size);
        return time;
      },
  ),
  {
    'async function': {
      lacks: 'schedules nothing; no cancellation, no names',
      ...outsideRun(async (size) => {
        const start = performance.now();
        const values = await Promise.all(Array.from({ length: size }, nativeImmediate));
        const time = performance.now() - start;
        assertResult(sum(values), size);
        return time;
      }),
    },
  },
);
