import { runScenarios } from '../jest/jest-scenarios.js';

describe('a test that ends before its runVirtual does', () => {
  let failures: Map<string, string>;
  beforeAll(async () => {
    const found = await runScenarios('ends.jest.config.mjs');
    failures = new Map([...found].map(([title, messages]) => [title, messages.join('\n')]));
  });

  it('fails by its own time-out, and is told what the run was waiting for', () => {
    const message = failures.get('times out');
    expect(message).toMatch(/Exceeded timeout of 300 ms/);
    expect(message).toMatch(
      /a run, begun at spec\/testing\/jest\/ends\.first\.scenarios\.ts:\d+:\d+, was not over when its test/,
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
