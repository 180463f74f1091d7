import { findRedis } from './find-program.js';
import { GuardedFolder } from './guarded-folder.js';
import { type Server, startServer } from './server.js';

/**
 * What a Redis keeps: every write from the moment it is answered (`aof-always`), what there was when it was stopped in
 * an orderly way (`rdb`), or nothing.
 */
export type RedisPersistence = 'aof-always' | 'rdb' | 'none';

export interface RedisOptions {
  /** Default: `none`. */
  readonly persistence?: RedisPersistence;
}

const persistenceArgs: Record<RedisPersistence, readonly string[]> = {
  'aof-always': ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always'],
  rdb: ['--save', '3600 1', '--appendonly', 'no'],
  none: ['--save', '', '--appendonly', 'no'],
};

/** Starts a redis-server on a free loopback port, and waits until it takes connections. */
export async function startRedis({ persistence = 'none' }: RedisOptions = {}): Promise<Server> {
  const command = findRedis();
  if (command === undefined) throw new Error('startRedis(): redis-server is not installed');
  return startServer(
    {
      name: 'redis-server',
      command,
      args: (port, folder) => [
        ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
        ...persistenceArgs[persistence],
      ],
      url: (port) => `redis://127.0.0.1:${port}`,
      ready: 'Ready to accept connections',
      stopSignal: 'SIGTERM',
    },
    new GuardedFolder(),
  );
}
