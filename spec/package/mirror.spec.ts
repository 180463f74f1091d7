import { existsSync } from 'node:fs';
import path from 'node:path';

import { publicNames } from './public-names.js';

const root = path.join(__dirname, '../..');
const lib = path.join(root, 'lib');

/** The files of lib/ that declare a value of the public face, `/` between the parts. */
function publicFiles(): string[] {
  const values = [...publicNames(path.join(lib, 'index.ts')).values()].filter(({ typeOnly }) => !typeOnly);
  const files = new Set(values.map(({ file }) => path.relative(lib, file).replaceAll(path.sep, '/')));
  return [...files].sort();
}

describe('spec/', () => {
  it('mirrors lib/: each file that holds something public has the spec of its name', () => {
    expect(publicFiles().length).toBeGreaterThan(20);
    const specs = publicFiles().map((file) => `spec/${file.replace(/\.ts$/, '.spec.ts')}`);
    expect(specs.filter((spec) => !existsSync(path.join(root, spec)))).toEqual([]);
  });
});
