/**
 * Only the results?
 *
 * `gather` gives them in the order in which you named the work, whatever ends first. When asked, it gives failures as
 * values instead of throwing the first. Cancel what `gather` returned, and all its children are cancelled.
 */
import { coroutine, gather, isCancelled, run, sleep } from 'rxtasks';

const second = 100; // ms: a tenth of a real one

const ask = coroutine(function* (name: string, seconds: number) {
  try {
    yield* sleep(seconds * second);
  } catch (error) {
    if (isCancelled(error)) console.log(`  ${name} is sent home`);
    throw error;
  }
  console.log(`  ${name} answers`);
  if (name === 'cat') throw new Error('no opinion');
  return `${name} says yes`;
});

await run(function* () {
  console.log('results in the order given');
  const answers = yield* gather([ask('ann', 3), ask('ben', 1), ask('cem', 2)]);
  console.log(`  ${answers.join(', ')}`);

  console.log('failures as values');
  for (const answer of yield* gather([ask('dan', 2), ask('cat', 1)], { returnExceptions: true })) {
    console.log(answer instanceof Error ? `  failed: ${answer.message}` : `  ${answer}`);
  }

  console.log('cancelling them all');
  const poll = gather([ask('eve', 20), ask('fay', 30)]);
  yield* sleep(second);
  poll.cancel();
  try {
    yield* poll;
  } catch (error) {
    if (!isCancelled(error)) throw error;
    console.log('  the poll is cancelled');
  }
});
