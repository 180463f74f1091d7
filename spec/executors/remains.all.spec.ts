import path from 'node:path';
import { type Ended, runScenario } from '../support/scenario.js';
import { isAlive } from '../support/servers/processes.js';

const scenario = (name: string, signal?: NodeJS.Signals) =>
  runScenario(path.join(__dirname, 'remains.scenarios.ts'), name, signal, signal && ['ready']);

const good = { status: 0, signal: null, errors: '' };

describe('After executors nothing remains:', () => {
  it('shutdown frees all threads, processes, ports and timers', async () => {
    const ended = await scenario('shutDown');
    expect(ended).toMatchObject({ ...good, lines: ['inline: nothing', 'threads: nothing', 'processes: nothing'] });
  });

  it('run() frees the default executor', async () => {
    expect(await scenario('runDefault')).toMatchObject({ ...good, lines: ['4, nothing'] });
  });

  it.each(['idleInline', 'idleThreads', 'idleDefault'])(
    'without any shutdown the process ends by itself: %s',
    async (name) => {
      const ended = await scenario(name);
      expect(ended).toMatchObject({ ...good, lines: [expect.stringMatching(/^[23]$/)] });
    },
    30_000,
  );

  it('without any shutdown idle processes end with the one that made them', async () => {
    const ended = await scenario('idleProcesses');
    expect(ended).toMatchObject(good);
    await gone(pidOf(ended));
  });

  it('a process waits for jobs that nobody waits for', async () => {
    const ended = await scenario('unfinished');
    expect(ended).toMatchObject({ ...good, lines: ['finished', 'finished', 'finished'] });
  });

  it('and for those that wait behind one that is being killed', async () => {
    expect(await scenario('behindKilled')).toMatchObject({ ...good, lines: ['sum 3', 'sum 3'] });
  });

  it('process.exit ends threads and processes with it', async () => {
    const ended = await scenario('exit');
    expect(ended).toMatchObject({ ...good, status: 3 });
    await gone(pidOf(ended));
  });

  it('so does an error that nobody caught', async () => {
    const ended = await scenario('failing');
    expect(ended).toMatchObject({ status: 1, errors: expect.stringContaining('the end') });
    await gone(pidOf(ended));
  });

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
  });

  it('processes whose parent is killed end: those that let go at once, one that does not when it does', async () => {
    const ended = await scenario('killed', 'SIGKILL');
    expect(ended.signal).toBe('SIGKILL');
    const [waiting, idle, spinning] = ended.lines[0]!.split(' ').slice(1).map(Number);
    await Promise.all([gone(waiting!), gone(idle!)]);
    await gone(spinning!);
  });
});

function pidOf({ lines }: Ended): number {
  return Number(/^pid (\d+)$/.exec(lines[0]!)![1]);
}

/** Fulfils when there is no process of this id any more. */
async function gone(pid: number): Promise<void> {
  expect(pid).toBeGreaterThan(0);
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}
