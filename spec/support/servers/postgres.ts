import { execFile, execFileSync } from 'node:child_process';
import { chownSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { findPostgres } from './find-program.js';
import { GuardedFolder } from './guarded-folder.js';
import { type Server, startServer } from './server.js';

/**
 * Starts a PostgreSQL, new and empty, on a free loopback port, and waits until it takes connections. What it has
 * committed survives the death of its processes, though not that of the machine: nothing is forced to the disk.
 */
export async function startPostgres(): Promise<Server> {
  const programs = findPostgres();
  if (programs === undefined) throw new Error('startPostgres(): PostgreSQL is not installed');
  const folder = new GuardedFolder();
  const user = serverUser();
  try {
    if (user !== undefined) chownSync(folder.path, user.uid, user.gid);
    // Small segments of the log: half of the time goes to writing them.
    const args = ['--no-sync', '--no-instructions', '--wal-segsize=1', '--locale=C', '--encoding=UTF8'];
    await promisify(execFile)(
      path.join(programs, 'initdb'),
      [...args, '--auth=trust', '--username=postgres', `--pgdata=${dataOf(folder.path)}`],
      { cwd: folder.path, ...user },
    );
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
  return startServer(
    {
      name: 'PostgreSQL',
      command: path.join(programs, 'postgres'),
      args: (port, folder) => ['-D', dataOf(folder), '-p', String(port), ...settings.flatMap((each) => ['-c', each])],
      url: (port) => `postgres://postgres@127.0.0.1:${port}/postgres`,
      ready: 'database system is ready to accept connections',
      // The fast shutdown: whoever is connected is disconnected.
      stopSignal: 'SIGINT',
      user,
    },
    folder,
  );
}

const settings = [
  'listen_addresses=127.0.0.1',
  // None at all: the path of a socket must be short, that of a temporary folder may be long.
  'unix_socket_directories=',
  'fsync=off',
  'full_page_writes=off',
  'shared_buffers=32MB',
  // As with segments of the usual size.
  'max_wal_size=1GB',
  'lc_messages=C',
  'logging_collector=off',
  'log_destination=stderr',
];

function dataOf(folder: string): string {
  return path.join(folder, 'data');
}

/** PostgreSQL refuses to run as root; whoever else runs the specs runs it, too. */
function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      return { uid: idOf('-u', name), gid: idOf('-g', name) };
    } catch {
      // There is no such user.
    }
  }
  throw new Error('startPostgres(): it cannot run as root, and there is no user `postgres` or `nobody`');
}

function idOf(flag: '-u' | '-g', name: string): number {
  return Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
}
