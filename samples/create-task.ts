/**
 * What does a task look like?
 *
 * Its text says what it is doing: while it runs its name, its state and the function that runs; when it has finished
 * its result. Print a task whenever you wonder.
 */
import { coroutine, createTask, run, sleep } from 'rxtasks';

const second = 100; // ms: a tenth of a real one
const yesNo = (fact: boolean) => (fact ? 'yes' : 'no');

const measure = coroutine(function* measure() {
  yield* sleep(second);
  return 451;
});

await run(function* () {
  const task = createTask(measure(), { name: 'thermometer' });
  console.log(`done: ${yesNo(task.done())}, name: ${task.name}`);
  for (const word of ['Task', 'pending', 'thermometer', 'measure', '451']) {
    console.log(`  its text says ${word}: ${yesNo(String(task).includes(word))}`);
  }
  yield* task;
  console.log(`done: ${yesNo(task.done())}, result: ${task.result()}`);
  for (const word of ['Task', 'finished', 'thermometer', 'pending', '451']) {
    console.log(`  its text says ${word}: ${yesNo(String(task).includes(word))}`);
  }
});
