import { describeWith, startPostgres, startRedis, type Server } from '../support/servers/index.js';
import type { Task } from 'rxtasks';
import type { QueueOptions } from 'rxtasks/queue';

/** A server of either kind, and what to tell executors and workers about it. */
export interface TestServer {
  readonly server: Server;
  /** A queue that no other spec uses. */
  newQueue(): QueueOptions;
}

const kinds = [
  {
    title: 'on Redis',
    needs: { redis: true },
    option: 'redis',
    start: () => startRedis({ persistence: 'aof-always' }),
  },
  { title: 'on PostgreSQL', needs: { postgres: true }, option: 'postgres', start: () => startPostgres() },
] as const;

/** Describes what holds on both kinds of servers; each of them has one for all its specs. */
export function describeOnEachServer(title: string, body: (test: TestServer) => void): void {
  for (const { title: where, needs, option, start } of kinds) {
    describeWith(needs, `${title} ${where}`, () => {
      let server: Server;
      let queues = 0;
      const test: TestServer = {
        get server() {
          return server;
        },
        newQueue: () => ({ queue: `queue-${++queues}`, [option]: server.url }),
      };

      beforeAll(async () => {
        server = await start();
      }, 60_000);

      afterAll(async () => {
        await server[Symbol.asyncDispose]();
      }, 30_000);

      body(test);
    });
  }
}

/** Polls for what comes about by itself. */
export async function until(condition: () => boolean | Promise<boolean>, limit = 20_000): Promise<void> {
  const end = performance.now() + limit;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`it did not come about within ${limit} ms: ${String(condition)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Fulfils when the job has reported something: it runs. */
export function running(task: Pick<Task<unknown>, 'progress$'>): Promise<void> {
  return new Promise((resolve) => {
    task.progress$.subscribe(() => resolve());
  });
}

/** What a promise came to. */
export async function outcomeOf(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    return error;
  }
}
