import { type Needs, type Server, startPostgres, startRedis } from '../support/servers/index.js';
import type { Example } from './example.js';
import type { Served } from './runner.js';

const redis = /redis:\/\/[^'"`\s]+/g;
const postgres = /postgres(?:ql)?:\/\/[^'"`\s]+/g;

/** What an example has to have beside Node: it names the servers by their URLs. */
export function needsOf({ code, runs }: Example): Needs {
  return { redis: runs && code.search(redis) !== -1, postgres: runs && code.search(postgres) !== -1 };
}

/** Whether an example that runs has to have a server. */
export function needsServer(example: Example): boolean {
  const { redis, postgres } = needsOf(example);
  return redis === true || postgres === true;
}

/** The servers that examples talk to. An example names one by any URL, and gets that of the one that was started. */
export class ExampleServers implements AsyncDisposable {
  readonly #redis: Server | undefined;
  readonly #postgres: Server | undefined;

  private constructor(redis: Server | undefined, postgres: Server | undefined) {
    this.#redis = redis;
    this.#postgres = postgres;
  }

  /** Starts what the examples need. */
  static async start(examples: readonly Example[]): Promise<ExampleServers> {
    const needs = examples.map((example) => needsOf(example));
    const [redis, postgres] = await Promise.all([
      // With its data on disk: else executors warn, once, in the middle of some example.
      needs.some((each) => each.redis) ? startRedis({ persistence: 'aof-always' }) : undefined,
      needs.some((each) => each.postgres) ? startPostgres() : undefined,
    ]);
    return new ExampleServers(redis, postgres);
  }

  /** The code with the URLs of the servers that run. */
  addressed(code: string): string {
    return code.replace(redis, (url) => this.#redis?.url ?? url).replace(postgres, (url) => this.#postgres?.url ?? url);
  }

  /** The queues that an example submits to and does not serve itself: its reader has started `rxtasks worker`. */
  served(example: Example): Served[] {
    if (!needsServer(example) || example.code.includes('new QueueWorker(')) return [];
    const names = [...example.code.matchAll(/\bqueue: '([^']+)'/g)].map(([, name]) => name as string);
    const needs = needsOf(example);
    return names.map((queue) => ({
      queue,
      ...(needs.redis ? { redis: this.#redis!.url } : { postgres: this.#postgres!.url }),
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#redis?.[Symbol.asyncDispose](), this.#postgres?.[Symbol.asyncDispose]()]);
  }
}
