/**
 * How to run blocking I/O or CPU work?
 *
 * In a thread or in a process: called directly, a function that blocks holds up the whole loop. `toThread` is a recipe as
 * any other: nothing starts before it is awaited or scheduled. `loop.runInExecutor` starts at once, in the default
 * executor, which is a pool of threads, or in a pool that you give it; a pool of processes is closed by its scope.
 */
import { createTask, getRunningLoop, run, sleep } from 'rxtasks';
import { ProcessPoolExecutor, toThread } from 'rxtasks/executors';

const second = 100; // ms: a tenth of a real one
const yesNo = (fact: boolean) => (fact ? 'yes' : 'no');

/** Blocks where it runs, as a driver may. It is sent by its source, and sets a flag in memory that all threads share. */
function readPage(flag: Int32Array, ms: number): string {
  flag[0] = 1;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  return 'a page';
}

/** Computes where it runs. */
function countPrimes(limit: number): { primes: number; pid: number } {
  let primes = 0;
  for (let n = 2; n < limit; n++) {
    let divisor = 2;
    while (divisor * divisor <= n && n % divisor !== 0) divisor++;
    if (divisor * divisor > n) primes++;
  }
  return { primes, pid: process.pid };
}

let ticks = 0;

async function tick(): Promise<void> {
  for (;;) {
    await sleep(second / 10);
    ticks++;
  }
}

await run(async () => {
  createTask(tick, { name: 'ticker' });
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const started = () => flag[0] === 1;
  await sleep(second);

  console.log('called directly');
  ticks = 0;
  console.log(`  ${readPage(flag, 5 * second)}`);
  console.log(`  the loop ticked meanwhile: ${yesNo(ticks > 0)}`);

  console.log('a coroutine for a thread');
  flag[0] = 0;
  const reading = toThread(readPage, flag, 5 * second);
  await sleep(second);
  console.log(`  has it started before it is awaited? ${yesNo(started())}`);
  ticks = 0;
  console.log(`  awaited: ${await reading}`);
  console.log(`  the loop ticked meanwhile: ${yesNo(ticks > 0)}`);

  console.log('the same, scheduled');
  flag[0] = 0;
  const task = createTask(toThread(readPage, flag, second));
  console.log(`  has it started before anybody suspends? ${yesNo(started())}`);
  while (!started()) await sleep(second / 10);
  console.log(`  and now? ${yesNo(started())}`);
  console.log(`  awaited: ${await task}`);

  console.log('the default executor');
  flag[0] = 0;
  const loop = getRunningLoop();
  const future = loop.runInExecutor(null, readPage, flag, second);
  while (!started()) await sleep(second / 10);
  console.log(`  nobody awaits it; has it started? ${yesNo(started())}`);
  console.log(`  awaited: ${await future}`);

  console.log('a pool of processes');
  const closed = await (async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    ticks = 0;
    const { primes, pid } = await loop.runInExecutor(pool, countPrimes, 200_000);
    console.log(`  primes: ${primes}`);
    console.log(`  computed in another process: ${yesNo(pid !== process.pid)}`);
    console.log(`  the loop ticked meanwhile: ${yesNo(ticks > 0)}`);
    return pool;
  })();
  try {
    await loop.runInExecutor(closed, countPrimes, 1);
  } catch (error) {
    console.log(`  after its scope it refuses work: ${(error as Error).name}`);
  }
});
