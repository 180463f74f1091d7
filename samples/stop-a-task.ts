/**
 * How to stop a task?
 *
 * Call its `cancel()`: where it waits, the task gets a CancelledError that carries your message. Most tasks let the
 * error pass and are then cancelled; one that catches it goes on, and is not. A task that is done cannot be cancelled.
 */
import { coroutine, createTask, isCancelled, run, sleep } from 'rxtasks';

const second = 100; // ms: a tenth of a real one
const yesNo = (fact: boolean) => (fact ? 'yes' : 'no');

const patient = coroutine(function* () {
  yield* sleep(10 * second);
});

const quick = coroutine(function* () {
  return 'that was easy';
});

const stubborn = coroutine(function* () {
  try {
    yield* sleep(10 * second);
  } catch (error) {
    if (!isCancelled(error)) throw error;
    console.log(`  (stubborn was asked to stop: ${error.message})`);
  }
  yield* sleep(second);
  return 'went on to the end';
});

await run(function* () {
  console.log('a running task');
  const running = createTask(patient());
  yield* sleep(second);
  console.log(`  cancel() accepts: ${yesNo(running.cancel())}`);
  console.log(`  cancelled at once: ${yesNo(running.cancelled())}`);
  yield* sleep(0);
  console.log(`  cancelled a moment later: ${yesNo(running.cancelled())}`);

  console.log('a task that is done');
  const done = createTask(quick());
  yield* done;
  console.log(`  cancel() accepts: ${yesNo(done.cancel())}`);
  console.log(`  cancelled: ${yesNo(done.cancelled())}, result: ${done.result()}`);

  console.log('a task that catches the error');
  const refusing = createTask(stubborn());
  yield* sleep(second);
  console.log(`  cancel() accepts: ${yesNo(refusing.cancel('closing time'))}`);
  yield* refusing;
  console.log(`  cancelled: ${yesNo(refusing.cancelled())}, result: ${refusing.result()}`);
});
