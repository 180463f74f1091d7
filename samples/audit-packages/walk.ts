/** The files of one package. */
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { coroutine } from 'rxtasks';
import { attempt } from './attempt.js';

/** What could not be read, and why: it is reported, and the audit goes on. */
export interface Problem {
  /** Relative to the project. */
  readonly path: string;
  /** The code of the operating system, or words. */
  readonly reason: string;
}

export interface Walked {
  /** Regular files, relative to the project. */
  readonly files: string[];
  /** How many symbolic links there are: they are counted, not followed. */
  links: number;
  readonly problems: Problem[];
}

/**
 * Lists what belongs to the package in the folder `location`. The packages that are nested in its own `node_modules` have
 * entries of their own in the lock file, and are left out.
 */
export const walk = coroutine(function* (project: string, location: string) {
  const found: Walked = { files: [], links: 0, problems: [] };
  const folders = [location];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = yield* attempt(readdir(path.join(project, folder), { withFileTypes: true }));
    if ('code' in entries) {
      found.problems.push({ path: folder, reason: entries.code });
      continue;
    }
    for (const entry of entries.value) {
      const file = `${folder}/${entry.name}`;
      if (entry.isFile()) found.files.push(file);
      else if (entry.isSymbolicLink()) found.links += 1;
      else if (!entry.isDirectory()) found.problems.push({ path: file, reason: kindOf(entry) });
      else if (file !== `${location}/node_modules`) folders.push(file);
    }
  }
  return found;
});

/** Reading one of these could wait for ever. */
function kindOf(entry: Dirent): string {
  if (entry.isFIFO()) return 'a FIFO';
  if (entry.isSocket()) return 'a socket';
  return 'a device';
}
