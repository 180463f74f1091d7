import { existsSync } from 'node:fs';
import path from 'node:path';

import { entryPointsOf } from './entry-points.js';
import { publicNames } from './public-names.js';

const root = path.join(__dirname, '../..');
const lib = path.join(root, 'lib');

/** The files of lib/ that declare a value of a public face, `/` between the parts. */
function publicFiles(): string[] {
  const names = entryPointsOf(root).flatMap(({ index }) => [...publicNames(index).values()]);
  const values = names.filter(({ typeOnly }) => !typeOnly);
  const files = new Set(values.map(({ file }) => path.relative(lib, file).replaceAll(path.sep, '/')));
  return [...files].sort();
}

describe('spec/', () => {
  it('mirrors lib/: each file that holds something public has the spec of its name', () => {
    expect(publicFiles().length).toBeGreaterThan(20);
    const specsOf = (file: string) => ['.spec.ts', '.all.spec.ts'].map((ending) => file.replace(/\.ts$/, ending));
    const hasSpec = (file: string) => specsOf(file).some((spec) => existsSync(path.join(root, 'spec', spec)));
    expect(publicFiles().filter((file) => !hasSpec(file))).toEqual([]);
  });
});
