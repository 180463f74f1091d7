/**
 * What is a Future?
 *
 * A place for a result that is not there yet. Somebody sets the result, once; everybody who waits for the future is
 * resumed with it. A task is a future that sets its result itself.
 */
import { coroutine, gather, getRunningLoop, run, sleep, type Future } from 'rxtasks';

const second = 100; // ms: a tenth of a real one

const bake = coroutine(function* (bread: Future<string>) {
  console.log('baker: the dough is in the oven');
  yield* sleep(second);
  console.log('baker: the bread is ready');
  bread.setResult('a warm loaf');
});

const guest = coroutine(function* (name: string, bread: Future<string>) {
  console.log(`${name}: waits for bread`);
  console.log(`${name}: gets ${yield* bread}`);
});

await run(function* () {
  const bread = getRunningLoop().createFuture<string>();
  yield* gather([guest('ann', bread), guest('ben', bread), bake(bread)]);
  console.log(`main: whoever comes later gets ${yield* bread}, too`);
});
