/** Rewrites the golden file of the public face. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import * as face from 'rxtasks';

import { describePublicFace } from '../spec/package/public-face.js';

const root = path.dirname(import.meta.dirname);
const golden = path.join(root, 'spec/package/public-face.golden.txt');
writeFileSync(golden, describePublicFace(face, path.join(root, 'lib/index.ts')));
