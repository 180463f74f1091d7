import path from 'node:path';

import floors from '../../scripts/floors.json' with { type: 'json' };
import { readSources } from './imports.js';
import { backDoors, layeringFaults, underscoreFaults } from './layering.js';

const root = path.join(__dirname, '../..');
const lib = readSources(path.join(root, 'lib'));

/** The faults of a small library of two floors. */
function faultsOf(files: Record<string, string>): string[] {
  return layeringFaults(
    new Map(Object.entries({ 'low/index.ts': '', 'high/index.ts': '', 'high/twin/index.ts': '', ...files })),
    [['low'], ['high', 'beside']],
  );
}

describe('the layering of lib/', () => {
  it('imports downwards only, through the index of a folder, in no circle, from rxjs and nothing else', () => {
    expect(lib.size).toBeGreaterThan(10);
    expect(layeringFaults(lib, floors)).toEqual([]);
  });

  it('touches and declares no member with an underscore, as RxJS names its own', () => {
    expect(underscoreFaults(lib)).toEqual([]);
  });

  it('is reached by the samples through the name of the package alone', () => {
    const samples = readSources(path.join(root, 'samples'));
    expect(samples.size).toBeGreaterThan(0);
    expect(backDoors(samples, 'lib/')).toEqual([]);
  });
});

describe('the check of the layering', () => {
  it('accepts imports downwards, from rxjs, and from the entry point to every floor', () => {
    const files = {
      'index.ts': "export { a } from './low/index.js'; export * from './high/index.js';",
      'high/index.ts': "import { of } from 'rxjs'; import { a } from '../low/index.js'; import './other.js';",
      'high/other.ts': "import type { b } from './index.js';",
    };
    expect(faultsOf(files)).toEqual([]);
  });

  it.each([
    ['an import upwards', "import { a } from '../high/index.js';", "'../high/index.js' is not below"],
    ['a type import upwards', "import type { a } from '../high/index.js';", "'../high/index.js' is not below"],
    ['a type named by import()', "let a: import('../high/index.js').A;", "'../high/index.js' is not below"],
    ['an import() upwards', "await import('../high/index.js');", "'../high/index.js' is not below"],
    ['a re-export upwards', "export * from '../high/index.js';", "'../high/index.js' is not below"],
    ['a package that is not rxjs', "import 'node:fs';", "'node:fs' is not rxjs, the only package there is"],
    ['RxJS internals', "import 'rxjs/internal/x';", "'rxjs/internal/x' is an internal of RxJS"],
    ['a missing ending', "import './index';", "'./index' does not exist, or its ending is not .js"],
  ])('finds %s', (_, text, fault) => {
    expect(faultsOf({ 'low/file.ts': text })).toEqual([`low/file.ts: ${fault}`]);
  });

  it('finds an import that goes past the index of a folder', () => {
    const files = { 'low/file.ts': '', 'high/file.ts': "import type { A } from '../low/file.js';" };
    expect(faultsOf(files)).toEqual(["high/file.ts: '../low/file.js' is not the index of its folder"]);
  });

  it('finds a folder beside that is imported, and a folder without a floor', () => {
    const files = {
      'beside/file.ts': "import '../high/index.js';",
      'new/index.ts': '',
      'high/file.ts': "import '../new/index.js';",
    };
    expect(faultsOf(files)).toEqual([
      "beside/file.ts: '../high/index.js' is not below",
      "high/file.ts: the folder 'new' has no floor",
    ]);
  });

  it('finds a circle of value imports and lets one of type imports pass', () => {
    const files = {
      'low/a.ts': "import { b } from './b.js';",
      'low/b.ts': "export { c } from './c.js';",
      'low/c.ts': "import { type A } from './a.js';",
      'high/a.ts': "import { b } from './b.js';",
      'high/b.ts': "import type { A } from './a.js';",
    };
    expect(faultsOf(files)).toEqual(['circle: low/a.ts → low/b.ts → low/c.ts → low/a.ts']);
  });

  it('finds members with an underscore, and not other names that start with one', () => {
    const text = ['a._b;', "a['_c'];", 'const { _d } = a;', 'class E { _f = 1 }', 'const _g = (_h: number) => _h;'];
    expect(underscoreFaults(new Map([['file.ts', text.join('\n')]]))).toEqual([
      'file.ts:1: _b',
      'file.ts:2: _c',
      'file.ts:3: _d',
      'file.ts:4: _f',
    ]);
  });

  it('finds a sample that goes around the name of the package', () => {
    const files = new Map([['job/main.ts', "import '../../lib/index.js'; import 'rxtasks'; import '../lib/own.js';"]]);
    expect(backDoors(files, 'lib/')).toEqual(["job/main.ts: '../../lib/index.js'"]);
  });
});
