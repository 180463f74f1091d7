import { execFile } from 'node:child_process';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const root = path.join(__dirname, '../../..');

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly title: string; readonly failureMessages: readonly string[] }[];
  }[];
}

/** Runs the tests of a configuration of this folder by a Jest of its own, in one process; by title, what each failed with. */
export async function runScenarios(config: string): Promise<Map<string, string[]>> {
  const jest = path.join(root, 'node_modules/jest/bin/jest.js');
  const args = [jest, '--json', '--silent', '-i', '--config', path.join(__dirname, config)];
  const stdout = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { cwd: root, maxBuffer: 2 ** 26 }, (_error, printed) => resolve(printed));
  });
  const { testResults } = JSON.parse(stdout) as Report;
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  return new Map(results.map(({ title, failureMessages }) => [title, failureMessages.map(stripVTControlCharacters)]));
}
