import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { findPython, folder, pythonEnvironment, sampleNames } from './twins.js';

const questions: Record<string, string> = {
  'stop-a-task': 'How to stop a task?',
  'wait-for-a-task': 'How to wait for it?',
  'return-values': 'How to get a return value?',
  'background-task': 'How to run it in the background?',
  'wait-for-all': 'How to wait for all background tasks?',
  'exit-with-running-tasks': 'Does a running task keep the program from ending?',
  'show-progress': 'How to show progress?',
  'delayed-start': 'How to run a task after a delay?',
  'follow-up-tasks': 'How to run a follow-up?',
  'blocking-work': 'How to run blocking I/O or CPU work?',
  'future-by-hand': 'What is a Future?',
  'three-sleepers': 'Do tasks run at the same time?',
  'incompatible-library': 'What if a library does not cooperate?',
  'create-task': 'What does a task look like?',
  'cancel-before-start': 'Cancel before the first step?',
  'cancel-while-waiting': 'Cancel while it waits?',
  'ensure-future': 'Pass a task on?',
  'wait-phases': 'Wait for many?',
  'wait-with-timeout': 'Wait, but not for ever?',
  'gather-results': 'Only the results?',
  'as-completed': 'Each as it ends?',
};
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

describe('the samples', () => {
  it('answer one question each, and there is one for each question', () => {
    expect(sampleNames()).toEqual([...names].sort());
  });

  it.each(names)('%s comes with its asyncio twin and the recorded output', (name) => {
    expect(['ts', 'py', 'out'].filter((ending) => !existsSync(path.join(folder, `${name}.${ending}`)))).toEqual([]);
    expect(recorded(name)).not.toBe('');
  });

  it.each(Object.entries(questions))('%s asks its question first, as its twin does: %s', (name, question) => {
    const head = (ending: string) => readFileSync(path.join(folder, `${name}.${ending}`), 'utf8').split('\n', 2);
    expect(head('ts')).toEqual(['/**', ` * ${question}`]);
    expect(head('py')[0]).toBe(`"""${question}`);
  });

  it.each(names)('%s prints, byte for byte, what is recorded', (name) => {
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
  }, 60_000);
});
