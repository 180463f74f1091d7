/** What npm has installed, according to the lock file of a project. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { coroutine } from 'rxtasks';
import { attempt } from './attempt.js';

export interface LockedPackage {
  /** The folder, relative to the project: `node_modules/a/node_modules/@scope/b`. */
  readonly location: string;
  /** The same for people: `a > @scope/b@1.2.3`. */
  readonly label: string;
  /** npm may leave it out, for instance on another platform. */
  readonly optional: boolean;
}

/** The lock file cannot be used; the message says what to do. */
export class LockError extends Error {
  override readonly name = 'LockError';
}

/** The packages of `package-lock.json`, in its order. The project itself and its workspaces are not installed packages. */
export const readLock = coroutine(function* (project: string) {
  const file = path.join(project, 'package-lock.json');
  const text = yield* attempt(readFile(file, 'utf8'));
  if ('value' in text) return parseLock(text.value, file);
  if (text.code !== 'ENOENT' && text.code !== 'ENOTDIR') {
    throw new LockError(`${file} cannot be read (${text.code}): make it a file that this user may read.`);
  }
  throw new LockError(
    `There is no ${file}: name the folder of a project that npm has installed (npm start <folder>), ` +
      'or make the file with `npm install --package-lock-only`.',
  );
});

export function parseLock(text: string, file: string): LockedPackage[] {
  const lock = parse(text, file);
  const version = lock['lockfileVersion'];
  if (version === 1) {
    throw new LockError(
      `${file} has the old lockfileVersion 1: bring it up to date with \`npm install --package-lock-only\`.`,
    );
  }
  if (version !== 2 && version !== 3) {
    throw new LockError(
      `${file} has the lockfileVersion ${JSON.stringify(version)}, expected 2 or 3: install with npm 7 to 11.`,
    );
  }
  if (!isRecord(lock['packages']) || !Object.values(lock['packages']).every(isRecord)) {
    throw broken(file, 'it has no list of packages');
  }
  return Object.entries(lock['packages'] as Record<string, Record<string, unknown>>)
    .filter(([location]) => /(^|\/)node_modules\//.test(location))
    .map(([location, entry]) => ({
      location,
      label: labelOf(location, entry['version']),
      optional: entry['optional'] === true || entry['devOptional'] === true,
    }));
}

function parse(text: string, file: string): Record<string, unknown> {
  let lock: unknown;
  try {
    lock = JSON.parse(text);
  } catch (error) {
    throw broken(file, (error as Error).message);
  }
  if (!isRecord(lock)) throw broken(file, 'it holds no object');
  return lock;
}

function broken(file: string, why: string): LockError {
  return new LockError(`${file} is broken (${why}): restore it, or delete it and run \`npm install\`.`);
}

function labelOf(location: string, version: unknown): string {
  const names = location.split(/(?:^|\/)node_modules\//).filter((name) => name !== '');
  return names.join(' > ') + (typeof version === 'string' ? `@${version}` : '');
}

function isRecord(x: unknown): x is Record<string, unknown> {
  return typeof x === 'object' && x !== null && !Array.isArray(x);
}
