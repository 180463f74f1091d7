import { readFileSync } from 'node:fs';
import path from 'node:path';

import { readSources } from '../../spec/package/imports.js';
import layering from '../layering.json' with { type: 'json' };
import { replaceMarked } from '../replace-marked.js';
import { about } from './about.js';
import { drawHouse } from './house.js';

const begin = '<!-- drawn from the imports of lib/ by `npm run render-architecture` -->';
const end = '<!-- end of what is drawn -->';

/** docs/architecture.md as it is to be, with the picture of lib/ as it is now; `root` is the folder of the project. */
export function renderArchitecture(root: string): string {
  const page = readFileSync(path.join(root, 'docs/architecture.md'), 'utf8');
  const picture = drawHouse(readSources(path.join(root, 'lib')), { ...layering, about });
  return replaceMarked(page, begin, end, `\`\`\`text\n${picture}\n\`\`\``);
}
