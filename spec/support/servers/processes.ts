import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

interface Process {
  readonly pid: number;
  readonly parent: number;
}

/** The ids of the children of a process. */
export function childrenOf(pid: number): number[] {
  return processes()
    .filter(({ parent }) => parent === pid)
    .map((child) => child.pid);
}

/** Whether a process runs or is stopped; one that is dead and only waits to be collected does not count. */
export function isAlive(pid: number): boolean {
  return processes().some((process) => process.pid === pid);
}

/** Signals each process that is still there. */
export function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function processes(): Process[] {
  const lines = process.platform === 'linux' ? linesOfProc() : linesOfPs();
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, state]) => !/^[ZX]/.test(state ?? 'X'))
    .map(([pid, , parent]) => ({ pid: Number(pid), parent: Number(parent) }));
}

/** Slim containers have no `ps`. */
function linesOfProc(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        // pid (command) state parent ..., where the command may hold anything.
        return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/\(.*\)/s, '');
      } catch {
        return ''; // It has just ended.
      }
    });
}

function linesOfPs(): string[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,stat=,ppid='], { encoding: 'utf8' }).split('\n');
}
