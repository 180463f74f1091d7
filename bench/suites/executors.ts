import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { ProcessPoolExecutor, ThreadPoolExecutor, remote } from 'rxtasks/executors';
import workerpool from 'workerpool';
import { inTurns } from './in-turns.js';
import { middle } from './measure.js';

/**
 * Executors beside what they are built on and beside Python: one worker each, the same functions, taken in turns, so that
 * all see the same machine.
 */

/** The functions that run in the workers, in the form that each library wants them. */
const work = {
  'work.mjs': `
    export const nothing = () => 1;
    export const spin = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };
    export const wait = (task) => new Promise((_, reject) => task.signal.addEventListener('abort', () => reject(task.signal.reason)));`,
  'piscina.mjs': `export * from './work.mjs';`,
  'workerpool.mjs': `
    import workerpool from ${JSON.stringify(import.meta.resolve('workerpool'))};
    import * as work from './work.mjs';
    workerpool.worker({ ...work });`,
  'raw.mjs': `
    import { parentPort } from 'node:worker_threads';
    import * as work from './work.mjs';
    parentPort.on('message', ([name, ...args]) => parentPort.postMessage(work[name](...args)));`,
};

type Work = {
  nothing(): number;
  spin(ms: number): void;
  wait(task: { signal: AbortSignal }): Promise<never>;
};

/** Something that runs `nothing` or `spin` in one worker. */
interface Contender {
  readonly name: string;
  call(name: 'nothing' | 'spin', ...args: number[]): PromiseLike<unknown>;
  close(): PromiseLike<unknown>;
}

export async function benchExecutors(rounds: number): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rxtasks-bench-'));
  try {
    for (const [file, text] of Object.entries(work)) await writeFile(path.join(folder, file), text);
    const contenders = [raw(folder), piscina(folder), pool(folder, 'thread'), ours(folder, 'thread')];
    contenders.push(pool(folder, 'process'), ours(folder, 'process'));
    for (const { call } of contenders) await call('nothing');
    await compare('no-op, one after the other, µs', contenders, rounds, 2000, sequential('nothing'));
    await compare('no-op, in a burst, µs', contenders, rounds, 5000, burst('nothing'));
    await compare('a job of 1 ms, one after the other, µs', contenders, rounds, 100, sequential('spin', 1));
    for (const { close } of contenders) await close();
    python();
    await ticker(folder, rounds);
    await cancelToFree(folder, rounds);
  } finally {
    await rm(folder, { recursive: true });
  }
}

// ---- contenders -----------------------------------------------------------------------------------------------------

function fileUrl(folder: string, file: string): URL {
  return pathToFileURL(path.join(folder, file));
}

function raw(folder: string): Contender {
  const worker = new Worker(fileUrl(folder, 'raw.mjs'), { execArgv: [] });
  const waiting: ((value: unknown) => void)[] = [];
  worker.on('message', (value) => waiting.shift()!(value));
  return {
    name: 'postMessage by hand',
    call: (...message) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        worker.postMessage(message);
      }),
    close: () => worker.terminate(),
  };
}

function piscina(folder: string): Contender {
  const pool = new Piscina<unknown, unknown>({
    filename: fileUrl(folder, 'piscina.mjs').href,
    maxThreads: 1,
    idleTimeout: Infinity,
    execArgv: [],
  });
  // it passes one value: the number of milliseconds
  return { name: 'piscina', call: (name, ...args) => pool.run(args[0], { name }), close: () => pool.destroy() };
}

function pool(folder: string, workerType: 'thread' | 'process'): Contender {
  const pool = workerpool.pool(path.join(folder, 'workerpool.mjs'), { maxWorkers: 1, workerType });
  return {
    name: `workerpool, ${workerType}`,
    call: (name, ...args) => pool.exec(name, args),
    close: () => pool.terminate() as unknown as PromiseLike<unknown>,
  };
}

