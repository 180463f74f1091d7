/** The content of many files. */
import { type Semaphore, type Task, coroutine, withTaskGroup } from 'rxtasks';
import type { Progress } from './progress.js';
import type { Problem } from './walk.js';
import type { Done } from './work.js';

export interface HashedFile {
  /** Relative to the project. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Starts hashing, somewhere; the task says how far it is. */
export type Hash = (project: string, files: readonly string[]) => Task<(HashedFile | Problem)[], Done>;

export interface Hashing {
  readonly hash: Hash;
  /** How many calls of it may be under way at a time. */
  readonly calls: Semaphore;
  readonly progress: Progress;
}

/** A call costs more than hashing a small file, so that a call hashes many. */
const FILES_PER_CALL = 100;

/** Hashes files, in their order. The group is left when all calls have ended, or were cancelled and have stopped. */
export const hashAll = coroutine(function* (project: string, files: readonly string[], hashing: Hashing) {
  const tasks = yield* withTaskGroup(function* (group) {
    const starts = Array.from({ length: Math.ceil(files.length / FILES_PER_CALL) }, (_, i) => i * FILES_PER_CALL);
    return starts.map((start) => {
      const some = files.slice(start, start + FILES_PER_CALL);
      return group.createTask(hashSome(project, some, hashing), { name: `${some[0]} …` });
    });
  });
  return tasks.flatMap((task) => task.result());
});

const hashSome = coroutine(function* (project: string, files: readonly string[], hashing: Hashing) {
  using _permit = yield* hashing.calls.acquire();
  const job = hashing.hash(project, files);
  job.progress$.subscribe((done) => hashing.progress.hashed(job, done));
  return yield* job;
});
