import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(__dirname, '..', '..');
const library = pathToFileURL(join(root, 'lib', 'index.ts')).href;

/** How a process has ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the body of a module in a process of its own, with garbage collection at hand (`gc()`). What the library and RxJS
 * export is there as `rxtasks` and `rx`.
 */
export function inChildProcess(code: string, flags: readonly string[] = []): Promise<Ended> {
  const module = `import * as rxtasks from ${JSON.stringify(library)};\nimport * as rx from 'rxjs';\n${code}`;
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--import', 'tsx', ...flags, '--input-type=module', '--eval', module],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout: stdout.trim(), stderr: stderr.trim() }));
  });
}
