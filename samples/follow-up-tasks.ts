/**
 * How to run a follow-up?
 *
 * The task itself can do it as its last act, and await it or leave it in the background. The caller can, after looking
 * at the result. So can a done callback, but that can only start it: who awaits the task is not held up by it.
 */
import { coroutine, createTask, gather, run, sleep, type Task } from 'rxtasks';

const second = 100; // ms: a tenth of a real one
const background = new Set<Task<void>>();

const clean = coroutine(function* (room: string) {
  yield* sleep(second);
  console.log(`  ${room}: cleaned`);
  return room;
});

const inspect = coroutine(function* (room: string) {
  console.log(`  ${room}: inspection begins`);
  yield* sleep(second);
  console.log(`  ${room}: inspection ends`);
});

const cleanThenInspect = coroutine(function* (room: string) {
  yield* inspect(yield* clean(room));
});

const cleanAndCallInspector = coroutine(function* (room: string) {
  background.add(createTask(inspect(yield* clean(room))));
});

function callInspector(task: Task<string>) {
  background.add(createTask(inspect(task.result())));
}

const finishBackground = coroutine(function* () {
  console.log('  main: the task has ended');
  yield* gather(background);
  background.clear();
});

await run(function* () {
  console.log('the task awaits its follow-up');
  yield* createTask(cleanThenInspect('kitchen'));
  yield* finishBackground();

  console.log('the task leaves it in the background');
  yield* createTask(cleanAndCallInspector('cellar'));
  yield* finishBackground();

  console.log('the caller looks at the result first');
  const room = yield* createTask(clean('attic'));
  console.log('  main: the task has ended');
  if (room === 'attic') yield* inspect(room);

  console.log('a done callback starts it');
  const task = createTask(clean('hall'));
  task.addDoneCallback(callInspector);
  yield* task;
  yield* finishBackground();
});
