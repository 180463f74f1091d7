/**
 * How to wait for all background tasks?
 *
 * `allTasks()` lists every task that has not ended, also those that nobody kept. Take away the current one, which would
 * wait for itself, and give the rest to `wait`.
 */
import { allTasks, coroutine, createTask, currentTask, run, sleep, wait } from 'rxtasks';

const second = 100; // ms: a tenth of a real one

const upload = coroutine(function* (name: string, seconds: number) {
  yield* sleep(seconds * second);
  console.log(`${name} is uploaded`);
});

function startUploads() {
  createTask(upload('film', 3));
  createTask(upload('photo', 1));
  createTask(upload('song', 2));
}

await run(function* () {
  startUploads();
  const others = [...allTasks()].filter((task) => task !== currentTask());
  console.log(`${others.length} tasks run in the background`);
  const { done, pending } = yield* wait(others);
  console.log(`${done.size} are done, ${pending.size} pending`);
});
