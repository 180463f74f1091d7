/** What the command line asks for. */
import path from 'node:path';
import { parseArgs } from 'node:util';

export const KINDS = ['inline', 'thread', 'process', 'queue'] as const;
export type Kind = (typeof KINDS)[number];

export interface Arguments {
  /** The folder of the project that is audited; undefined: this one. */
  readonly folder: string | undefined;
  /** Where files are hashed. */
  readonly kind: Kind;
  /** Where the queue is. */
  readonly redis: string | undefined;
  /** Say at the end what the executor has cost: only if one was named. */
  readonly tellCosts: boolean;
}

/** The arguments cannot be used; the message says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** npm runs its scripts in the folder of the project, but the folder was named where npm was called: `INIT_CWD`. */
export function parseArguments(args: string[], env: NodeJS.ProcessEnv): Arguments {
  const { folder, executor, redis = env['REDIS_URL'] } = parse(args);
  const kind = KINDS.find((each) => each === (executor ?? 'thread'));
  if (kind === undefined) {
    throw new UsageError(`There is no executor '${executor}': say --executor ${KINDS.join(', or ')}.`);
  }
  if (kind === 'queue' && redis === undefined) {
    throw new UsageError(
      '--executor queue wants a Redis: say where it is (--redis redis://127.0.0.1:6379, or REDIS_URL), or start one (redis-server).',
    );
  }
  return {
    folder: folder === undefined ? undefined : path.resolve(env['INIT_CWD'] ?? '.', folder),
    kind,
    redis,
    tellCosts: executor !== undefined,
  };
}

function parse(args: string[]): { folder: string | undefined; executor?: string; redis?: string } {
  try {
    const options = { executor: { type: 'string' }, redis: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    return { ...values, folder: positionals[0] };
  } catch (error) {
    const usage = `npm start -- [folder] [--executor ${KINDS.join('|')}] [--redis URL]`;
    throw new UsageError(`${(error as Error).message.split('. ')[0]}: say ${usage}`);
  }
}
