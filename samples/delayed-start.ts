/**
 * How to run a task after a delay?
 *
 * With `delayStart`: it starts the work when the time has come. Wait for what it gives, or make a task of it to go on
 * meanwhile. In a pipeline it is an operator that subscribes later (where RxJS's `delay` subscribes now, emits later).
 */
import { defer, map, of } from 'rxjs';
import { coroutine, createTask, delayStart, resultOf, run, sleep } from 'rxtasks';

const second = 100; // ms: a tenth of a real one

const ring = coroutine(function* (name: string) {
  console.log(`${name}: rings`);
  return `${name} was heard`;
});

const doorbell$ = defer(() => {
  console.log('doorbell: rings');
  return of('doorbell was heard');
});

await run(function* () {
  console.log('awaited');
  console.log(yield* delayStart(second, ring('alarm')));

  console.log('in the background');
  const task = createTask(delayStart(second, ring('phone')));
  yield* sleep(0);
  console.log('main: nothing rings yet');
  console.log(yield* task);

  console.log('part of a larger piece of work');
  const heard$ = doorbell$.pipe(
    delayStart(second),
    map((text) => text.toUpperCase()),
  );
  console.log(yield* resultOf(heard$));
});
