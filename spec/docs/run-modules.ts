import { spawn } from 'node:child_process';
import path from 'node:path';

import type { Outcome, Work } from './runner.js';

const root = path.join(__dirname, '../..');

/** Runs modules one after the other in one process; what each of them printed and threw, then what came afterwards. */
export async function runModules(tsconfig: string, work: Work): Promise<Outcome[]> {
  const args = ['--import', 'tsx', path.join(__dirname, 'runner.ts')];
  const { status, stdout, stderr } = await runNode(args, JSON.stringify(work), { TSX_TSCONFIG_PATH: tsconfig });
  try {
    return JSON.parse(stdout) as Outcome[];
  } catch {
    throw new Error(`the runner ended with status ${status} and wrote:\n${stdout}${stderr}`);
  }
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Node in the folder of the project. */
export function runNode(args: string[], input: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env } });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
    child.stdin.end(input);
  });
}
