/**
 * What if a library does not cooperate?
 *
 * What cannot be awaited is refused, with an error that says what came and what to do: in a coroutine, `resultOf` waits
 * for promises and anything else. A library that blocks and only then hands over a finished future gives correct
 * results, one after the other; in debug mode the loop says which task held it up. Let an executor call such a library,
 * and the work is concurrent again.
 */
import { coroutine, createTask, gather, getRunningLoop, resultOf, run, RuntimeError, Task, type Future } from 'rxtasks';
import { ThreadPoolExecutor } from 'rxtasks/executors';

const second = 100; // ms: a tenth of a real one
const yesNo = (fact: boolean) => (fact ? 'yes' : 'no');
const pages = [
  { name: 'long', ms: 6 * second },
  { name: 'short', ms: second },
];

/** The library's own way to work: it blocks. */
function fetchPage(name: string, ms: number): string {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  return name;
}

/** A library that only looks asynchronous. */
function fetchFuture(name: string, ms: number): Future<string> {
  const future = getRunningLoop().createFuture<string>();
  future.setResult(fetchPage(name, ms));
  return future;
}

const show = coroutine(function* ({ name, ms }: { name: string; ms: number }, fetch: typeof fetchFuture) {
  console.log(`  ${name}: asks for a page`);
  yield* fetch(name, ms);
  console.log(`  ${name}: has it`);
});

function showAll(fetch: typeof fetchFuture) {
  return gather(pages.map((page) => createTask(show(page, fetch), { name: page.name })));
}

await run(
  function* () {
    const loop = getRunningLoop();
    const slow = new Map<string, number>();
    loop.slowCallbackDuration = second / 2;
    loop.setExceptionHandler((_loop, context) => {
      if (context.kind !== 'slow-callback') console.error(context.message);
      else if (context.task instanceof Task) slow.set(context.task.name, context.duration ?? 0);
    });

    console.log('something that cannot be awaited');
    const foreign = Promise.resolve('page');
    try {
      yield foreign as never; // does not compile without `as never`
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      const helpful = error.message.includes('Promise') && error.message.includes('resultOf');
      console.log(`  refused, and the error says what it was: ${yesNo(helpful)}`);
    }
    console.log(`  the cure gives: ${yield* resultOf(foreign)}`);

    console.log('a function that blocks');
    yield* showAll(fetchFuture);
    for (const { name, ms } of pages) {
      const said = (slow.get(name) ?? 0) > ms / 2;
      console.log(`  the loop says that ${name} held it up, and how long: ${yesNo(said)}`);
    }

    console.log('the same function in an executor');
    const executor = new ThreadPoolExecutor();
    yield* showAll((name, ms) => loop.runInExecutor(executor, fetchPage, name, ms));
    yield* executor.shutdown();
  },
  { debug: true },
);