function ours(folder: string, kind: 'thread' | 'process'): Contender {
  const functions = remote<Work>(fileUrl(folder, 'work.mjs'));
  const pool =
    kind === 'thread' ? new ThreadPoolExecutor({ maxWorkers: 1 }) : new ProcessPoolExecutor({ maxWorkers: 1 });
  return {
    name: `rxtasks, ${kind}`,
    call: (name, ...args) => (name === 'spin' ? pool.submit(functions.spin, args[0]!) : pool.submit(functions.nothing)),
    close: () => pool.shutdown(),
  };
}

// ---- measuring ------------------------------------------------------------------------------------------------------

type Run = (contender: Contender, count: number) => Promise<void>;

function sequential(name: 'nothing' | 'spin', ...args: number[]): Run {
  return async ({ call }, count) => {
    for (let i = 0; i < count; i++) await call(name, ...args);
  };
}

function burst(name: 'nothing' | 'spin', ...args: number[]): Run {
  return async ({ call }, count) => {
    await Promise.all(Array.from({ length: count }, () => call(name, ...args)));
  };
}

/** Prints microseconds per job. */
async function compare(title: string, contenders: Contender[], rounds: number, count: number, run: Run): Promise<void> {
  const times = await inTurns(contenders, rounds, (contender) => run(contender, count));
  const medians = times.map((ms) => (ms * 1000) / count);
  const reference = medians[1]!;
  console.log(title);
  for (const [index, { name }] of contenders.entries()) {
    const value = medians[index]!;
    const against = index === 1 ? '' : `  (${(value / reference).toFixed(2)} × piscina)`;
    console.log(`  ${name.padEnd(22)} ${value.toFixed(1).padStart(8)}${against}`);
  }
}

function python(): void {
  const { status, stdout } = spawnSync('python3', [path.join(import.meta.dirname, 'executors.py')], {
    encoding: 'utf8',
  });
  console.log(status === 0 ? stdout.trimEnd() : 'Python: no python3 here, not measured');
}

/** How late a ticker of 10 ms is at worst while eight jobs compute. */
async function ticker(folder: string, rounds: number): Promise<void> {
  const { spin } = remote<Work>(fileUrl(folder, 'work.mjs'));
  await using pool = new ThreadPoolExecutor({ maxWorkers: 8 });
  await Promise.all(Array.from({ length: 8 }, () => pool.submit(spin, 1)));
  const worst: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const lateness: number[] = [];
    let due = performance.now() + 10;
    const timer = setInterval(() => {
      const now = performance.now();
      lateness.push(now - due);
      due = now + 10;
    }, 10);
    await Promise.all(Array.from({ length: 8 }, () => pool.submit(spin, 500)));
    clearInterval(timer);
    worst.push(Math.max(...lateness));
  }
  const cores = os.availableParallelism();
  console.log(
    `a ticker of 10 ms while 8 threads compute on ${cores} processors: at worst ${middle(worst).toFixed(1)} ms late`,
  );
}

/** From `cancel()` until the next job of the same worker has answered. */
async function cancelToFree(folder: string, rounds: number): Promise<void> {
  const { nothing, spin, wait } = remote<Work>(fileUrl(folder, 'work.mjs'));
  for (const [kind, pool] of [
    ['thread', new ThreadPoolExecutor({ maxWorkers: 1, grace: 0 })],
    ['process', new ProcessPoolExecutor({ maxWorkers: 1, grace: 0 })],
  ] as const) {
    const measure = async (start: () => { cancel(): boolean }): Promise<number> => {
      const times: number[] = [];
      for (let round = 0; round < rounds; round++) {
        await pool.submit(nothing);
        const task = start();
        await new Promise((resolve) => setTimeout(resolve, 20));
        const begin = performance.now();
        task.cancel();
        await pool.submit(nothing);
        times.push(performance.now() - begin);
      }
      return middle(times);
    };
    const asked = await measure(() => pool.with({ grace: 1000 }).submit(wait));
    const killed = await measure(() => pool.submit(spin, 10_000));
    console.log(
      `from cancel() to the next job done, ${kind}: ${asked.toFixed(1)} ms if it stops when asked, ` +
        `${killed.toFixed(1)} ms beyond the grace if it is killed`,
    );
    await pool.shutdown();
  }
}
