import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Runs a program of spec/interop/programs in a process of its own, and gives what it says with `tell`. Frameworks that are
 * ECMAScript modules only, and those that change globals, cannot be loaded in here.
 */
export async function runProgram<T>(name: string): Promise<T> {
  const file = path.join(__dirname, 'programs', `${name}.ts`);
  const { stdout } = await run(process.execPath, ['--import', 'tsx', file], { cwd: path.join(__dirname, '../..') });
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n', stdout.length - 2) + 1)) as T;
}
