/**
 * Does a running task keep the program from ending?
 *
 * No. When main ends, `run()` cancels whatever still runs and waits until it has cleaned up; only then does `run()`
 * end. With async functions, too: a CancelledError interrupts the `await`, and `finally` does the clean-up.
 */
import { createTask, run, sleep } from 'rxtasks';

const second = 100; // ms: a tenth of a real one

async function serve(name: string, farewell: number) {
  console.log(`${name}: open`);
  try {
    await sleep(1000 * second);
    console.log(`${name}: this is never reached`);
  } finally {
    console.log(`${name}: closing`);
    await sleep(farewell * second);
    console.log(`${name}: closed`);
  }
}

async function main() {
  const background = new Set([createTask(() => serve('shop', 1))]);
  await sleep(second);
  console.log(`main: ends, ${background.size} task is still running`);
}

await run(main);
console.log('run: ended, and so does the program');
