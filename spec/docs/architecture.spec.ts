import { readFileSync } from 'node:fs';
import path from 'node:path';

import { drawHouse, type Plan } from '../../scripts/architecture/house.js';
import { renderArchitecture } from '../../scripts/architecture/page.js';

const root = path.join(__dirname, '../..');

describe('docs/architecture.md', () => {
  it('holds the picture that the imports of lib/ give: else run `npm run render-architecture`', () => {
    expect(readFileSync(path.join(root, 'docs/architecture.md'), 'utf8')).toBe(renderArchitecture(root));
  });
});

describe('the picture of a house', () => {
  const plan: Plan = {
    floors: [['cellar'], ['left', 'right'], ['roof']],
    rooms: { left: [['back'], ['front']] },
    about: { cellar: 'low', left: 'beside', 'left/back': 'dark', 'left/front': 'light', right: 'empty', roof: 'high' },
  };
  const files = {
    'index.ts': "export { a } from './roof/index.js';",
    'roof/index.ts':
      "import '../left/index.js'; import '../cellar/index.js'; import type { A } from '../right/index.js';",
    'left/index.ts': "import '../cellar/index.js'; import './front/a.js';",
    'left/front/a.ts': "import '../back/b.js';",
    'left/back/b.ts': "import 'rxjs';",
    'right/index.ts': '',
    'cellar/index.ts': '',
  };

  const rowsOf = (changed: Record<string, string> = {}) =>
    drawHouse(new Map(Object.entries({ ...files, ...changed })), plan)
      .split('\n')
      .map((row) => row.replaceAll(/─+/g, '─').replaceAll(/ {3,}/g, '   '));

  it('has the floors of the plan, what each folder and room is about, and behind arrows what they import', () => {
    expect(rowsOf()).toEqual([
      '┌─ roof → left ─┐',
      '│ high   │',
      '├─ left → cellar ─┬─ right ─┤',
      '│ beside   │ empty   │',
      '│ front  light  → back   │   │',
      '│ back   dark   │   │',
      '├─ cellar ─┴─┤',
      '│ low   │',
      '└─┘',
    ]);
  });

  it('is another one when an import comes or goes', () => {
    expect(rowsOf({ 'right/index.ts': "import '../cellar/index.js';" })[2]).toBe(
      '├─ left → cellar ─┬─ right → cellar ─┤',
    );
    expect(rowsOf({ 'left/front/a.ts': '' })[4]).toBe('│ front  light   │   │');
  });

  it('is refused for a folder of which nobody has said what it is about', () => {
    expect(() => drawHouse(new Map(), { ...plan, floors: [['shed']] })).toThrow(
      'lib/shed: say in scripts/architecture/about.ts what it is about',
    );
  });
});
