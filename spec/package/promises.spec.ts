import { readFileSync } from 'node:fs';
import path from 'node:path';

import { type Case } from '../cancellation/case.js';
import { combinators } from '../cancellation/cases/combinators.js';
import { executors } from '../cancellation/cases/executors.js';
import { iterators } from '../cancellation/cases/iterators.js';
import { modified } from '../cancellation/cases/modifiers.js';
import { operators } from '../cancellation/cases/operators.js';
import { primitives } from '../cancellation/cases/primitives.js';
import { tasks } from '../cancellation/cases/tasks.js';
import { kinds } from '../cancellation/bodies.js';
import { knownFaults } from '../cancellation/known-faults.js';
import { badInput } from '../errors/bad-input.js';
import { pipelines } from '../testing/explore/scenarios/pipelines.js';
import { primitives as explored } from '../testing/explore/scenarios/primitives.js';
import { entryPointsOf } from './entry-points.js';
import { readSources } from './imports.js';
import { namesInExamples, namesInSpans, namesInTables } from './pages.js';
import exceptions from './promises.json' with { type: 'json' };
import { type Column, type Exceptions, type Promised, brokenPromises, promisedNames } from './promises.js';
import { namesInTypeTests } from './type-tests.js';

const root = path.join(__dirname, '../..');
const promised = promisedNames(entryPointsOf(root));
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

const cases: readonly Case[] = [combinators, executors, iterators, modified, operators, primitives, tasks].flat();

/** The pages that explain; the two that translate have a column of their own. */
const pages = ['README.md', 'docs/guide.md', 'docs/lanes.md', 'docs/migration.md', 'docs/scaling.md'];

/** The ids of those that `used` has, as `rxtasks: gather`. */
function importedOf(used: ReadonlySet<string>): string[] {
  const isUsed = ({ entryPoints, name }: Promised) => entryPoints.some((each) => used.has(`${each}: ${name}`));
  return promised.filter(isUsed).map(({ id }) => id);
}

/** Of the words in code spans those that are names; other words stand there as well. */
function spokenOf(words: ReadonlySet<string>): string[] {
  return promised.filter(({ id }) => words.has(id)).map(({ id }) => id);
}

const columns: readonly Column[] = [
  {
    title: 'cancelled at every step',
    entries: new Set(cases.flatMap(({ of }) => of)),
    ofMembers: true,
    cure: 'add a case to spec/cancellation/cases',
  },
  {
    title: 'explored',
    entries: new Set([...explored, ...pipelines].flatMap(({ of }) => of)),
    cure: 'add a scenario to spec/testing/explore/scenarios',
  },
  {
    title: 'bad input',
    entries: new Set(badInput.map(([of]) => of)),
    cure: 'add what it refuses to spec/errors/bad-input.ts',
  },
  {
    title: 'type tests',
    entries: new Set(importedOf(namesInTypeTests(readSources(path.join(root, 'spec/types'))))),
    cure: 'test its type in spec/types',
  },
  {
    title: 'on a page',
    entries: new Set(
      pages.flatMap((page) => [
        ...importedOf(namesInExamples(page, read(page))),
        ...spokenOf(namesInSpans(read(page))),
      ]),
    ),
    cure: `use it in an example of ${pages.join(', ')}, or name it there in code`,
  },
  {
    title: 'translated',
    entries: new Set([
      ...spokenOf(namesInTables(read('docs/for-asyncio-users.md'), 'rxtasks', ['asyncio'])),
      ...spokenOf(namesInTables(read('docs/for-rxjs-users.md'), 'with rxtasks', ['#', 'today'])),
    ]),
    cure: 'add a row to the table of docs/for-asyncio-users.md or docs/for-rxjs-users.md',
  },
];

