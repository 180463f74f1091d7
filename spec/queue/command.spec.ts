import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { USAGE, UsageError, parseCommand } from '../../lib/queue/command.js';

const minimal = ['worker', '--queue', 'q', '--redis', 'redis://h'];

describe('rxtasks worker', () => {
  it('makes a worker of its arguments', () => {
    const args = [
      ...minimal,
      '--module',
      'a.js',
      '--module',
      'file:///b.js',
      '--concurrency',
      '3',
      '--executor',
      'process',
    ];
    expect(parseCommand([...args, '--no-source', '--prefix', 'p'], {})).toEqual({
      queue: 'q',
      redis: 'redis://h',
      modules: [pathToFileURL(path.resolve('a.js')), new URL('file:///b.js')],
      concurrency: 3,
      executor: 'process',
      acceptSource: false,
      prefix: 'p',
    });
  });

  it('takes the server from the environment', () => {
    const args = ['worker', '--queue', 'q'];
    expect(parseCommand(args, { REDIS_URL: 'redis://r' })).toMatchObject({ redis: 'redis://r' });
    expect(parseCommand(args, { DATABASE_URL: 'postgres://p' })).toMatchObject({ postgres: 'postgres://p' });
    expect(parseCommand([...args, '--postgres', 'postgres://o'], { REDIS_URL: 'r', DATABASE_URL: 'p' })).toMatchObject({
      postgres: 'postgres://o',
    });
    expect(parseCommand([...args, '--schema', 's'], { DATABASE_URL: 'postgres://p' })).toMatchObject({
      postgres: { connectionString: 'postgres://p', schema: 's' },
    });
  });

  it.each([
    [[], /expected the command 'worker', got none/],
    [['serve', '--queue', 'q'], /expected the command 'worker', got serve/],
    [['worker'], /expected --queue NAME/],
    [['worker', '--queue', 'q'], /expected --redis URL or --postgres URL, or \$REDIS_URL or \$DATABASE_URL/],
    [[...minimal, '--postgres', 'postgres://h'], /got both/],
    [[...minimal, '--schema', 's'], /--schema is for PostgreSQL/],
    [[...minimal, '--concurrency', '0'], /--concurrency to be a whole number from 1, got 0/],
    [[...minimal, '--executor', 'fiber'], /--executor thread or --executor process, got fiber/],
    [[...minimal, '--frob'], /Unknown option '--frob'/],
  ])('refuses %j', (args, message) => {
    expect(() => parseCommand(args, {})).toThrow(UsageError);
    expect(() => parseCommand(args, {})).toThrow(message);
  });

  it('does not choose between two servers of the environment', () => {
    expect(() => parseCommand(['worker', '--queue', 'q'], { REDIS_URL: 'r', DATABASE_URL: 'p' })).toThrow(/both set/);
  });

  it('as a command prints its usage, and ends with 2 for arguments that it does not understand', () => {
    const bin = path.join(__dirname, '../../.compiled/lib/queue/bin.js');
    const run = (...args: string[]) => spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8', env: {} });
    expect(run('--help')).toMatchObject({ status: 0, stdout: USAGE, stderr: '' });
    const wrong = run('worker', '--frob');
    expect(wrong).toMatchObject({ status: 2, stdout: '' });
    expect(wrong.stderr).toMatch(/^rxtasks worker: Unknown option '--frob'/);
    const noUrl = run('worker', '--queue', 'q', '--redis', 'localhost');
    expect(noUrl).toMatchObject({ status: 2 });
    expect(noUrl.stderr).toMatch(/expected redis to be a URL/);
  });
});
