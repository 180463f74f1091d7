/** The content of one file. */
import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import path from 'node:path';
import { Observable, defer, map, reduce } from 'rxjs';
import { type Semaphore, coroutine, resultOf, rethrowCancelled } from 'rxtasks';
import { codeOf } from './attempt.js';
import type { Problem } from './walk.js';

export interface HashedFile {
  /** Relative to the project. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What was a file a moment ago may be a link or a FIFO by now: neither is followed, and opening never waits. */
export const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Hashes a file as soon as one more may be open. One that cannot be read gives a Problem: the others go on. */
export const hashFile = coroutine(function* (project: string, file: string, openFiles: Semaphore) {
  using _permit = yield* openFiles.acquire();
  try {
    const hashed: HashedFile = { path: file, ...(yield* resultOf(digest(path.join(project, file)))) };
    return hashed;
  } catch (error) {
    rethrowCancelled(error);
    const problem: Problem = { path: file, reason: codeOf(error) };
    return problem;
  }
});

/** Size and hash of what is read, part by part: a big file neither blocks the others nor fills the memory. */
function digest(file: string): Observable<{ bytes: number; sha256: string }> {
  return defer(() => {
    const sha256 = createHash('sha256');
    return partsOf(file).pipe(
      reduce((bytes, part) => (sha256.update(part), bytes + part.length), 0),
      map((bytes) => ({ bytes, sha256: sha256.digest('hex') })),
    );
  });
}

/** The content in parts. Unsubscribing - that is how a cancelled task stops it - closes the file. */
function partsOf(file: string): Observable<Buffer> {
  return new Observable((subscriber) => {
    const stream = createReadStream(file, { flags: READ as unknown as string }); // its type knows names of flags only
    stream.on('data', (part) => subscriber.next(part as Buffer));
    stream.on('error', (error) => subscriber.error(error));
    stream.on('close', () => subscriber.complete());
    return () => stream.destroy();
  });
}
