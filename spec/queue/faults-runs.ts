import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A start of a job. */
export interface Run {
  readonly n: number;
  /** The process in which it was started. */
  readonly pid: number;
}

/** What has been run, as the jobs themselves write it to a file. */
export class Runs implements Disposable {
  readonly file: string;
  readonly #folder: string;

  constructor() {
    this.#folder = mkdtempSync(path.join(os.tmpdir(), 'rxtasks-runs-'));
    this.file = path.join(this.#folder, 'runs');
    writeFileSync(this.file, '');
  }

  all(): Run[] {
    const lines = readFileSync(this.file, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => {
      const [n, pid] = line.split(' ').map(Number);
      return { n: n!, pid: pid! };
    });
  }

  /** The numbers of the jobs that have been started, each once, in order. */
  numbers(): number[] {
    return [...new Set(this.all().map(({ n }) => n))].sort((a, b) => a - b);
  }

  /** Those that work until they are told to end may end. */
  tell(): void {
    writeFileSync(`${this.file}.told`, '');
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/** A job that says that it runs, takes `ms`, and gives its number. */
export async function work(file: string, n: number, ms: number): Promise<number> {
  process.getBuiltinModule('node:fs').appendFileSync(file, `${n} ${process.pid}\n`);
  await new Promise((resolve) => setTimeout(resolve, ms));
  return n;
}

/** The same, until it is told to end. */
export async function workUntilTold(file: string, n: number): Promise<number> {
  const { appendFileSync, existsSync } = process.getBuiltinModule('node:fs');
  appendFileSync(file, `${n} ${process.pid}\n`);
  while (!existsSync(`${file}.told`)) await new Promise((resolve) => setTimeout(resolve, 20));
  return n;
}
