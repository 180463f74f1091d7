/** What the sample starts beside itself: a Redis and workers. None of it outlives the sample. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** A Redis on a free port of this machine, with a log that survives its own end. */
export async function startRedis() {
  const folder = await mkdtemp(path.join(tmpdir(), 'queue-primes-'));
  const port = await freePort();
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes'];
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  try {
    await once(child, 'spawn');
  } catch (error) {
    await rm(folder, { recursive: true });
    throw new Error('This sample needs redis-server: apt-get install redis-server, brew install redis', {
      cause: error,
    });
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      await end(child, 'SIGTERM');
      await rm(folder, { recursive: true });
    },
  };
}

/**
 * A worker with one thread for jobs, as another machine would have it. There, and in a project of yours:
 *
 *     npx rxtasks worker --queue primes --module work.js --redis redis://…
 */
export function startWorker(redis: string): ChildProcess {
  const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const command = ['--import', 'tsx', file('../../lib/queue/bin.ts'), 'worker'];
  const options = ['--queue', 'primes', '--module', file('work.ts'), '--redis', redis, '--concurrency', '1'];
  return spawn(process.execPath, [...command, ...options], { stdio: 'ignore' });
}

export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
