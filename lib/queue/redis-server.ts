import type { Redis } from 'ioredis';
import { loadPackage } from '../jobs/index.js';
import type { RedisOptions } from './options.js';
import type { BullMQArguments, JobState, Server, ServerListener } from './server.js';
import { pause, within } from './within.js';

/**
 * Redis: one connection for commands, which BullMQ shares, and one that listens.
 *
 * Both go on reconnecting until they are closed. Commands that were sent and not answered are sent again.
 *
 * @internal
 */
export class RedisServer implements Server {
  readonly address: string;
  readonly space: string;
  readonly bullmq: BullMQArguments;
  lastError: unknown;
  readonly #queue: string;
  readonly #commands: Redis;
  readonly #ears: Redis;
  readonly #connections: Redis[] = [];
  #listening = false;
  #wasUp = false;
  #closed = false;

  constructor(call: string, redis: string | RedisOptions, queue: string, prefix = 'bull') {
    const ioredis = loadPackage<typeof import('ioredis')>(call, 'ioredis', 'bullmq ioredis');
    const { retryStrategy = (attempt: number) => Math.min(50 * attempt, 1000) } =
      typeof redis === 'string' ? {} : (redis as { retryStrategy?: ((attempt: number) => number | null) | null });
    const forced = {
      // BullMQ connects again what it finds ended, also after `close`
      retryStrategy: (attempt: number) => (this.#closed ? null : (retryStrategy?.(attempt) ?? null)),
      maxRetriesPerRequest: null,
      autoResubscribe: false,
      lazyConnect: false,
      disconnectTimeout: DISCONNECT_TIMEOUT,
    } as const;
    this.#commands =
      typeof redis === 'string'
        ? new ioredis.Redis(redis, forced)
        : new ioredis.Redis({ ...redis, ...forced } as never);
    // BullMQ makes one more for a worker, which blocks
    const { duplicate } = this.#commands;
    this.#commands.duplicate = (options) => this.#keep(duplicate.call(this.#commands, options));
    this.#ears = this.#commands.duplicate();
    this.#keep(this.#commands);
    const { host, port, path } = this.#commands.options;
    this.address = `Redis at ${path ?? `${host}:${port}`}`;
    this.space = prefix;
    this.#queue = queue;
    this.bullmq = { options: { connection: this.#commands, prefix }, factory: undefined };
  }

  get isUp(): boolean {
    return this.#listening && this.#commands.status === 'ready';
  }

  listen(channel: string, listener: ServerListener): void {
    const check = () => {
      if (this.isUp && !this.#wasUp) {
        this.#wasUp = true;
        listener.up();
      }
    };
    const subscribe = () => {
      this.#ears.subscribe(channel).then(
        () => {
          this.#listening = true;
          check();
        },
        () => {}, // it lost the connection; it is ready again later
      );
    };
    this.#commands.on('ready', check);
    this.#commands.on('close', () => (this.#wasUp = false));
    this.#ears.on('ready', subscribe);
    this.#ears.on('close', () => (this.#listening = this.#wasUp = false));
    this.#ears.on('message', (_channel, text) => listener.heard(text));
    if (this.#ears.status === 'ready') subscribe();
  }

  tell(channel: string, text: string): void {
    if (this.#commands.status === 'ready') this.#commands.publish(channel, text).catch(() => {});
  }

  async states(ids: readonly string[]): Promise<Map<string, JobState>> {
    const pipeline = this.#commands.pipeline();
    for (const id of ids) pipeline.hmget(this.#key(id), 'timestamp', 'finishedOn', 'returnvalue', 'failedReason');
    const replies = await run<(string | null)[]>(pipeline);
    const states = new Map<string, JobState>();
    for (const [index, [timestamp, finishedOn, returned, failure]] of replies.entries()) {
      if (timestamp === null) continue;
      const finished = finishedOn !== null;
      states.set(ids[index]!, {
        finished,
        ...(finished && returned != null ? { outcome: JSON.parse(returned) as string } : {}),
        ...(finished && failure != null ? { failure } : {}),
      });
    }
    return states;
  }

  async withdraw(ids: readonly string[]): Promise<string[]> {
    const [wait, paused] = [this.#key('wait'), this.#key('paused')];
    return (await this.#commands.eval(WITHDRAW, 2, wait, paused, this.#key(''), ...ids)) as string[];
  }

  async discard(ids: readonly string[]): Promise<string[]> {
    const [completed, failed] = [this.#key('completed'), this.#key('failed')];
    return (await this.#commands.eval(DISCARD, 2, completed, failed, this.#key(''), ...ids)) as string[];
  }

  async agree(field: string, value: string, force: boolean): Promise<string> {
    const meta = this.#key('meta');
    if (force) await this.#commands.hset(meta, field, value);
    else await this.#commands.hsetnx(meta, field, value);
    return (await this.#commands.hget(meta, field)) ?? value;
  }

  async forgets(): Promise<string | undefined> {
    try {
      const [, appendonly] = await this.#commands.config('GET', 'appendonly');
      const [, save] = await this.#commands.config('GET', 'save');
      if (appendonly !== 'no' || save !== '') return undefined;
    } catch {
      return undefined; // it does not tell: hosted ones often do not
    }
    return `${this.address} keeps nothing on disk (appendonly no, save '')`;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const isAway = !this.isUp;
    await Promise.all(this.#connections.map((connection) => end(connection, isAway)));
  }

  /** An error that nobody listens to is printed by ioredis, at each attempt to connect. */
  #keep(connection: Redis): Redis {
    this.#connections.push(connection);
    return connection.on('error', (error) => (this.lastError = error));
  }

  #key(name: string): string {
    return `${this.space}:${this.#queue}:${name}`;
  }
}

/** How long ioredis has a timer for a socket that is not closed, in ms - or that has been closed already. */
const DISCONNECT_TIMEOUT = 100;

/** What waits for an answer is told that there will be none. */
async function end(connection: Redis, isAway: boolean): Promise<void> {
  if (connection.status === 'end' && !isAway) return;
  const ended = new Promise<void>((resolve) => connection.once('end', resolve));
  const isConnected = ['connecting', 'connect', 'ready'].includes(connection.status);
  connection.disconnect();
  if (!isConnected) {
    // It does not say that it has ended, until one more attempt fails or is ended.
    connection.once('connect', () => connection.disconnect());
    connection.connect().catch(() => {});
  }
  await within(DISCONNECT_TIMEOUT + 200, ended);
  if (!isConnected) await pause(DISCONNECT_TIMEOUT);
}

/**
 * Removes those jobs that wait, and gives them; also those that are not there, for this may be the second time: the answer was
 * lost. Workers take jobs from the tails: there the older ones are, which are withdrawn first.
 */
const WITHDRAW = `
local withdrawn = {}
for i = 2, #ARGV do
  local id = ARGV[i]
  local key = ARGV[1] .. id
  if redis.call('LREM', KEYS[1], -1, id) + redis.call('LREM', KEYS[2], -1, id) > 0 then
    redis.call('UNLINK', key)
    withdrawn[#withdrawn + 1] = id
  elseif redis.call('EXISTS', key) == 0 then
    withdrawn[#withdrawn + 1] = id
  end
end
return withdrawn`;

/** Removes those jobs that have ended; gives the others. */
const DISCARD = `
local left = {}
for i = 2, #ARGV do
  local id = ARGV[i]
  if redis.call('ZREM', KEYS[1], id) + redis.call('ZREM', KEYS[2], id) > 0 then
    redis.call('UNLINK', ARGV[1] .. id)
  else
    left[#left + 1] = id
  end
end
return left`;

/** **Errors:** the first one of any of the commands. */
async function run<T>(pipeline: { exec(): Promise<[Error | null, unknown][] | null> }): Promise<T[]> {
  const replies = (await pipeline.exec()) ?? [];
  return replies.map(([error, reply]) => {
    if (error !== null) throw error;
    return reply as T;
  });
}
