import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import type { Program, Result } from '../../spec/conformance/program.js';

/** A program and what asyncio makes of it. */
export interface Answer {
  readonly program: Program;
  readonly expected: Result;
}

/** The seeds of one family, both ends included. */
export interface Range {
  readonly family: string;
  readonly from: number;
  readonly to: number;
}

const server = fileURLToPath(new URL('oracle-server.py', import.meta.url));
const folder = fileURLToPath(new URL('../../spec/conformance', import.meta.url));

/** The command of a CPython 3.13: `$ORACLE_PYTHON`, `python3.13`, or one that pyenv keeps. */
export function findPython(): string | undefined {
  const chosen = process.env['ORACLE_PYTHON'];
  return [...(chosen ? [chosen] : []), 'python3.13', ...pyenvPythons()].find(isPython313);
}

/** asyncio in a process of its own, which runs ahead of whoever reads its answers. */
export class Oracle {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #errors = '';

  constructor(python: string) {
    this.#process = spawn(python, ['-B', server, folder]);
    this.#process.stderr.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    this.#process.stdin.on('error', () => undefined);
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Generates and runs the programs of all ranges. */
  async *generate(ranges: readonly Range[]): AsyncGenerator<Answer> {
    for (const range of ranges) this.#ask(range);
    for (const { from, to } of ranges) {
      for (let seed = from; seed <= to; seed += 1) yield await this.#answer();
    }
  }

  /** Runs one program. */
  run(program: Program): Promise<Answer> {
    this.#ask({ program });
    return this.#answer();
  }

  close(): void {
    this.#process.kill();
  }

  #ask(request: object): void {
    this.#process.stdin.write(`${JSON.stringify(request)}\n`);
  }

  async #answer(): Promise<Answer> {
    const line = await this.#lines.next();
    if (line.done) throw new Error(`the oracle ended early:\n${this.#errors}`);
    return JSON.parse(line.value) as Answer;
  }
}

function isPython313(command: string): boolean {
  const probe = spawnSync(command, ['-c', 'import sys; print(*sys.version_info[:2])'], { encoding: 'utf8' });
  return probe.status === 0 && probe.stdout.trim() === '3 13';
}

function pyenvPythons(): string[] {
  const versions = lines('pyenv', ['versions', '--bare']).filter((version) => /^3\.13(\.|$)/.test(version));
  return versions.flatMap((version) => lines('pyenv', ['prefix', version]).map((prefix) => `${prefix}/bin/python3.13`));
}

function lines(command: string, args: readonly string[]): string[] {
  const { stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return (stdout ?? '').split('\n').filter((line) => line !== '');
}
