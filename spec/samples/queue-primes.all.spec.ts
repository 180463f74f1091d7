import { execFile, spawn } from 'node:child_process';
import path from 'node:path';

import { describeWith } from '../support/servers/index.js';

const command = ['--import', 'tsx', path.resolve('samples/queue-primes/main.ts')];

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describeWith({ redis: true }, 'queue-primes', () => {
  it('loses a worker midway, and no job', async () => {
    const { status, stdout, stderr } = await new Promise<{ status: unknown; stdout: string; stderr: string }>(
      (resolve) =>
        execFile(process.execPath, command, (error, stdout, stderr) =>
          resolve({ status: error === null ? 0 : (error.code ?? error.signal), stdout, stderr }),
        ),
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const [, range] = /worker 2 is killed while it counts from (.+)\n/.exec(stdout)!;
    expect(stdout).toContain(`worker 1 starts again with ${range}\n`);
    const counts = [...stdout.matchAll(/worker \d has counted (\d+) ranges/g)].map(([, count]) => Number(count));
    expect(counts[0]! + counts[1]!).toBe(24);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(stdout).toContain('788,060 primes below 12,000,000: nothing is lost\n');
  }, 120_000);

  it('is stopped by Ctrl-C, and leaves no worker behind', async () => {
    const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'ignore'] });
    let status: number | null | undefined;
    child.once('exit', (code) => (status = code));
    const closed = new Promise((resolve) => child.once('close', resolve));
    const text = await new Promise<string>((resolve) => child.stdout.once('data', (data) => resolve(String(data))));
    const workers = /processes (\d+) and (\d+)\n/.exec(text)!.slice(1).map(Number);
    expect(workers.map(isAlive)).toEqual([true, true]);
    child.kill('SIGINT');
    await closed;
    expect(status).toBe(130);
    expect(workers.map(isAlive)).toEqual([false, false]);
  });
});

describe('queue-primes without a redis-server', () => {
  it('says what is missing', async () => {
    const stderr = await new Promise<string>((resolve) =>
      execFile(process.execPath, command, { env: { ...process.env, PATH: path.resolve('samples') } }, (_, __, text) =>
        resolve(text),
      ),
    );
    expect(stderr).toContain('This sample needs redis-server: apt-get install redis-server');
  });
});
