/** Rewrites the golden files of the public faces. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { entryPointsOf } from '../spec/package/entry-points.js';
import { describePublicFace } from '../spec/package/public-face.js';

for (const { name, index, golden } of entryPointsOf(path.dirname(import.meta.dirname))) {
  writeFileSync(golden, describePublicFace((await import(name)) as object, index));
}
