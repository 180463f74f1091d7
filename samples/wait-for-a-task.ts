/**
 * How to wait for it?
 *
 * `yield*` the task, or `await` it in an async function: whoever does is resumed when the task has ended. Creating a
 * task and waiting for it fit into one line.
 */
import { coroutine, createTask, run, sleep } from 'rxtasks';

const second = 100; // ms: a tenth of a real one

const boil = coroutine(function* (what: string) {
  console.log(`${what}: on the stove`);
  yield* sleep(second);
  console.log(`${what}: ready`);
});

await run(function* () {
  const task = createTask(boil('tea'));
  console.log('the task is made, now wait for it');
  yield* task;
  console.log('no more waiting for tea');

  yield* createTask(boil('egg'));
  console.log('no more waiting for the egg');
});
