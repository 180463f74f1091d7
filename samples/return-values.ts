/**
 * How to get a return value?
 *
 * Await the coroutine, or the task, as often as you like (in a coroutine: `yield*`). `result()` gives it without
 * waiting, but only when the task is done: before that it throws InvalidStateError, and after a cancellation
 * CancelledError.
 */
import { CancelledError, coroutine, createTask, InvalidStateError, run, sleep, wait, type Task } from 'rxtasks';

const second = 100; // ms: a tenth of a real one

const double = coroutine(function* (n: number) {
  yield* sleep(second);
  return 2 * n;
});

function lookAt(task: Task<number>): number | string {
  try {
    return task.result();
  } catch (error) {
    if (error instanceof InvalidStateError || error instanceof CancelledError) return error.name;
    throw error;
  }
}

await run(async () => {
  console.log(`coroutine, awaited directly: ${await double(1)}`);

  const task = createTask(double(2));
  console.log(`result() too early: ${lookAt(task)}`);
  console.log(`task, awaited: ${await task}`);
  console.log(`task, awaited again: ${await task}`);
  console.log(`result() when it is done: ${lookAt(task)}`);

  const stopped = createTask(double(3));
  stopped.cancel();
  await wait([stopped]);
  console.log(`result() of a cancelled task: ${lookAt(stopped)}`);
});
