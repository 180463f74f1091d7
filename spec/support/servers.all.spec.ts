import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import {
  type RedisPersistence,
  type Server,
  describeWith,
  missing,
  openPage,
  startPostgres,
  startRedis,
} from './servers/index.js';
import { childrenOf, isAlive } from './servers/processes.js';

const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms, 'nothing'));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await after(20);
}

async function withRedis<T>({ url }: Server, use: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => {});
  try {
    await client.connect();
    return await use(client);
  } finally {
    client.disconnect();
  }
}

async function withPostgres<T>({ url }: Server, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(url);
  client.on('error', () => {});
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end();
  }
}

/** Whether its processes and its folder are gone, once it is disposed of. */
async function leavesNothing(server: Server): Promise<boolean> {
  const pids = [server.pid!, ...childrenOf(server.pid!)];
  await server[Symbol.asyncDispose]();
  return !pids.some(isAlive) && !existsSync(server.folder) && server.pid === undefined;
}

describeWith({ redis: true }, 'startRedis', () => {
  const set = (server: Server) => withRedis(server, (client) => client.set('key', 'value'));
  const get = (server: Server) => withRedis(server, (client) => client.get('key'));

  it.each<[RedisPersistence, string | null, string | null]>([
    ['aof-always', 'value', 'value'],
    ['rdb', 'value', null],
    ['none', null, null],
  ])(
    'with persistence %j keeps %j when it restarts and %j when it is killed',
    async (persistence, restarted, killed) => {
      await using first = await startRedis({ persistence });
      await using second = await startRedis({ persistence });
      const { url } = first;
      await set(first);
      await first.restart();
      expect(await get(first)).toBe(restarted);
      expect(first.url).toBe(url);
      await set(second);
      await second.kill();
      await second.restart();
      expect(await get(second)).toBe(killed);
    },
  );

  it('keeps nothing by default', async () => {
    await using server = await startRedis();
    await set(server);
    await server.restart();
    expect(await get(server)).toBeNull();
  });

  it('answers nothing while it is paused, and everything once it is resumed', async () => {
    await using server = await startRedis();
    await withRedis(server, async (client) => {
      await server.pause();
      const answer = client.ping();
      expect(await Promise.race([answer, after(100)])).toBe('nothing');
      await server.resume();
      expect(await answer).toBe('PONG');
    });
  });

  it('takes no connections while it is stopped', async () => {
    await using server = await startRedis();
    await server.stop();
    expect(server.pid).toBeUndefined();
    await expect(get(server)).rejects.toThrow();
    await expect(server.pause()).rejects.toThrow('pause() while it does not run');
    await server.stop();
    await server.restart();
    expect(await get(server)).toBeNull();
  });

  it('leaves nothing, running, paused or stopped, and does not come back', async () => {
    const servers = await Promise.all([startRedis(), startRedis({ persistence: 'aof-always' }), startRedis()]);
    await servers[1].pause();
    expect(await leavesNothing(servers[0])).toBe(true);
    expect(await leavesNothing(servers[1])).toBe(true);
    await servers[2].stop();
    await servers[2][Symbol.asyncDispose]();
    await servers[2][Symbol.asyncDispose]();
    expect(existsSync(servers[2].folder)).toBe(false);
    await expect(servers[0].restart()).rejects.toThrow('restart() after it was disposed of');
  });
});

describeWith({ postgres: true }, 'startPostgres', () => {
  const insert = (server: Server, value: number) =>
    withPostgres(server, async (client) => {
      await client.query('create table if not exists t (value int)');
      await client.query('insert into t values ($1)', [value]);
    });
  const select = (server: Server) =>
    withPostgres(server, async (client) => {
      const { rows } = await client.query<{ value: number }>('select value from t order by value');
      return rows.map(({ value }) => value);
    });

  it('keeps what it has committed when it restarts and when it is killed', async () => {
    await using server = await startPostgres();
    const { url } = server;
    await insert(server, 1);
    await server.restart();
    await insert(server, 2);
    await server.kill();
    expect(server.pid).toBeUndefined();
    await server.restart();
    expect(await select(server)).toEqual([1, 2]);
    expect(server.url).toBe(url);
  });

  it('answers nothing on any connection while it is paused, and everything once it is resumed', async () => {
    await using server = await startPostgres();
    await withPostgres(server, async (client) => {
      await client.query('select 1');
      await server.pause();
      const old = client.query<{ n: number }>('select 2 as n').then(({ rows }) => rows);
      const fresh = withPostgres(server, (other) => other.query('select 3 as n')).then(({ rows }) => rows);
      expect(await Promise.race([old, fresh, after(200)])).toBe('nothing');
      await server.resume();
      expect([await old, await fresh]).toEqual([[{ n: 2 }], [{ n: 3 }]]);
    });
  });

  it('takes no connections while it is stopped, and stops though somebody is connected', async () => {
    await using server = await startPostgres();
    const client = new Client(server.url);
    const errors: Error[] = [];
    client.on('error', (error) => errors.push(error));
    await client.connect();
    await server.stop();
    await until(() => errors.length > 0);
    expect(errors[0]?.message).toBe('terminating connection due to administrator command');
    await expect(select(server)).rejects.toThrow('ECONNREFUSED');
  });

  it('does not run as root', async () => {
    await using server = await startPostgres();
    expect(statSync(path.join(server.folder, 'data')).uid).not.toBe(0);
  });

  it('leaves nothing, running or paused', async () => {
    const [running, paused] = await Promise.all([startPostgres(), startPostgres()]);
    await paused.pause();
    expect(await leavesNothing(running)).toBe(true);
    expect(await leavesNothing(paused)).toBe(true);
  });
});

