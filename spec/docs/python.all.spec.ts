import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { findPython, pythonEnvironment } from '../samples/twins.js';

const page = readFileSync(path.join(__dirname, '../../docs/migration.md'), 'utf8');
const examples = Array.from(page.matchAll(/^```python\n(.*?)^```$/gms), ([, code]) => code as string);
const python = findPython();

/** What the calls of `print` in an example are expected to print, as they say behind them. */
function expectedOf(code: string): string[] {
  return Array.from(code.matchAll(/print\(.*\) {2}# (.*)$/gm), ([, text]) => (text as string).split(', then ')).flat();
}

const title = 'The Python of docs/migration.md';

it(`${title}: ten examples, each of which prints something`, () => {
  expect(examples.map(expectedOf).filter((lines) => lines.length > 0)).toHaveLength(10);
});

(python === null ? describe.skip : describe)(
  python === null ? `${title} (skipped: Python 3.11 or newer is not installed; apt-get install python3)` : title,
  () => {
    it.each(examples.map((code, i) => [i + 1, code] as const))('example %i prints what it says', async (_i, code) => {
      const { stdout } = await promisify(execFile)(python as string, ['-c', code], { env: pythonEnvironment });
      expect(stdout.trimEnd().split('\n')).toEqual(expectedOf(code));
    });
  },
);
