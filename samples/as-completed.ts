/**
 * Each as it ends?
 *
 * `asCompleted` hands over what has ended, in the order of completion: you can work on the first result while the
 * others still run. (It is an Observable of the tasks, too, and async functions can `for await` over it.)
 */
import { asCompleted, coroutine, createTask, run, sleep } from 'rxtasks';

const second = 100; // ms: a tenth of a real one

const runToGoal = coroutine(function* (name: string, seconds: number) {
  yield* sleep(seconds * second);
  return name;
});

await run(function* () {
  const runners = [
    createTask(runToGoal('tortoise', 6)),
    createTask(runToGoal('hare', 1)),
    createTask(runToGoal('dog', 3)),
  ];
  for (const arrival of asCompleted(runners)) {
    const name = yield* arrival;
    const running = runners.filter((runner) => !runner.done()).length;
    console.log(`${name} arrives, ${running} still running`);
  }
});