describe('each public name', () => {
  it('has what is promised of all of them, or an exception in promises.json that says why not', () => {
    expect(promised.length).toBeGreaterThan(100);
    expect(brokenPromises(promised, columns, exceptions)).toEqual([]);
  });

  it('has cases whose titles are told apart, and known faults of cases that there are', () => {
    const titles = cases.map(({ title }) => title);
    expect(titles.filter((title, i) => titles.indexOf(title) !== i)).toEqual([]);
    expect(knownFaults.filter(({ title }) => !titles.includes(title))).toEqual([]);
    const names = kinds.map(({ name }) => name);
    expect(knownFaults.flatMap((fault) => fault.kinds).filter((kind) => !names.includes(kind))).toEqual([]);
  });
});

describe('the check of the promises', () => {
  const make = (id: string, kind: Promised['kind'], ...waits: string[]): Promised => ({
    id,
    name: id,
    entryPoints: ['rxtasks'],
    kind,
    waits,
  });
  const few = [make('gather', 'function'), make('Queue', 'class', 'Queue.get', 'Queue.put'), make('Options', 'type')];
  const none: Exceptions = { kinds: { tried: { type: 'a type' } }, names: {} };
  const tried = (...entries: string[]): Column[] => [
    { title: 'tried', entries: new Set(entries), ofMembers: true, cure: 'try it' },
  ];

  it('is content with an entry for each name, for each member, or an exception', () => {
    expect(brokenPromises(few, tried('gather', 'Queue.get', 'Queue.put'), none)).toEqual([]);
    const names = { tried: { 'it is slow': ['Queue.put'] } };
    expect(brokenPromises(few, tried('gather', 'Queue.get'), { ...none, names })).toEqual([]);
  });

  it('names what is missing, and the cure', () => {
    expect(brokenPromises(few, tried('Queue.get', 'Queue'), none)).toEqual([
      'gather (tried): it has no entry; try it',
      'Queue.put (tried): it has no entry; try it',
    ]);
  });

  it('finds an entry of a name that is gone', () => {
    expect(brokenPromises(few, tried('gather', 'Queue.get', 'Queue.put', 'race'), none)).toEqual([
      'race (tried): an entry of a name that is not public; take it out',
    ]);
  });

  it.each([['gather'], ['race'], ['Options']])('finds an exception that nothing needs: %s', (name) => {
    const names = { tried: { 'it is slow': [name] } };
    const faults = brokenPromises(few, tried('gather', 'Queue.get', 'Queue.put'), { ...none, names });
    expect(faults).toEqual([expect.stringMatching(`^${name} \\(tried\\): an exception that nothing needs`)]);
  });

  it('finds exceptions from what is not promised', () => {
    const names = { written: { 'it is slow': ['gather'] } };
    const faults = brokenPromises(few, tried('gather', 'Queue.get', 'Queue.put'), { ...none, names });
    expect(faults).toEqual(['written: exceptions from what is not promised']);
  });
});

describe('a name on a page', () => {
  it('stands for itself in a code span, or is imported by an example', () => {
    const text = [
      'A word, gather; `gather([a])`, `npm run test`, `loop.stop()`, `{ wait: 1 }`, `await sleep(1)`',
      '```ts',
      "import { shield, race as other } from 'rxtasks'; // run",
      'shield(1);',
      '```',
      '<!-- timeout -->',
    ].join('\n');
    expect([...namesInSpans(text)].sort()).toEqual(['a', 'gather', 'loop', 'npm', 'sleep']);
    expect([...namesInExamples('page.md', text)]).toEqual(['rxtasks: shield']);
  });

  it('is translated where it stands in the columns that are not theirs', () => {
    const text = [
      '| asyncio | rxtasks |',
      '| --- | --- |',
      '| `gather` | `all` |',
      '',
      '| x | y |',
      '| - | - |',
      '| `a` | `b` |',
    ];
    expect([...namesInTables(text.join('\n'), 'rxtasks', ['asyncio'])]).toEqual(['all']);
  });

  it('is tested where a type test imports it and uses it', () => {
    const text =
      "import { gather, type Task, wait } from 'rxtasks'; // wait\ngather([]); declare const a: Task<number>;";
    expect([...namesInTypeTests(new Map([['a.ts', text]]))]).toEqual(['rxtasks: gather', 'rxtasks: Task']);
  });
});
