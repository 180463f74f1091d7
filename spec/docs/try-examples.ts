import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Example } from './example.js';
import { ExampleServers } from './example-servers.js';
import { runModules, runNode } from './run-modules.js';
import type { Outcome } from './runner.js';

const root = path.join(__dirname, '../..');

/** What is wrong with each example, and with what the process did after the last one. */
export interface Verdicts {
  readonly faults: ReadonlyMap<Example, string[]>;
  readonly afterwards: Outcome;
}

/** Compiles all examples at once, and runs some of them in one process, with the servers that these need. */
export async function tryExamples(
  examples: readonly Example[],
  isToRun: (example: Example) => boolean,
): Promise<Verdicts> {
  const running = examples.filter(isToRun);
  const servers = await ExampleServers.start(running);
  // Inside of the project, for its packages, and outside of what jest watches.
  const folder = mkdtempSync(path.join(root, '.examples-'));
  try {
    writeFileSync(path.join(folder, '.gitignore'), '*\n');
    const files = examples.map((example, i) => {
      const file = path.join(folder, `example-${i}.ts`);
      writeFileSync(file, `${servers.addressed(example.code)}\n`);
      return file;
    });
    const tsconfig = path.join(folder, 'tsconfig.json');
    writeFileSync(tsconfig, JSON.stringify({ extends: '../tsconfig.json', include: ['*.ts'] }));

    const [errors, outcomes] = await Promise.all([
      compile(tsconfig),
      runModules(tsconfig, {
        served: running.flatMap((example) => servers.served(example)),
        jobs: running.map((example) => ({
          url: pathToFileURL(files[examples.indexOf(example)] as string).href,
          lines: example.expected.length,
        })),
      }),
    ]);
    const faults = new Map(
      examples.map((example, i) => [
        example,
        [...compileFaults(example, errors.get(i) ?? []), ...runFaults(example, outcomes[running.indexOf(example)])],
      ]),
    );
    return { faults, afterwards: outcomes.at(-1) as Outcome };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await servers[Symbol.asyncDispose]();
  }
}

interface CompileError {
  readonly line: number;
  readonly text: string;
}

function compileFaults({ file, line }: Example, errors: readonly CompileError[]): string[] {
  return errors.map((error) => `${file}:${line + error.line - 1}: ${error.text}`);
}

function runFaults({ file, line, expected }: Example, outcome: Outcome | undefined): string[] {
  if (outcome === undefined) return [];
  const { printed, thrown } = outcome;
  const faults = thrown.map((error) => `${file}:${line}: it threw ${error}`);
  if (printed.join('\n') !== expected.join('\n')) {
    faults.push(
      [`${file}:${line}: expected`, ...expected.map(indented), 'printed', ...printed.map(indented)].join('\n'),
    );
  }
  return faults;
}

function indented(line: string): string {
  return `    ${line}`;
}

/** What TypeScript 7 says, by the number of the example. */
async function compile(tsconfig: string): Promise<Map<number, CompileError[]>> {
  const manifest = createRequire(__filename).resolve('typescript-7/package.json');
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: { tsc: string } };
  const tsc = path.join(path.dirname(manifest), bin.tsc);
  const { stdout, stderr } = await runNode([tsc, '-p', tsconfig, '--noEmit', '--pretty', 'false'], '', {});
  const errors = new Map<number, CompileError[]>();
  for (const message of (stdout + stderr).split(/\n(?=\S)/).filter((each) => each.trim() !== '')) {
    const [, i, line, text] = /example-(\d+)\.ts\((\d+),\d+\): ([^]*)/.exec(message) ?? [];
    if (text === undefined) throw new Error(`the compiler said: ${message}`);
    errors.set(Number(i), [...(errors.get(Number(i)) ?? []), { line: Number(line), text: text.trim() }]);
  }
  return errors;
}
