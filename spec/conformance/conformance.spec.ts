import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { interpret } from './interpreter.js';
import { type LoopKind, onTestScheduler, onVirtualEventLoop, onVirtualTimeScheduler } from './loops.js';
import type { Program, Result } from './program.js';

interface Fixture {
  readonly program: Program;
  readonly expected: Result;
}

const folder = join(__dirname, 'fixtures');

/** The files of a folder of fixtures, by family. */
function familiesIn(path: string): [family: string, file: string][] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.jsonl'))
    .map((entry): [string, string] => [basename(entry.name, '.jsonl'), join(path, entry.name)])
    .sort();
}

function readFixtures(file: string): Fixture[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Fixture);
}

/** A result with one line for each event, so that Jest shows a difference legibly. */
function lines({ trace, ...rest }: Result): string[] {
  return [...trace.map((row) => text(row)), text(rest)];
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

const loops: [name: string, LoopKind][] = [
  ['an EventLoop on a VirtualTimeScheduler', onVirtualTimeScheduler],
  ['an EventLoop on a TestScheduler', onTestScheduler],
  ['a VirtualEventLoop', onVirtualEventLoop],
];
const families = [...familiesIn(folder), ...familiesIn(join(folder, 'optional'))];

describe('conformance with asyncio', () => {
  it('is tried on 14 families of programs', () => {
    expect(families.map(([family]) => family)).toHaveLength(14);
  });

  describe.each(families)('%s', (_, file) => {
    const fixtures = readFixtures(file);

    it('is tried on 25 programs', () => {
      expect(fixtures).toHaveLength(25);
    });

    describe.each(loops)('on %s', (_name, make) => {
      it.each(fixtures.map((fixture): [string, Fixture] => [fixture.program.id, fixture]))(
        'runs program %s event for event as asyncio does',
        async (_id, { program, expected }) => {
          const actual = await interpret(program, make);
          expect(lines(actual)).toEqual(lines(expected));
          expect(actual).toStrictEqual(expected);
        },
      );
    });
  });
});
