/**
 * `node --import tsx samples/queue-primes/main.ts`: counts primes over a queue with two workers, kills one of them midway by
 * `kill -9`, and shows that nothing is lost.
 *
 * A worker that is gone cannot say so. It holds the lock of its job for ten seconds; then others look for what has stalled, every
 * five seconds, and start it again.
 */
import { gather, run } from 'rxtasks';
import { QueueExecutor, remote } from 'rxtasks/queue';
import { end, startRedis, startWorker } from './servers.js';

const work = remote<typeof import('./work.js')>(new URL('./work.ts', import.meta.url));

const RANGES = 24;
const LENGTH = 500_000;
const EXPECTED = 788_060; // primes below 12,000,000

const started = performance.now();
const say = (text: string) =>
  console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s  ${text}`);
const thousands = (n: number) => n.toLocaleString('en');

await run(async () => {
  const redis = await startRedis();
  const workers = [startWorker(redis.url), startWorker(redis.url)];
  const nameOf = (pid: number) => `worker ${workers.findIndex((each) => each.pid === pid) + 1}`;
  const victim = workers[1]!;
  try {
    await using queue = new QueueExecutor({ queue: 'primes', redis: redis.url });
    let done = 0;
    let lost = '';
    const tasks = Array.from({ length: RANGES }, (_, i) => {
      const [from, to] = [i * LENGTH, (i + 1) * LENGTH];
      const range = `${thousands(from)} to ${thousands(to)}`;
      const task = queue.with({ name: range }).submit(work.countPrimes, from, to);
      task.progress$.subscribe((pid) => {
        if (range === lost) say(`${nameOf(pid)} starts again with ${range}`);
        if (pid !== victim.pid || done < RANGES / 3 || lost !== '') return;
        lost = range;
        victim.kill('SIGKILL');
        say(`${nameOf(pid)} is killed while it counts from ${range}`);
      });
      task.addDoneCallback(() => done++);
      return task;
    });
    say(`${RANGES} jobs in the queue, two workers: processes ${workers.map((each) => each.pid).join(' and ')}`);

    const counted = await gather(tasks);
    const primes = counted.reduce((sum, each) => sum + each.primes, 0);
    for (const { pid } of workers)
      say(`${nameOf(pid!)} has counted ${counted.filter((each) => each.worker === pid).length} ranges`);
    say(
      `${thousands(primes)} primes below ${thousands(RANGES * LENGTH)}: ${primes === EXPECTED ? 'nothing is lost' : 'that is wrong'}`,
    );
  } finally {
    await Promise.all(workers.map((worker) => end(worker, 'SIGKILL')));
    await redis.stop();
  }
});
