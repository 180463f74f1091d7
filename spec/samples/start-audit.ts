import { spawn } from 'node:child_process';
import path from 'node:path';

/** Starts samples/audit-packages as `npm start` does. */
export function startAudit(project: string, ...args: string[]) {
  const main = path.resolve('samples/audit-packages/main.ts');
  const command = ['--import', 'tsx', main, project, ...args];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const ended = new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) => {
    child.once('close', (status) => resolve({ status, ...output }));
  });
  const printed = (text: string) =>
    new Promise<void>((resolve) => {
      child.stdout.on('data', () => output.stdout.includes(text) && resolve());
    });
  return { child, ended, printed };
}