describeWith({ chromium: true }, 'openPage', () => {
  it('opens the files of a folder, and leaves nothing', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'rxtasks-page-'));
    const before = new Set(childrenOf(process.pid));
    try {
      writeFileSync(path.join(folder, 'answer.mjs'), 'export const answer = 42;');
      writeFileSync(path.join(folder, 'worker.js'), 'postMessage(location.protocol);');
      const opened = await openPage(folder);
      const { page, url, errors } = opened;
      expect(await page.evaluate(`import('./answer.mjs').then(({ answer }) => answer)`)).toBe(42);
      const heard = `new Promise((resolve) => (new Worker('worker.js').onmessage = ({ data }) => resolve(data)))`;
      expect(await page.evaluate(heard)).toBe('http:');
      expect((await page.goto(`${url}missing.js`))?.status()).toBe(404);
      expect((await page.goto(`${url}%2e%2e%2f..%2fetc/passwd`))?.status()).toBe(404);
      expect(errors).toEqual([]);
      expect(existsSync(opened.folder)).toBe(true);
      await opened.close();
      await opened.close();
      await expect(fetch(url)).rejects.toThrow('fetch failed');
      expect(childrenOf(process.pid).filter((pid) => !before.has(pid))).toEqual([]);
      expect(existsSync(opened.folder)).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('opens what a handler answers, and tells what was thrown in it', async () => {
    const html = `<!doctype html><title>made</title><script>setTimeout(() => { throw new Error('boom'); })</script>`;
    await using opened = await openPage((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end(html),
    );
    expect(await opened.page.title()).toBe('made');
    await until(() => opened.errors.length > 0);
    expect(opened.errors.map(({ message }) => message)).toEqual(['boom']);
  });
});

describeWith({ redis: true, postgres: true, chromium: true }, 'What a spec started and did not close', () => {
  const ours = (folder: string) => readdirSync(folder).filter((name) => /^rxtasks-spec-|^playwright/.test(name));
  let temporary: string;
  let child: ChildProcess;

  beforeEach(() => {
    temporary = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'rxtasks-tmpdir-')));
  });
  afterEach(() => {
    child.kill('SIGKILL');
    rmSync(temporary, { recursive: true });
  });

  async function leaveBehind(): Promise<{ pids: number[]; folders: string[] }> {
    const script = path.resolve('spec/support/servers/fixtures/leave-behind.ts');
    child = spawn(process.execPath, ['--import', 'tsx', script], {
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout!.setEncoding('utf8'), 'data')) as [string];
    return JSON.parse(line) as { pids: number[]; folders: string[] };
  }

  it('is gone when its process is killed', async () => {
    chmodSync(temporary, 0o755);
    const { pids, folders } = await leaveBehind();
    expect(pids.length).toBeGreaterThan(10);
    expect(pids.filter((pid) => !isAlive(pid))).toEqual([]);
    expect(ours(temporary)).toHaveLength(3);
    expect(folders.map((folder) => path.dirname(folder))).toEqual([temporary, temporary]);
    child.kill('SIGKILL');
    await until(() => !pids.some(isAlive));
    expect(ours(temporary)).toEqual([]);
  });

  it('was not in a temporary folder that PostgreSQL cannot enter', async () => {
    chmodSync(temporary, 0o700);
    const { pids, folders } = await leaveBehind();
    const expected = process.getuid?.() === 0 ? '/tmp' : temporary;
    expect(folders.map((folder) => path.dirname(folder))).toEqual([expected, expected]);
    child.kill('SIGKILL');
    await until(() => !pids.some(isAlive));
    expect(folders.filter((folder) => existsSync(folder))).toEqual([]);
  });
});

describe('describeWith', () => {
  const real = { describe: globalThis.describe, path: process.env['PATH'], chromium: process.env['CHROMIUM'] };
  const skip = jest.fn();
  const run = Object.assign(jest.fn(), { skip });
  const body = () => {};

  beforeEach(() => {
    globalThis.describe = run as unknown as jest.Describe;
    process.env['PATH'] = path.join(os.tmpdir(), 'no-such-folder');
  });
  afterEach(() => {
    globalThis.describe = real.describe;
    process.env['PATH'] = real.path;
    if (real.chromium === undefined) delete process.env['CHROMIUM'];
    else process.env['CHROMIUM'] = real.chromium;
    jest.resetAllMocks();
  });

  it('skips where something is not installed, and says what and how to install it', () => {
    process.env['CHROMIUM'] = '/no/such/browser';
    describeWith({ redis: true, chromium: true }, 'Queue', body);
    const reason =
      'redis-server is not installed; apt-get install redis-server; ' +
      'Chromium is not installed; apt-get install chromium, or set CHROMIUM';
    expect(skip.mock.calls).toEqual([[`Queue (skipped: ${reason})`, body]]);
    expect(run).not.toHaveBeenCalled();
  });

  it('runs where everything is installed, and wants nothing else', () => {
    process.env['CHROMIUM'] = process.execPath;
    describeWith({ chromium: true, redis: false }, 'Page', body);
    expect(run.mock.calls).toEqual([['Page', body]]);
    expect(skip).not.toHaveBeenCalled();
    expect(missing({ redis: true }).map(({ name }) => name)).toEqual(['redis-server']);
  });
});
