/**
 * Do tasks run at the same time?
 *
 * They take turns: whenever one waits, the others run. So their waiting happens at the same time, and a task that
 * sleeps long holds nobody up.
 */
import { coroutine, gather, run, sleep } from 'rxtasks';

const second = 100; // ms: a tenth of a real one

const sleeper = coroutine(function* (name: string, seconds: number) {
  console.log(`${name} falls asleep`);
  yield* sleep(seconds * second);
  console.log(`${name} wakes up`);
});

await run(function* () {
  yield* gather([sleeper('A', 10), sleeper('B', 1), sleeper('C', 1)]);
  console.log('all are awake');
});
