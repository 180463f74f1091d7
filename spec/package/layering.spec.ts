import { statSync } from 'node:fs';
import path from 'node:path';

import given from '../../scripts/layering.json' with { type: 'json' };
import portable from '../../tsconfig.portable.json' with { type: 'json' };
import { readSources } from './imports.js';
import { backDoors, layeringFaults, type Rules, underscoreFaults } from './layering.js';

const root = path.join(__dirname, '../..');
const lib = readSources(path.join(root, 'lib'));

/** Those that the check without the types of Node leaves out. */
const node = portable.exclude.map((place) => {
  const isFolder = statSync(path.join(root, place)).isDirectory();
  return path.posix.relative('lib', place) + (isFolder ? '/' : '');
});

/** The faults of a small library of two floors, whose file high/node.ts and folder beside/node/ run on Node alone. */
function faultsOf(
  files: Record<string, string>,
  exceptions: Rules['exceptions'] = [],
  apart: Rules['apart'] = [],
): string[] {
  return layeringFaults(
    new Map(Object.entries({ 'low/index.ts': '', 'high/index.ts': '', 'high/twin/index.ts': '', ...files })),
    {
      floors: [['low'], ['high', 'beside']],
      rooms: { low: [['cellar'], ['attic']] },
      packages: { rxjs: { in: [''] }, '@some/thing': { in: ['high/'] }, other: { in: ['high/'], typesOnly: true } },
      node: ['high/node.ts', 'beside/node/'],
      apart,
      exceptions,
    },
  );
}

describe('the layering of lib/', () => {
  it('imports downwards only, through the index of a folder, in no circle, and packages where they belong', () => {
    expect(lib.size).toBeGreaterThan(10);
    expect(layeringFaults(lib, { ...given, node })).toEqual([]);
  });

  it('touches and declares no member with an underscore, as RxJS names its own', () => {
    expect(underscoreFaults(lib, given.underscored)).toEqual([]);
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
    ['a module of Node', "import 'node:fs';", "'node:fs' is not there in browsers"],
    ['a package that nobody may use', "import type { A } from 'own';", "'own' is no package for this file"],
    ['a package of others', "import { a } from '@some/thing/part';", "'@some/thing/part' is no package for this file"],
    ['the package itself', "await import('rxtasks/high');", "'rxtasks/high' is no package for this file"],
    ['RxJS internals', "import 'rxjs/internal/x';", "'rxjs/internal/x' is an internal of RxJS"],
    ['a missing ending', "import './index';", "'./index' does not exist, or its ending is not .js"],
  ])('finds %s', (_, text, fault) => {
    expect(faultsOf({ 'low/file.ts': text })).toEqual([`low/file.ts: ${fault}`]);
  });

  it('accepts a package where it belongs, the types alone of one that may be missing, modules of Node on Node', () => {
    const files = {
      'high/a.ts': "import '@some/thing'; import type { A } from 'other'; let b: import('other/b').B;",
      'high/node.ts': "import 'node:fs';",
      'beside/node/b.ts': "import type { Stats } from 'node:fs';",
    };
    expect(faultsOf(files)).toEqual([]);
    expect(faultsOf({ 'high/a.ts': "import { type A } from 'other';" })).toEqual([
      "high/a.ts: 'other' may be missing: import its types alone",
    ]);
  });

  it('accepts an exception when it is reached, not before, and finds one that nothing needs', () => {
    const exceptions = [{ from: 'low/file.ts', imports: 'rxtasks/high', because: 'it has to be' }];
    expect(faultsOf({ 'low/file.ts': "await import('rxtasks/high');" }, exceptions)).toEqual([]);
    expect(faultsOf({ 'low/file.ts': "import 'rxtasks/high';" }, exceptions)).toEqual([
      "low/file.ts: 'rxtasks/high' is no package for this file",
      "low/file.ts: 'rxtasks/high' is an exception that nothing needs",
    ]);
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

  it('finds the way from a file to what it must load without; types, and what is reached later, do not lead there', () => {
    const files = {
      'low/index.ts': "export { a } from './cellar/a.js';",
      'low/cellar/a.ts': '',
      'high/worker.ts':
        "import './near.js'; import type { A } from '../low/index.js'; await import('../low/index.js');",
      'high/near.ts': "export { b } from './far.js';",
      'high/far.ts': '',
    };
    const apart = [{ file: 'high/worker.ts', without: 'low/', because: 'it has to be small' }];
    expect(faultsOf(files, [], apart)).toEqual([]);
    expect(faultsOf({ ...files, 'high/far.ts': "import { a } from '../low/index.js';" }, [], apart)).toEqual([
      "high/worker.ts: is to load without 'low/': high/worker.ts → high/near.ts → high/far.ts → low/index.ts",
    ]);
    expect(faultsOf({}, [], apart)).toEqual(["high/worker.ts: is to load without 'low/', and does not exist"]);
  });

  it('finds a value that comes from a room above, or from one without a floor; types go where they like', () => {
    const files = {
      'low/index.ts': "export { a } from './cellar/a.js'; import './attic/b.js';",
      'low/cellar/a.ts': "import { b } from '../attic/b.js'; import type { B } from '../attic/b.js';",
      'low/attic/b.ts': "import './c.js'; import '../index.js'; import '../shed/d.js';",
      'low/attic/c.ts': "import type { A } from '../cellar/a.js';",
      'low/shed/d.ts': '',
    };
    const faults = faultsOf(files).filter((fault) => !fault.startsWith('circle'));
    expect(faults).toEqual([
      "low/cellar/a.ts: '../attic/b.js' is not in a room below",
      "low/attic/b.ts: '../index.js' is not in a room below",
      "low/attic/b.ts: the room 'low/shed' has no floor",
    ]);
  });

  it('finds members with an underscore, and not other names that start with one', () => {
    const text = ['a._b;', "a['_c'];", 'const { _d } = a;', 'class E { _f = 1 }', 'const _g = (_h: number) => _h;'];
    const file = new Map([['file.ts', text.join('\n')]]);
    expect(underscoreFaults(file, { _b: 'a name of somebody else', _c: 'another' })).toHaveLength(2);
    expect(underscoreFaults(file)).toEqual(['file.ts:1: _b', 'file.ts:2: _c', 'file.ts:3: _d', 'file.ts:4: _f']);
  });

  it('finds a sample that goes around the name of the package', () => {
    const files = new Map([['job/main.ts', "import '../../lib/index.js'; import 'rxtasks'; import '../lib/own.js';"]]);
    expect(backDoors(files, 'lib/')).toEqual(["job/main.ts: '../../lib/index.js'"]);
  });
});
