import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const root = path.join(__dirname, '../..');

/** Specs run without type checks, so this one checks the types of the project, the type tests of this folder too. */
describe('types', () => {
  it('are right everywhere, and wrong where a type test expects an error', async () => {
    expect(await compile('.')).toBe('');
  });
});

/** What TypeScript 7 says of a project, the package resolved by name: more than one here brings a `tsc`. */
function compile(project: string): Promise<string> {
  const manifest = createRequire(__filename).resolve('typescript-7/package.json');
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: { tsc: string } };
  const tsc = path.join(path.dirname(manifest), bin.tsc);
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [tsc, '-p', project, '--noEmit', '--pretty', 'false'],
      { cwd: root, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => {
        const output = stdout + stderr;
        if (error !== null && output === '') reject(error);
        else resolve(output);
      },
    );
  });
}
