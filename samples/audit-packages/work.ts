/** What is done elsewhere. Workers load this module; here it is only referred to (hash.ts). */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import type { RemoteTask } from 'rxtasks/executors';
import type { HashedFile } from './hash.js';
import { READ } from './open-flags.js';
import type { Problem } from './walk.js';

/** How far a call is: each report has all that was done so far, so that it does no harm if one of them is left out. */
export interface Done {
  readonly files: number;
  readonly bytes: number;
}

/** How much is read at a time. A worker does one job at a time, so one buffer is enough. */
const part = Buffer.allocUnsafe(1_000_000);

/**
 * Hashes files. It blocks, and may: nobody else is here. Where nobody wants the hashes any more it stops. A file that cannot be
 * read gives a Problem, and the others go on.
 */
export function hashFiles(project: string, files: readonly string[], task: RemoteTask<Done>): (HashedFile | Problem)[] {
  let done = { files: 0, bytes: 0 };
  return files.map((file) => {
    task.signal.throwIfAborted();
    const result = hashFile(project, file);
    done = { files: done.files + 1, bytes: done.bytes + ('bytes' in result ? result.bytes : 0) };
    task.report(done);
    return result;
  });
}

function hashFile(project: string, file: string): HashedFile | Problem {
  try {
    return { path: file, ...digest(path.join(project, file)) };
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === undefined || syscall === undefined) throw error; // not of the operating system: a mistake of ours
    return { path: file, reason: code };
  }
}

/** Part by part: a big file does not fill the memory. */
function digest(file: string): { bytes: number; sha256: string } {
  const sha256 = createHash('sha256');
  const descriptor = openSync(file, READ);
  try {
    let bytes = 0;
    for (let length = readSync(descriptor, part); length > 0; length = readSync(descriptor, part)) {
      sha256.update(part.subarray(0, length));
      bytes += length;
    }
    return { bytes, sha256: sha256.digest('hex') };
  } finally {
    closeSync(descriptor);
  }
}

/** To see what a call alone costs. */
export function nothing(): void {}
