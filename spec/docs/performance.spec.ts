import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.join(__dirname, '../..');

it('docs/performance.md and its pictures are what scripts/render-performance.ts makes of bench/results', () => {
  const script = path.join(root, 'scripts/render-performance.ts');
  const args = ['--import', 'tsx', script, '--check'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  expect(status === 0 ? '' : stdout + stderr).toBe('');
});
