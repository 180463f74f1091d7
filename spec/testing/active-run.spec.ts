import { execFile } from 'node:child_process';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const root = path.join(__dirname, '../..');

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly title: string; readonly failureMessages: readonly string[] }[];
  }[];
}

/** Runs the scenarios by a Jest of its own, in one process; what each test failed with. */
async function runScenarios(): Promise<Map<string, string>> {
  const jest = path.join(root, 'node_modules/jest/bin/jest.js');
  const args = [jest, '--json', '--silent', '-i', '--config', path.join(__dirname, 'ends.jest.config.mjs')];
  const stdout = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { cwd: root, maxBuffer: 2 ** 26 }, (_error, printed) => resolve(printed));
  });
  const { testResults } = JSON.parse(stdout) as Report;
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  return new Map(
    results.map(({ title, failureMessages }) => [title, stripVTControlCharacters(failureMessages.join('\n'))]),
  );
}

describe('a test that ends before its runVirtual does', () => {
  let failures: Map<string, string>;
  beforeAll(async () => {
    failures = await runScenarios();
  }, 60_000);

  it('fails by its own time-out, and is told what the run was waiting for', () => {
    const message = failures.get('times out');
    expect(message).toMatch(/Exceeded timeout of 300 ms/);
    expect(message).toMatch(
      /a run, begun at spec\/testing\/ends\.first\.scenarios\.ts:\d+:\d+, was not over when its test/,
    );
    expect(message).toMatch(/'stuck' +waits for a promise/);
  });

  it('fails if the run was not awaited', () => {
    expect(failures.get('forgets to await')).toMatch(/was not over when its test was; was it awaited\? At \d+ ms:/);
  });

  it('leaves real globals to the tests after it, and another run may begin', () => {
    expect(failures.get('goes on with real globals')).toBe('');
    expect(failures.get('can run again')).toBe('');
  });

  it('does not stand in the way of a run in the next test file, where there was no afterEach', () => {
    expect(failures.get('leaves a run of a copy that knows no afterEach')).toBe('');
    expect(failures.get('takes over from a run whose test is over, in the next file')).toBe('');
  });
});
