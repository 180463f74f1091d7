/**
 * How to show progress?
 *
 * Give one function to `addDoneCallback` of every task: it is called with the task that ended, whether that succeeded
 * or failed. It is a plain function and cannot wait; for slow work it can only start another task.
 */
import { coroutine, createTask, run, sleep, wait, type Task } from 'rxtasks';

const second = 100; // ms: a tenth of a real one
const notes: Task<void>[] = [];
let ended = 0;

const download = coroutine(function* (name: string, seconds: number) {
  yield* sleep(seconds * second);
  if (name === 'map') throw new Error('connection lost');
});

const writeNote = coroutine(function* (name: string) {
  yield* sleep(second / 2);
  console.log(`note about ${name} is written`);
});

function showProgress(task: Task<void>) {
  ended += 1;
  if (task.exception() === null) {
    console.log(`${ended} of 3: ${task.name} is here`);
  } else {
    console.log(`${ended} of 3: ${task.name} failed`);
    notes.push(createTask(writeNote(task.name)));
    console.log('the callback returns, the note is yet to be written');
  }
}

await run(function* () {
  const tasks = [
    createTask(download('text', 5), { name: 'text' }),
    createTask(download('map', 2), { name: 'map' }),
    createTask(download('logo', 1), { name: 'logo' }),
  ];
  for (const task of tasks) task.addDoneCallback(showProgress);
  yield* wait(tasks);
  yield* wait(notes);
});
