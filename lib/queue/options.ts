import { got } from '../kernel/index.js';

/** How to reach Redis: the options of ioredis. */
export interface RedisOptions {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly db?: number | undefined;
  readonly tls?: object | undefined;
  readonly [option: string]: unknown;
}

/** How to reach PostgreSQL: the options of `pg.Pool`, and those of BullMQ's PostgreSQL backend. */
export interface PostgresOptions {
  readonly connectionString?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  readonly password?: unknown;
  readonly database?: string | undefined;
  readonly ssl?: unknown;
  /** Where BullMQ's tables are. Default: `bullmq`. */
  readonly schema?: string | undefined;
  /** Make the tables if they are not there. Default: true. */
  readonly migrate?: boolean | undefined;
  readonly [option: string]: unknown;
}

/** Which queue, on which server: exactly one of `redis` and `postgres`. */
export interface QueueOptions {
  /** The name of the queue. */
  readonly queue: string;
  /** A URL, or options of ioredis. */
  readonly redis?: string | RedisOptions | undefined;
  /** A URL, or options of pg. */
  readonly postgres?: string | PostgresOptions | undefined;
  /** Redis: what the names of all keys begin with. Default: `bull`. */
  readonly prefix?: string | undefined;
}

/** **Errors:** TypeError. @internal */
export function assertQueueOptions(call: string, options: QueueOptions): void {
  const { queue, redis, postgres, prefix } = options;
  if (typeof queue !== 'string' || queue === '' || queue.includes(':')) {
    throw new TypeError(`${call}: expected queue to be the name of a queue, without colons, got ${got(queue)}`);
  }
  if ((redis === undefined) === (postgres === undefined)) {
    const both = redis === undefined ? 'neither' : 'both';
    throw new TypeError(`${call}: expected either redis or postgres, to say where the queue is, got ${both}`);
  }
  if (redis !== undefined) assertServer(call, 'redis', redis, ['redis:', 'rediss:']);
  if (postgres !== undefined) assertServer(call, 'postgres', postgres, ['postgres:', 'postgresql:']);
  if (prefix === undefined) return;
  if (typeof prefix !== 'string' || prefix === '') {
    throw new TypeError(`${call}: expected prefix to be a string, got ${got(prefix)}`);
  }
  if (postgres !== undefined) {
    throw new TypeError(
      `${call}: prefix is for Redis; on PostgreSQL give a schema: postgres: { …, schema: '${prefix}' }`,
    );
  }
}

function assertServer(call: string, option: string, server: unknown, protocols: readonly string[]): void {
  if (typeof server === 'object' && server !== null) return;
  if (typeof server === 'string' && URL.canParse(server) && protocols.includes(new URL(server).protocol)) return;
  // what is wrong is not shown: there may be a password in it
  const what = typeof server === 'string' ? 'another string' : got(server);
  throw new TypeError(
    `${call}: expected ${option} to be a URL (${protocols[0]}//…) or an object of options, got ${what}`,
  );
}

/** **Errors:** TypeError, RangeError. @internal */
export function assertDuration(call: string, option: string, value: unknown): void {
  if (value === undefined) return;
  if (typeof value !== 'number') throw new TypeError(`${call}: expected ${option} to be a number, got ${got(value)}`);
  if (!(value > 0 && value < 2 ** 31)) {
    throw new RangeError(`${call}: expected ${option} to be a time in ms, from 1 to ${2 ** 31 - 1}, got ${value}`);
  }
}
