import path from 'node:path';

import manifest from '../../package.json' with { type: 'json' };

/** What users import from. */
export interface EntryPoint {
  /** As they write it. */
  readonly name: string;
  /** The file that lists what it exports. */
  readonly index: string;
  /** What it is to export, as a text. */
  readonly golden: string;
}

/** What is no module of this place: it runs in the workers of browsers alone (spec/executors/browser). */
const elsewhere = ['./package.json', './executors/worker'];

/** All entry points that package.json names; `root` is the folder of the project. */
export function entryPointsOf(root: string): EntryPoint[] {
  const keys = Object.keys(manifest.exports).filter((key) => !elsewhere.includes(key));
  return keys.map((key) => {
    const folder = key === '.' ? '' : path.basename(key);
    // Most are folders; the matchers for Jest are a file beside those that need no Jest.
    const index = key === './testing/jest' ? 'testing/jest.ts' : path.join(folder, 'index.ts');
    return {
      name: path.posix.join(manifest.name, key),
      index: path.join(root, 'lib', index),
      golden: path.join(root, `spec/package/public-face${folder && '.'}${folder}.golden.txt`),
    };
  });
}
