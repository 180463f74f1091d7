/**
 * Wait, but not for ever?
 *
 * Give `wait` a timeout. When it is over you get what is done and what is pending, without any error; what is pending
 * goes on running until it ends by itself or you cancel it, and a cancelled task still does its clean-up.
 */
import { coroutine, createTask, run, sleep, wait } from 'rxtasks';

const second = 100; // ms: a tenth of a real one

const search = coroutine(function* (place: string, seconds: number) {
  try {
    yield* sleep(seconds * second);
    console.log(`${place}: nothing in the first half`);
    yield* sleep(20 * second);
  } finally {
    console.log(`${place}: lights off`);
  }
});

const lookUp = coroutine(function* () {
  yield* sleep(second);
  console.log('index: found it');
});

await run(function* () {
  const tasks = [createTask(lookUp()), createTask(search('library', 3)), createTask(search('archive', 4))];
  const { done, pending } = yield* wait(tasks, { timeout: 2 * second });
  console.log(`time is up: ${done.size} is done, ${pending.size} are pending`);
  yield* sleep(3 * second);
  console.log('they went on; stop them');
  for (const task of pending) task.cancel();
  yield* wait(pending);
  console.log(`cancelled: ${tasks.filter((task) => task.cancelled()).length}`);
});
