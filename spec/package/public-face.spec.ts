import { readFileSync } from 'node:fs';
import path from 'node:path';

import { Observable } from 'rxjs';

import { entryPointsOf } from './entry-points.js';
import { describePublicFace, membersOf } from './public-face.js';
import { isDocumented, publicNames } from './public-names.js';
import { Sample, SampleBase } from './sample-class.js';

const root = path.join(__dirname, '../..');

describe.each(entryPointsOf(root))('the public face of $name', ({ name, index, golden }) => {
  const names = publicNames(index);
  let face: object;

  beforeAll(async () => {
    face = (await import(name)) as object;
  });

  it('is that of the golden file (`npm run update-public-face` rewrites it)', () => {
    expect(describePublicFace(face, index)).toBe(readFileSync(golden, 'utf8'));
  });

  it('has at run time the values that its index lists, and no others', () => {
    const listed = [...names].filter(([, { typeOnly }]) => !typeOnly).map(([name]) => name);
    expect(listed.length).toBeGreaterThan(0);
    expect(Object.keys(face).sort()).toEqual(listed.sort());
  });

  it('is documented, name by name', () => {
    const silent = [...names].filter(([, { declarations }]) => !declarations.some((each) => isDocumented(each)));
    expect(silent.map(([name, { file }]) => `${path.relative(root, file)}: ${name}`)).toEqual([]);
  });

  it('takes none of the slots that RxJS keeps in an Observable', () => {
    const slots = ['source', 'operator', 'lift', 'forEach'];
    const taken = Object.entries<unknown>({ ...face })
      .filter((entry): entry is [string, typeof Observable] => isObservableClass(entry[1]))
      .flatMap(([name, value]) => membersOf(value, face, names.get(name)).map((member) => ({ name, member })))
      .filter(({ member }) => slots.some((slot) => new RegExp(`\\b${slot}\\b`).test(member)));
    expect(taken).toEqual([]);
  });
});

function isObservableClass(value: unknown): value is typeof Observable {
  return typeof value === 'function' && value.prototype instanceof Observable;
}

describe('the public face of rxtasks/executors in browsers', () => {
  it('has the names that it has on Node, of the same kinds', () => {
    const [node, browser] = ['index.ts', 'browser.ts'].map((file) => {
      const names = publicNames(path.join(root, 'lib/executors', file));
      return [...names].map(([name, { typeOnly }]) => `${typeOnly ? 'type' : 'value'} ${name}`).sort();
    });
    expect(browser).toEqual(node);
  });
});

describe('the description of a public face', () => {
  class Base {
    get size(): number {
      return 1;
    }
    get width(): number {
      return 1;
    }
    set width(_value: number) {}
    move(): void {}
    _own(): void {}
    [Symbol.for('brand')](): void {}
    *[Symbol.iterator](): Generator<number> {}
    static of(): Base {
      return new Base();
    }
  }
  class Derived extends Base {}

  it('tells classes with their members, functions and constants, in the order of their names', () => {
    const nothing = path.join(__dirname, 'imports.ts');
    const text = describePublicFace({ Derived, make: () => 1, Base, ALL: 'all', list: [1] }, nothing);
    expect(text.split('\n')).toEqual([
      'const ALL: "all"',
      'class Base',
      '  [Symbol.iterator]()',
      '  move()',
      '  get size',
      '  static of()',
      '  get, set width',
      'class Derived extends Base',
      'const list: object',
      'function make',
      'type Import',
      'type Sources',
      '',
    ]);
  });

  it('tells the fields that the source declares, those of bases that are not public too, and not what is hidden', () => {
    const source = publicNames(path.join(__dirname, 'sample-class.ts')).get('Sample');
    expect(membersOf(Sample, { Sample }, source)).toEqual(['field', 'inherited()', 'shown()', 'static count']);
    expect(membersOf(Sample, { Sample, SampleBase }, source)).toEqual(['field', 'shown()', 'static count']);
  });
});
