import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lines: string[];
  readonly errors: string;
}

/** Runs the scenario `name` of a file in a process of its own, and sends it `signal` each time it prints one of `at`. */
export function runScenario(
  file: string,
  name: string,
  signal: NodeJS.Signals = 'SIGINT',
  at: readonly string[] = [],
): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', file, name], {
    cwd: path.join(__dirname, '../..'),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const lines: string[] = [];
  let errors = '';
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    if (at.includes(line)) child.kill(signal);
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (status, endedBy) => {
      // what it has written may still be on its way; its own children may hold the pipes for longer
      setTimeout(() => resolve({ status, signal: endedBy, lines, errors }), 50);
    });
  });
}
