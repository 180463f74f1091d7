/** The same content in several packages. */
import type { HashedFile } from './hash.js';

export interface Duplicate {
  readonly bytes: number;
  /** How many packages have it. */
  readonly copies: number;
  /** What all copies but one take. */
  readonly cost: number;
  /** One of the files, the first by its path. */
  readonly path: string;
}

/**
 * What more than one package has, the dearest first. A package counts once, however often it has the file: its own
 * repetitions are its own affair. Empty files cost nothing and are left out.
 */
export function findDuplicates(packages: readonly (readonly HashedFile[])[]): Duplicate[] {
  const contents = new Map<string, { bytes: number; copies: number; path: string }>();
  for (const files of packages) {
    const here = new Set<string>();
    for (const { sha256, bytes, path } of files) {
      const content = contents.get(sha256);
      if (content === undefined) contents.set(sha256, { bytes, copies: 1, path });
      else {
        if (!here.has(sha256)) content.copies += 1;
        if (path < content.path) content.path = path;
      }
      here.add(sha256);
    }
  }
  return [...contents.values()]
    .filter(({ bytes, copies }) => bytes > 0 && copies > 1)
    .map((content) => ({ ...content, cost: content.bytes * (content.copies - 1) }))
    .sort((a, b) => b.cost - a.cost || (a.path < b.path ? -1 : 1));
}
