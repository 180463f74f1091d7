import { readFileSync } from 'node:fs';
import path from 'node:path';
import { idsIn, parseDeviations, parseInventory } from './inventory.js';
import { specTitles, titlesIn } from './titles.js';

const root = path.join(__dirname, '../..');
const { core, optional } = parseInventory(readFileSync(path.join(__dirname, 'INVENTORY.md'), 'utf8'));
const { different, notOffered } = parseDeviations(readFileSync(path.join(root, 'docs/deviations.md'), 'utf8'));
const specs = specTitles(path.join(root, 'spec'));
const specified = new Set(specs.flatMap(({ title }) => idsIn(title)));

const known = (id: string) => core.has(id) || optional.has(id);

describe('the inventory of CPython’s tests', () => {
  it('holds 393 behaviours that must hold, and 49 optional ones', () => {
    expect([core.size, optional.size]).toEqual([393, 49]);
  });

  it('has a spec for each behaviour that must hold', () => {
    expect([...core].filter((id) => !specified.has(id))).toEqual([]);
  });

  it('has a spec for each optional behaviour, unless the page of deviations says that it is not offered', () => {
    const excused = new Set(notOffered);
    expect([...optional].filter((id) => !specified.has(id) && !excused.has(id))).toEqual([]);
  });

  it('knows every name that the title of a spec carries', () => {
    const unknown = specs.flatMap(({ file, title }) =>
      idsIn(title)
        .filter((id) => !known(id))
        .map((id) => `${id} in spec/${file}`),
    );
    expect(unknown).toEqual([]);
  });
});

describe('the page of deviations', () => {
  it('has only names that the inventory knows, each once', () => {
    const listed = [...different, ...notOffered];
    expect(listed.filter((id) => !known(id))).toEqual([]);
    expect(listed.filter((id, i) => listed.indexOf(id) !== i)).toEqual([]);
    expect(different.length).toBeGreaterThan(20);
  });

  it('excuses optional behaviours only, and none that has a spec', () => {
    expect(notOffered.filter((id) => core.has(id))).toEqual([]);
    expect(notOffered.filter((id) => specified.has(id))).toEqual([]);
  });

  it('speaks of nothing that has no spec', () => {
    expect(different.filter((id) => !specified.has(id))).toEqual([]);
  });
});

describe('reading titles', () => {
  it('finds those of it, test and it.each, and no others', () => {
    const text = `
      it('one [test_a]', () => {});
      test("two [T.test_b] and [test_c]", () => {});
      it.each([1, 2])(\`three %s [test_d]\`, () => {});
      it.each\`a\${1}\`('four [test_e]', () => {});
      it.skip('skipped [test_f]', () => {});
      it.skip.each([1])('skipped [test_g]', () => {});
      it.todo('to do [test_h]');
      xit('skipped [test_i]', () => {});
      // it('a comment [test_j]', () => {});
      describe('a group [test_k]', () => expect(arr['test_l']).toBe('[test_m]'));
    `;
    expect(titlesIn(text).flatMap(idsIn)).toEqual(['test_a', 'T.test_b', 'test_c', 'test_d', 'test_e']);
  });

  it('reads the inventory by its headings', () => {
    const text = [
      '- `test_intro`: counts as well',
      '### One',
      '- `test_a`: a [b](c) `test_z`',
      '### Optional: two',
      '- `T.test_b`: b',
      '### Interop (three)',
      '- `test_e`: e',
      '### Not portable',
      '- `test_c`: c',
      '- why: `test_d`',
    ].join('\n');
    const read = parseInventory(text);
    expect([[...read.core], [...read.optional]]).toEqual([
      ['test_intro', 'test_a'],
      ['T.test_b', 'test_e'],
    ]);
    expect(() => parseInventory('- `test_a`: a\n- `test_a`: a')).toThrow('the inventory has test_a twice');
  });

  it('reads the deviations from the first columns', () => {
    const text = [
      '## test_x.py',
      '| id | here | why |',
      '|---|---|---|',
      '| `test_a`, `T.test_b` | as `test_c` | |',
      '## Not offered',
      '| `test_d` | no |',
    ].join('\n');
    expect(parseDeviations(text)).toEqual({ different: ['test_a', 'T.test_b'], notOffered: ['test_d'] });
  });
});
