/** The audit: many packages at a time, and many files of each, within three limits. */
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { type Observable, from } from 'rxjs';
import { type Resume, Semaphore, TimeoutError, coroutine, mapTask, withTimeout } from 'rxtasks';
import { attempt } from './attempt.js';
import { type Hash, type HashedFile, hashAll } from './hash.js';
import { readLicence } from './licence.js';
import type { Progress } from './progress.js';
import type { LockedPackage } from './read-lock.js';
import { type Problem, walk } from './walk.js';

/** What was found where the lock file says that a package is. */
export type Finding = { readonly package: LockedPackage } & (
  | { readonly state: 'absent' | 'a link' | 'timed out' }
  | {
      readonly state: 'audited';
      readonly licence: string | null;
      readonly files: readonly HashedFile[];
      readonly links: number;
      readonly problems: readonly Problem[];
    }
);

export interface AuditOptions {
  readonly project: string;
  readonly progress: Progress;
  readonly hash: Hash;
  /** How many packages are audited at a time. */
  readonly concurrency?: number;
  /** How many calls of `hash` may be under way at a time, for all packages together. */
  readonly calls?: Semaphore;
  /** How long one package may take, in ms. */
  readonly limit?: number;
}

export const TIME_LIMIT = 10_000;

/** A finding for each package, as they come. Unsubscribing stops what runs and closes what is open. */
export function audit(packages: readonly LockedPackage[], options: AuditOptions): Observable<Finding> {
  const all = { concurrency: 8, calls: new Semaphore(8), limit: TIME_LIMIT, ...options };
  const { concurrency } = all;
  return from(packages).pipe(mapTask((each) => auditPackage(each, all), { concurrency, name: (each) => each.label }));
}

const auditPackage = coroutine(function* (each: LockedPackage, options: Required<AuditOptions>) {
  const { project, limit } = options;
  try {
    return yield* withTimeout(limit, function* (): Generator<void, Finding, Resume> {
      const state = yield* stateOf(path.join(project, each.location));
      if (state !== 'a folder') return { package: each, state };
      return { package: each, state: 'audited', ...(yield* contentOf(each, options)) };
    });
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    const late: Finding = { package: each, state: 'timed out' };
    return late;
  }
});

const stateOf = coroutine(function* (folder: string) {
  const stats = yield* attempt(lstat(folder));
  if ('value' in stats) return stats.value.isSymbolicLink() ? 'a link' : 'a folder';
  // What is there but cannot be looked at is reported by whoever reads it.
  return stats.code === 'ENOENT' || stats.code === 'ENOTDIR' ? 'absent' : 'a folder';
});

const contentOf = coroutine(function* (each: LockedPackage, options: Required<AuditOptions>) {
  const { project } = options;
  const licence = yield* readLicence(path.join(project, each.location));
  const { files, links, problems } = yield* walk(project, each.location);
  const results = yield* hashAll(project, files, options);
  return {
    licence,
    links,
    files: results.filter((result) => 'sha256' in result),
    problems: [...problems, ...results.filter((result) => 'reason' in result)],
  };
});
