/**
 * How to run it in the background?
 *
 * Create the task and do not wait for it. Nothing of it runs before its creator suspends for the first time; `sleep(0)`
 * is enough for that. Keep the task, and you can still wait for it later.
 */
import { coroutine, createTask, run, sleep } from 'rxtasks';

const second = 100; // ms: a tenth of a real one

const copyFiles = coroutine(function* () {
  console.log('copy: started');
  yield* sleep(second);
  console.log('copy: finished');
  return 12;
});

await run(function* () {
  const task = createTask(copyFiles());
  console.log('main: task created, nothing of it has run');
  yield* sleep(0);
  console.log('main: one sleep(0) later it has started');
  console.log('main: time for something else');
  console.log(`main: ${yield* task} files were copied`);
});
