import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * Reads lines, each the ids of processes, replacing the line before. `done` is the end: it removes the folder. An end of
 * the input without it is the death of whoever wrote: then it kills the processes of the last line, and removes the
 * folder again and again for a second, as processes that are still dying may write to it.
 */
const script = `
pids=
while read -r line; do
  [ "$line" != done ] || { rm -rf "$1"; exit; }
  pids=$line
done
[ -z "$pids" ] || kill -9 $pids
for i in 1 2 3 4 5 6 7 8 9 10; do
  rm -rf "$1"
  sleep 0.1
done
rm -rf "$1"
`;

/**
 * A temporary folder, and processes that live in it, which are gone when the process that made it is - however it
 * ends. A handler of `exit` would not do: Jest kills its workers by SIGKILL, and gives specs a copy of `process` whose
 * events never come. So a shell of its own watches, which a Ctrl-C in the terminal does not reach.
 */
export class GuardedFolder implements AsyncDisposable {
  readonly path: string;
  readonly #guard: ChildProcess;
  readonly #gone: Promise<unknown>;

  constructor() {
    this.path = mkdtempSync(path.join(parentFolder(), 'rxtasks-spec-'));
    this.#guard = spawn('sh', ['-c', script, 'sh', this.path], {
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#gone = once(this.#guard, 'exit');
    this.#guard.stdin?.on('error', () => {}); // It has been killed, too.
    // What a spec forgot to close must not keep its process alive.
    this.#guard.unref();
    (this.#guard.stdin as unknown as { unref(): void }).unref();
  }

  /** From now on these processes, and no others, are killed. */
  watch(pids: readonly number[]): void {
    if (!this.#guard.stdin?.writableEnded) this.#guard.stdin?.write(`${pids.join(' ')}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#guard.stdin?.writableEnded) this.#guard.stdin?.end('done\n');
    this.#guard.ref();
    await this.#gone;
  }
}

/**
 * The folder for temporary files; /tmp if others cannot enter that one, as a server must that root starts under another
 * user.
 */
function parentFolder(): string {
  const chosen = realpathSync(os.tmpdir());
  if (process.getuid?.() !== 0) return chosen;
  for (let folder = chosen; ; folder = path.dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return '/tmp';
    if (path.dirname(folder) === folder) return chosen;
  }
}
