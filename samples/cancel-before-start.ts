/**
 * Cancel before the first step?
 *
 * Then the body never runs, not even its `finally`: there is nothing to clean up. Whoever waits for the task gets a
 * CancelledError; until the loop comes round to it, its text says that it is being cancelled.
 */
import { coroutine, createTask, isCancelled, run } from 'rxtasks';

const yesNo = (fact: boolean) => (fact ? 'yes' : 'no');
let started = false;

const launch = coroutine(function* () {
  started = true;
});

await run(function* () {
  const task = createTask(launch());
  console.log(`cancel() accepts: ${yesNo(task.cancel())}`);
  console.log(`its text says cancelling: ${yesNo(String(task).includes('cancelling'))}`);
  try {
    yield* task;
  } catch (error) {
    if (!isCancelled(error)) throw error;
    console.log('whoever awaits it gets a CancelledError');
  }
  console.log(`cancelled: ${yesNo(task.cancelled())}, its body has run: ${yesNo(started)}`);
});
