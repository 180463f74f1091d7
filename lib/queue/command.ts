import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { QueueWorkerOptions } from './queue-worker.js';

/** What `rxtasks --help` prints. @internal */
export const USAGE = `Usage: rxtasks worker --queue NAME [options]

Runs what QueueExecutors submit to a queue, until it is stopped.

  --queue NAME          the queue to serve
  --module FILE         offers the functions that FILE exports; may be repeated
  --concurrency N       how many jobs at the same time (default: the number of processors)
  --executor KIND       where they run: thread or process (default: thread)
  --redis URL           where the queue is (default: $REDIS_URL)
  --postgres URL        the same, on PostgreSQL (default: $DATABASE_URL)
  --prefix TEXT         Redis: what the names of all keys begin with (default: bull)
  --schema NAME         PostgreSQL: where the tables are (default: bullmq)
  --no-source           runs functions of the modules only, none that come as source text
  --help                prints this

SIGTERM or SIGINT: takes no more jobs, waits for those that run, ends with 0. A second one: gives them back to the queue,
for other workers, and asks them to stop. A third one: ends at once, with 1. It ends with 1 if it cannot serve the queue, and
with 2 if it does not understand its arguments.
`;

/** The arguments cannot be understood. @internal */
export class UsageError extends Error {}

/**
 * What the arguments of `rxtasks` ask for: to print the usage, or a worker.
 *
 * **Errors:** UsageError.
 *
 * @internal
 */
export function parseCommand(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): 'help' | QueueWorkerOptions {
  const { values, positionals } = parse(args);
  if (values.help === true) return 'help';
  if (positionals.length !== 1 || positionals[0] !== 'worker') {
    throw new UsageError(`expected the command 'worker', got ${positionals.join(' ') || 'none'}`);
  }
  const { queue, module, concurrency, executor, prefix } = values;
  if (queue === undefined) throw new UsageError('expected --queue NAME');
  if (executor !== undefined && executor !== 'thread' && executor !== 'process') {
    throw new UsageError(`expected --executor thread or --executor process, got ${executor}`);
  }
  if (concurrency !== undefined && !/^[1-9]\d{0,5}$/.test(concurrency)) {
    throw new UsageError(`expected --concurrency to be a whole number from 1, got ${concurrency}`);
  }
  return {
    queue,
    ...serverOf(values, env),
    modules: (module ?? []).map((file) => (URL.canParse(file) ? new URL(file) : pathToFileURL(path.resolve(file)))),
    concurrency: concurrency === undefined ? undefined : Number(concurrency),
    executor,
    acceptSource: values['no-source'] !== true,
    prefix,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        queue: { type: 'string' },
        module: { type: 'string', multiple: true },
        concurrency: { type: 'string' },
        executor: { type: 'string' },
        redis: { type: 'string' },
        postgres: { type: 'string' },
        prefix: { type: 'string' },
        schema: { type: 'string' },
        'no-source': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function serverOf(
  {
    redis,
    postgres,
    schema,
  }: { redis?: string | undefined; postgres?: string | undefined; schema?: string | undefined },
  env: Readonly<Record<string, string | undefined>>,
): Pick<QueueWorkerOptions, 'redis' | 'postgres'> {
  if (redis !== undefined && postgres !== undefined) throw new UsageError('expected --redis or --postgres, got both');
  const isChosen = redis !== undefined || postgres !== undefined;
  const chosen = isChosen ? { redis, postgres } : { redis: env['REDIS_URL'], postgres: env['DATABASE_URL'] };
  if (!isChosen && chosen.redis !== undefined && chosen.postgres !== undefined) {
    throw new UsageError('$REDIS_URL and $DATABASE_URL are both set: say which by --redis or --postgres');
  }
  if (chosen.redis !== undefined) {
    if (schema !== undefined) throw new UsageError('--schema is for PostgreSQL; Redis has --prefix');
    return { redis: chosen.redis };
  }
  if (chosen.postgres === undefined) {
    throw new UsageError('expected --redis URL or --postgres URL, or $REDIS_URL or $DATABASE_URL to be set');
  }
  return {
    postgres: schema === undefined ? chosen.postgres : { connectionString: chosen.postgres, schema },
  };
}
