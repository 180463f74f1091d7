// Runs in a process of its own: `node --import tsx remains.scenarios.ts <name>`; prints lines, which the spec reads.
import { getEventLoop, getRunningLoop, run } from 'rxtasks';
import {
  InlineExecutor,
  type JobExecutor,
  ProcessPoolExecutor,
  type RemoteTask,
  ThreadPoolExecutor,
  toThread,
} from 'rxtasks/executors';

const say = (line: string) => console.log(line);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const add = (a: number, b: number) => a + b;

/** Says which process it is in, then waits until it is asked to stop. */
async function wait(task: RemoteTask<number>): Promise<never> {
  task.report(process.pid);
  const timer = setTimeout(() => {}, 60_000);
  await new Promise((resolve) => task.signal.addEventListener('abort', resolve));
  clearTimeout(timer);
  task.report(-1);
  throw task.signal.reason;
}

/** Says which process it is in, then never lets go. */
function spin(ms: number, task: RemoteTask<number>): void {
  task.report(process.pid);
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Fulfils with the first report. */
const running = (task: { progress$: { subscribe(next: (value: unknown) => void): unknown } }) =>
  new Promise<unknown>((resolve) => void task.progress$.subscribe(resolve));

const executors: Record<string, () => JobExecutor> = {
  inline: () => new InlineExecutor({ grace: 50 }),
  threads: () => new ThreadPoolExecutor({ maxWorkers: 2, grace: 50 }),
  processes: () => new ProcessPoolExecutor({ maxWorkers: 2, grace: 50 }),
};

const resources = () => process.getActiveResourcesInfo().sort().join();

const scenarios: Record<string, () => Promise<unknown>> = {
  /** All that an executor does, then its end. */
  async shutDown() {
    for (const [name, make] of Object.entries(executors)) {
      await pause(1); // the timers of the one before are gone
      const before = resources();
      const executor = make();
      await Promise.all(Array.from({ length: 5 }, () => executor.submit(add, 1, 2)));
      const cancelled = executor.submit(wait);
      await running(cancelled);
      cancelled.cancel();
      await cancelled.catch(() => {});
      if (name !== 'inline') {
        const killed = executor.submit(spin, 60_000);
        await running(killed);
        killed.cancel();
        await killed.catch(() => {});
      }
      await executor.shutdown();
      await pause(1); // Node closes the handle of a process in the turn after its exit
      const after = resources();
      say(`${name}: ${before === after ? 'nothing' : `${before} became ${after}`}`);
    }
  },

  async runDefault() {
    await pause(1);
    const before = resources();
    const sum = await run(async () => {
      const one = await getRunningLoop().runInExecutor(null, (a: number) => a + 1, 1);
      return one + (await toThread((a: number) => a + 1, 1));
    });
    await pause(1);
    const after = resources();
    say(`${sum}, ${before === after ? 'nothing' : `${before} became ${after}`}`);
  },

  async idleInline() {
    say(`${await executors['inline']!().submit(add, 1, 2)}`);
  },

  async idleThreads() {
    say(`${await executors['threads']!().submit(add, 1, 2)}`);
  },

  async idleProcesses() {
    say(`pid ${await executors['processes']!().submit(() => process.pid)}`);
  },

  async idleDefault() {
    say(`${await toThread((a: number) => a + 1, 1)}`);
  },

  /** Nobody waits for these, and the process does. */
  async unfinished() {
    for (const make of Object.values(executors)) {
      const later = () => new Promise((resolve) => setTimeout(resolve, 100, 'finished'));
      void make()
        .submit(later)
        .then((value) => say(String(value)));
    }
  },

  /** What waits behind one that is being killed is waited for too. */
  async behindKilled() {
    for (const Pool of [ThreadPoolExecutor, ProcessPoolExecutor]) {
      const pool = new Pool({ maxWorkers: 1, grace: 10 });
      const killed = pool.submit(spin, 60_000);
      void running(killed).then(() => {
        killed.cancel();
        void pool.submit(add, 1, 2).then((sum) => say(`sum ${sum}`));
      });
      killed.catch(() => {});
    }
  },

  /** It ends by force, with jobs that run. */
  async exit() {
    const pool = new ProcessPoolExecutor({ maxWorkers: 2 });
    await running(pool.submit(wait));
    say(`pid ${await running(pool.submit(spin, 60_000))}`);
    const threads = new ThreadPoolExecutor({ maxWorkers: 1 });
    await running(threads.submit(spin, 60_000));
    process.exit(3);
  },

  async failing() {
    const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    say(`pid ${await running(pool.submit(wait))}`);
    throw new Error('the end');
  },

  /** The spec sends the SIGINT. */
  async interrupted() {
    await run(async () => {
      const tasks = [new ThreadPoolExecutor({ maxWorkers: 1 }), new ProcessPoolExecutor({ maxWorkers: 1 })].map(
        (pool) => pool.submit(wait),
      );
      tasks.forEach((task, i) => {
        task.progress$.subscribe((value) => value === -1 && say(`${['thread', 'process'][i]} cleaned up`));
      });
      await Promise.all(tasks.map(running));
      say('ready');
      try {
        await Promise.all(tasks);
      } finally {
        await Promise.allSettled(tasks);
        say(`cancelled: ${tasks.map((task) => task.cancelled()).join()}`);
      }
    });
  },

  /** The spec kills it. */
  async killed() {
    const pool = new ProcessPoolExecutor({ maxWorkers: 3 });
    const tasks = [pool.submit(wait), pool.submit(spin, 2500)] as const;
    const [waiting, spinning] = await Promise.all([running(tasks[0]), running(tasks[1])]);
    const idle = await pool.submit(() => process.pid);
    getEventLoop().setExceptionHandler(() => {});
    say(`pids ${waiting} ${idle} ${spinning}`);
    say('ready');
    await Promise.all(tasks);
  },
};

const name = process.argv[2]!;
await scenarios[name]!();
