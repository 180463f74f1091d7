/** `npm run render-architecture`: draws the picture of docs/architecture.md, between its markers, from the imports of lib/. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { renderArchitecture } from './architecture/page.js';

const root = path.dirname(import.meta.dirname);
writeFileSync(path.join(root, 'docs/architecture.md'), renderArchitecture(root));
