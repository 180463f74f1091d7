/** The asyncio twins of the samples: where they are, and the Python that can run them. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';

/** The folder of the samples. Specs and npm scripts run in the folder of the project. */
export const folder = path.resolve('samples');

/** The names of all samples, audit-packages (a folder, no question) not among them. */
export function sampleNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.basename(file, '.ts'))
    .sort();
}

/** What prints with the same bytes everywhere. */
export const pythonEnvironment = { ...process.env, PYTHONIOENCODING: 'utf-8', PYTHONUNBUFFERED: '1' };

/** The command of a CPython that has all that the twins use (3.11 or later); null where there is none. */
export function findPython(): string | null {
  for (const command of ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11']) {
    try {
      execFileSync(command, ['-c', 'import sys, asyncio; sys.exit(sys.version_info < (3, 11))'], { stdio: 'ignore' });
      return command;
    } catch {
      // Not there, or too old: the next.
    }
  }
  return null;
}
