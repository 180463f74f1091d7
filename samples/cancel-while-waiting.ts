/**
 * Cancel while it waits?
 *
 * The body gets the CancelledError at the very place where it waits. It cleans up and throws the error again; whoever
 * waits for the task then gets it too.
 */
import { coroutine, createTask, getRunningLoop, isCancelled, run, sleep } from 'rxtasks';

const second = 100; // ms: a tenth of a real one

const fish = coroutine(function* () {
  console.log('angler: waits for a bite');
  try {
    yield* sleep(100 * second);
    console.log('angler: this is never reached');
  } catch (error) {
    if (isCancelled(error)) console.log('angler: interrupted, packs up');
    throw error;
  }
});

await run(function* () {
  const task = createTask(fish());
  getRunningLoop().callSoon(() => {
    console.log('callback: calls the angler home');
    task.cancel();
  });
  try {
    yield* task;
    console.log('main: this is never reached');
  } catch (error) {
    if (!isCancelled(error)) throw error;
    console.log('main: no fish today, the task was cancelled');
  }
});
