import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.join(__dirname, '../../..');

describe('Future as a promise', () => {
  it('passes the 872 tests of Promises/A+', async () => {
    const adapter = path.join(__dirname, 'promises-aplus.adapter.ts');
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', adapter], { cwd: root });
    const [summary = '', ...failures] = stdout.trim().split('\n').reverse();
    expect({ ...(JSON.parse(summary) as object), failures: failures.reverse() }).toEqual({
      passed: 872,
      failed: 0,
      pending: 0,
      failures: [],
    });
  }, 120_000);
});
