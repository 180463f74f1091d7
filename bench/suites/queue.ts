import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Queue, QueueEvents, createPostgresBackend } from 'bullmq';
import { remote } from 'rxtasks/executors';
import { QueueExecutor } from 'rxtasks/queue';
import { type Server, startPostgres, startRedis } from '../../spec/support/servers/index.js';
import { inTurns } from './in-turns.js';

/**
 * The queue beside BullMQ used directly (`queue.add`, then `waitUntilFinished` with one QueueEvents), on the same server, each with
 * one worker in a process of its own that runs one no-op at a time. BullMQ's runs it in its main thread; ours in a thread, so
 * that the locks of jobs that compute are renewed.
 */
export async function benchQueue(rounds: number): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rxtasks-bench-'));
  await writeFile(path.join(folder, 'work.mjs'), 'export const nothing = () => 1;');
  const work = pathToFileURL(path.join(folder, 'work.mjs'));
  try {
    for (const [name, start] of [
      ['Redis', () => startRedis({ persistence: 'none' })],
      ['PostgreSQL', startPostgres],
    ] as const) {
      await using server = await start();
      const contenders = [await direct(name, server), await ours(name, server, work)];
      for (const [how, run, count] of [
        ['one after the other', sequential, name === 'Redis' ? 500 : 100],
        ['100 at a time', burst, name === 'Redis' ? 1000 : 200],
      ] as const) {
        const times = await inTurns(contenders, rounds, ({ call }) => run(call, count));
        const [bullmq, rxtasks] = times.map((ms) => ms / count) as [number, number];
        console.log(
          `${name}, no-op, ${how}, ms a job: BullMQ ${bullmq.toFixed(2)}, rxtasks ${rxtasks.toFixed(2)} ` +
            `(${(rxtasks / bullmq).toFixed(2)} × BullMQ)`,
        );
      }
      for (const { close } of contenders) await close();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Contender {
  call(): PromiseLike<unknown>;
  close(): Promise<void>;
}

async function sequential(call: () => PromiseLike<unknown>, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await call();
}

async function burst(call: () => PromiseLike<unknown>, count: number): Promise<void> {
  for (let i = 0; i < count; i += 100) await Promise.all(Array.from({ length: 100 }, call));
}

type ServerName = 'Redis' | 'PostgreSQL';

/** What bench/suites/queue-worker.ts is told. */
export interface WorkerSetup {
  readonly kind: 'bullmq' | 'rxtasks';
  readonly server: ServerName;
  readonly url: string;
  readonly work?: string;
}

async function direct(server: ServerName, { url }: Server): Promise<Contender> {
  const worker = await startWorker({ kind: 'bullmq', server, url });
  const connection = server === 'Redis' ? { url } : ({ connectionString: url, migrate: true } as never);
  const backend = server === 'Redis' ? undefined : (createPostgresBackend as never);
  const queue = new Queue('direct', { connection }, backend);
  const events = new QueueEvents('direct', { connection }, backend);
  queue.setMaxListeners(0); // a listener a job, as waitUntilFinished has it
  events.setMaxListeners(0);
  await events.waitUntilReady();
  return {
    async call() {
      const job = await queue.add('nothing', {}, { removeOnComplete: { age: 3600 } });
      return job.waitUntilFinished(events);
    },
    async close() {
      await events.close();
      await queue.close();
      await stop(worker);
    },
  };
}

async function ours(server: ServerName, { url }: Server, work: URL): Promise<Contender> {
  const worker = await startWorker({ kind: 'rxtasks', server, url, work: work.href });
  const { nothing } = remote<{ nothing(): number }>(work);
  const executor = new QueueExecutor({ queue: 'ours', ...(server === 'Redis' ? { redis: url } : { postgres: url }) });
  return {
    call: () => executor.submit(nothing),
    async close() {
      await executor.shutdown();
      await stop(worker);
    },
  };
}

async function startWorker(setup: WorkerSetup): Promise<ChildProcess> {
  const worker = fork(path.join(import.meta.dirname, 'queue-worker.ts'), [JSON.stringify(setup)]);
  await once(worker, 'message');
  return worker;
}

async function stop(worker: ChildProcess): Promise<void> {
  const exited = once(worker, 'exit');
  worker.kill('SIGKILL');
  await exited;
}
