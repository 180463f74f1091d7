import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { runModules } from '../docs/run-modules.js';
import type { Outcome } from '../docs/runner.js';
import { questions } from './questions.js';
import { folder, sampleNames } from './twins.js';

const names = Object.keys(questions);

/** The samples sleep most of the time. */
const PROCESSES = 3;

function linesOf(name: string): string[] {
  return readFileSync(path.join(folder, `${name}.out`), 'utf8')
    .trimEnd()
    .split('\n');
}

describe('the samples', () => {
  const outcomes = new Map<string, Outcome>();

  /** Several in one process: samples.all.spec.ts starts each as a program of its own. */
  async function runTogether(some: readonly string[]): Promise<void> {
    const jobs = some.map((name) => ({
      url: pathToFileURL(path.join(folder, `${name}.ts`)).href,
      lines: linesOf(name).length,
    }));
    const found = await runModules(path.resolve('tsconfig.json'), { served: [], jobs });
    for (const [i, name] of some.entries()) outcomes.set(name, found[i]!);
  }

  beforeAll(async () => {
    const share = Math.ceil(names.length / PROCESSES);
    const shares = Array.from({ length: PROCESSES }, (_, i) => names.slice(i * share, (i + 1) * share));
    await Promise.all(shares.map(runTogether));
  });

  it('answer one question each, and there is one for each question', () => {
    expect(sampleNames()).toEqual([...names].sort());
  });

  it.each(names)('%s comes with its asyncio twin and the recorded output', (name) => {
    expect(['ts', 'py', 'out'].filter((ending) => !existsSync(path.join(folder, `${name}.${ending}`)))).toEqual([]);
    expect(linesOf(name)).not.toEqual(['']);
  });

  it.each(Object.entries(questions))('%s asks its question first, as its twin does: %s', (name, question) => {
    const head = (ending: string) => readFileSync(path.join(folder, `${name}.${ending}`), 'utf8').split('\n', 2);
    expect(head('ts')).toEqual(['/**', ` * ${question}`]);
    expect(head('py')[0]).toBe(`"""${question}`);
  });

  it.each(names)('%s prints what is recorded', (name) => {
    expect(outcomes.get(name)).toEqual({ printed: linesOf(name), thrown: [] });
  });
});
