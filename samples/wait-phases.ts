/**
 * Wait for many?
 *
 * `wait` gives two sets of tasks: those that are done, and those that are still pending, of which there are none unless
 * you set a limit. Both are in the order of what you gave. It looks at no result; that is up to you.
 */
import { coroutine, run, sleep, wait } from 'rxtasks';

const second = 100; // ms: a tenth of a real one

const phase = coroutine(function* (n: number) {
  console.log(`phase ${n} starts`);
  yield* sleep((4 - n) * second);
  console.log(`phase ${n} ends`);
  return `result ${n}`;
});

await run(function* () {
  const { done, pending } = yield* wait([phase(1), phase(2), phase(3)]);
  console.log(`${done.size} are done, ${pending.size} pending`);
  console.log(`all results: ${[...done].map((task) => task.result()).join(', ')}`);
});
