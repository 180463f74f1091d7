import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { isAlive } from '../support/servers/processes.js';

interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lines: string[];
  readonly errors: string;
  /** From the last line to the end of the process. */
  readonly ms: number;
}

/** Runs a scenario in a process of its own, and sends it `signal` when it is ready. */
function scenario(name: string, signal?: NodeJS.Signals): Promise<Ended> {
  const file = path.join(__dirname, 'remains.scenarios.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', file, name], {
    cwd: path.join(__dirname, '../..'),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const lines: string[] = [];
  let errors = '';
  let last = performance.now();
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    last = performance.now();
    if (line === 'ready' && signal !== undefined) child.kill(signal);
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (status, endedBy) => {
      const ms = performance.now() - last;
      // what it has written may still be on its way; its own children may hold the pipes for longer
      setTimeout(() => resolve({ status, signal: endedBy, lines, errors, ms }), 50);
    });
  });
}

const good = { status: 0, signal: null, errors: '' };

describe('After executors nothing remains:', () => {
  it('shutdown frees all threads, processes, ports and timers', async () => {
    const ended = await scenario('shutDown');
    expect(ended).toMatchObject({ ...good, lines: ['inline: nothing', 'threads: nothing', 'processes: nothing'] });
  }, 30_000);

  it('run() frees the default executor', async () => {
    expect(await scenario('runDefault')).toMatchObject({ ...good, lines: ['4, nothing'] });
  }, 30_000);

  it.each(['idleInline', 'idleThreads', 'idleDefault'])(
    'without any shutdown the process ends by itself: %s',
    async (name) => {
      const ended = await scenario(name);
      expect(ended).toMatchObject({ ...good, lines: [expect.stringMatching(/^[23]$/)] });
      expect(ended.ms).toBeLessThan(5000);
    },
    30_000,
  );

  it('without any shutdown idle processes end with the one that made them', async () => {
    const ended = await scenario('idleProcesses');
    expect(ended).toMatchObject(good);
    expect(ended.ms).toBeLessThan(5000);
    await gone(pidOf(ended));
  }, 30_000);

  it('a process waits for jobs that nobody waits for', async () => {
    const ended = await scenario('unfinished');
    expect(ended).toMatchObject({ ...good, lines: ['finished', 'finished', 'finished'] });
  }, 30_000);

  it('and for those that wait behind one that is being killed', async () => {
    expect(await scenario('behindKilled')).toMatchObject({ ...good, lines: ['sum 3', 'sum 3'] });
  }, 30_000);

  it('process.exit ends threads and processes with it', async () => {
    const ended = await scenario('exit');
    expect(ended).toMatchObject({ ...good, status: 3 });
    await gone(pidOf(ended));
  }, 30_000);

  it('so does an error that nobody caught', async () => {
    const ended = await scenario('failing');
    expect(ended).toMatchObject({ status: 1, errors: expect.stringContaining('the end') });
    await gone(pidOf(ended));
  }, 30_000);

  it('SIGINT during run() cancels the jobs, lets them clean up, and ends the process', async () => {
    const ended = await scenario('interrupted', 'SIGINT');
    expect(ended.status).toBe(130);
    expect(ended.errors).toContain('KeyboardInterrupt');
    expect([...ended.lines].sort()).toEqual([
      'cancelled: true,true',
      'process cleaned up',
      'ready',
      'thread cleaned up',
    ]);
    expect(ended.ms).toBeLessThan(5000);
  }, 30_000);

  it('processes whose parent is killed end: those that let go at once, one that does not when it does', async () => {
    const ended = await scenario('killed', 'SIGKILL');
    expect(ended.signal).toBe('SIGKILL');
    const [waiting, idle, spinning] = ended.lines[0]!.split(' ').slice(1).map(Number);
    await Promise.all([gone(waiting!), gone(idle!)]);
    await gone(spinning!);
  }, 30_000);
});

function pidOf({ lines }: Ended): number {
  return Number(/^pid (\d+)$/.exec(lines[0]!)![1]);
}

/** Fulfils when there is no process of this id any more. */
async function gone(pid: number): Promise<void> {
  expect(pid).toBeGreaterThan(0);
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}
