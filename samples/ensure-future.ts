/**
 * Pass a task on?
 *
 * `ensureFuture` makes a future of any work: of a coroutine, an Observable, … by starting a task, while a task is given
 * back as it is. So code that receives work need not know how it was made. Nothing starts before somebody suspends.
 */
import { defer, map, timer } from 'rxjs';
import { coroutine, createTask, ensureFuture, run, sleep, type TaskSource } from 'rxtasks';

const second = 100; // ms: a tenth of a real one
const yesNo = (fact: boolean) => (fact ? 'yes' : 'no');

/** A coroutine, … */
const paint = coroutine(function* (name: string) {
  console.log(`  ${name}: starts`);
  yield* sleep(second);
  return `${name} is painted`;
});

/** … an async function … */
async function paintWall() {
  console.log('  wall: starts');
  await sleep(second);
  return 'wall is painted';
}

/** … and a pipeline. */
const paintGate$ = defer(() => {
  console.log('  gate: starts');
  return timer(second).pipe(map(() => 'gate is painted'));
});

/** Does not know how the work was made. */
const supervise = coroutine(function* (work: TaskSource<string>) {
  const future = ensureFuture(work);
  console.log('  handed over, nothing has started');
  console.log(`  ${yield* future}`);
  return { future };
});

await run(function* () {
  console.log('a coroutine');
  yield* supervise(paint('door'));

  console.log('a task');
  const task = createTask(paintWall);
  const { future } = yield* supervise(task);
  console.log(`  given back as it is: ${yesNo(future === task)}`);

  console.log('something else that can be awaited');
  yield* supervise(paintGate$);
});
