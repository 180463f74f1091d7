import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { questions } from './questions.js';
import { findPython, folder, pythonEnvironment } from './twins.js';

const names = Object.keys(questions);
const python = findPython();

interface Outcome {
  status: number | string | null;
  stdout: string;
  stderr: string;
}

/** How many children run at the same time: they sleep most of the time. */
const lanes = 3;
const queue: (() => Promise<void>)[] = [];
const outcomes = new Map<string, Outcome>();

function execute(key: string, command: string, args: string[], env: NodeJS.ProcessEnv = process.env): void {
  queue.push(
    () =>
      new Promise((resolve) => {
        execFile(command, args, { env, timeout: 60_000 }, (error, stdout, stderr) => {
          outcomes.set(key, { status: error === null ? 0 : (error.code ?? error.signal ?? null), stdout, stderr });
          resolve();
        });
      }),
  );
}

function recorded(name: string): string {
  return readFileSync(path.join(folder, `${name}.out`), 'utf8');
}

beforeAll(async () => {
  for (const name of names) {
    execute(`${name}.ts`, process.execPath, ['--import', 'tsx', path.join(folder, `${name}.ts`)]);
    if (python !== null) execute(`${name}.py`, python, [path.join(folder, `${name}.py`)], pythonEnvironment);
  }
  const script = path.resolve('scripts/sample.ts');
  execute('no name', process.execPath, ['--import', 'tsx', script]);
  execute('unknown name', process.execPath, ['--import', 'tsx', script, '../scripts/sample']);
  execute('known name', process.execPath, ['--import', 'tsx', script, 'cancel-before-start']);

  const lane = async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) await job();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}, 300_000);

describe('the samples, each as a program of its own', () => {
  it.each(names)('%s prints, byte for byte, what is recorded, and ends', (name) => {
    expect(outcomes.get(`${name}.ts`)).toEqual({ status: 0, stdout: recorded(name), stderr: '' });
  });

  // Made only where there is a Python: the suite needs none.
  if (python !== null) {
    it.each(names)('%s has a twin that still prints what is recorded', (name) => {
      expect(outcomes.get(`${name}.py`)).toEqual({ status: 0, stdout: recorded(name), stderr: '' });
    });
  }
});

describe('npm run sample', () => {
  it('lists the samples with their questions when no name is given', () => {
    const { status, stdout, stderr } = outcomes.get('no name')!;
    expect({ status, stderr }).toEqual({ status: 2, stderr: '' });
    const lines = stdout.split('\n').map((line) => line.trim().replace(/ {2,}/, ': '));
    expect(lines).toEqual(expect.arrayContaining(Object.entries(questions).map((entry) => entry.join(': '))));
  });

  it('says that there is no such sample, lists them all and runs nothing', () => {
    const { status, stdout, stderr } = outcomes.get('unknown name')!;
    expect({ status, stderr }).toEqual({ status: 2, stderr: "There is no sample '../scripts/sample'.\n" });
    expect(stdout).toBe(outcomes.get('no name')!.stdout);
  });

  it('runs the sample that is named', () => {
    const expected = { status: 0, stdout: recorded('cancel-before-start'), stderr: '' };
    expect(outcomes.get('known name')).toEqual(expected);
  });

  it('leaves Ctrl-C to the sample: it stops what runs, and the exit status is 130', async () => {
    const args = ['--import', 'tsx', path.resolve('scripts/sample.ts'), 'three-sleepers'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout === '') child.kill('SIGINT');
      stdout += text;
    });
    const status = await new Promise((resolve) => child.once('close', resolve));
    expect(status).toBe(130);
    expect(stdout).toMatch(/^A falls asleep\n/);
    expect(stdout).not.toContain('A wakes up');
  });
});
