import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs, { type ReadStream, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { toArray } from 'rxjs';
import { Semaphore, createTask, resultOf, run, sleep } from 'rxtasks';
import { type Finding, audit } from '../../samples/audit-packages/audit.js';
import { findDuplicates } from '../../samples/audit-packages/duplicates.js';
import { atMost, count, seconds, shorten, size } from '../../samples/audit-packages/format.js';
import { type HashedFile, hashFile } from '../../samples/audit-packages/hash.js';
import { licenceOf, readLicence } from '../../samples/audit-packages/licence.js';
import { showProgress } from '../../samples/audit-packages/progress.js';
import { LockError, type LockedPackage, parseLock } from '../../samples/audit-packages/read-lock.js';
import { report } from '../../samples/audit-packages/report.js';
import { walk } from '../../samples/audit-packages/walk.js';
import { type Tree, expectedReport, makeFolder, makeProject } from './audit-fixtures/project.js';

const folders: string[] = [];

function folder(tree: Tree): string {
  const made = makeFolder(tree);
  folders.push(made);
  return made;
}

afterAll(() => {
  for (const each of folders) rmSync(each, { recursive: true });
});

function start(project: string) {
  const main = path.resolve('samples/audit-packages/main.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', main, project], { stdio: ['ignore', 'pipe', 'pipe'] });
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

const locked = (location: string): LockedPackage => ({ location, label: path.basename(location), optional: false });
const quiet = showProgress(new PassThrough() as unknown as NodeJS.WriteStream);

describe('npm start', () => {
  it('prints a line per stage and the whole report, the same each time but for the time', async () => {
    const project = makeProject();
    folders.push(project);
    const stages = [`Reading ${project}/package-lock.json`, 'Hashing the files of 8 packages', 'Comparing 8 packages'];
    const runs = await Promise.all([start(project).ended, start(project).ended]);
    for (const { status, stdout, stderr } of runs) {
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout.replace(/, audited in \d+\.\d s\n$/, '')).toBe(`${stages.join('\n')}\n${expectedReport}`);
    }
  }, 30_000);

  it.each<[string, Tree, RegExp]>([
    ['is not there', {}, /^There is no .*package-lock\.json: name the folder .*npm install --package-lock-only/],
    [
      'is no JSON',
      { 'package-lock.json': '{ "packages": ' },
      /is broken \(.*JSON.*\): restore it, or delete it and run `npm install`/,
    ],
    [
      'is of npm 6',
      { 'package-lock.json': '{ "lockfileVersion": 1 }' },
      /lockfileVersion 1: bring it up to date with `npm/,
    ],
    ['is a folder', { 'package-lock.json': {} }, /cannot be read \(EISDIR\)/],
  ])(
    'ends with status 1 and says what to do when the lock file %s',
    async (_, tree, message) => {
      const project = folder(tree);
      const { status, stdout, stderr } = await start(project).ended;
      expect(stderr).toMatch(message);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect({ status, stdout }).toEqual({ status: 1, stdout: `Reading ${project}/package-lock.json\n` });
    },
    30_000,
  );

  it('is stopped by Ctrl-C within 100 ms, tells what it had so far, and ends with status 130', async () => {
    const times: number[] = [];
    // A machine that is busy with something else makes it longer, nothing makes it shorter.
    for (let attempt = 0; attempt < 5 && Math.min(...times) >= 100; attempt++) {
      const { child, ended, printed } = start(path.resolve('.'));
      await printed('Hashing');
      await new Promise((resolve) => setTimeout(resolve, 300));
      const asked = performance.now();
      child.kill('SIGINT');
      const { status, stdout, stderr } = await ended;
      times.push(performance.now() - asked);
      expect({ status, stderr }).toEqual({ status: 130, stderr: '' });
      const [stages, heading, ...sections] = stdout.split('\n\n');
      expect(stages).toMatch(/^Reading .*\nHashing .*$/);
      const stopped = /^Stopped after \d+\.\d s, with (\d+) of (\d+) packages: what was found so far$/.exec(heading!);
      const [done, all] = stopped!.slice(1).map(Number);
      expect(done).toBeGreaterThan(0);
      expect(done).toBeLessThan(all!);
      expect(sections.at(-1)).toMatch(/^[\d,]+ packages?, [\d,]+ files?, [\d.]+ \w+\n$/);
    }
    expect(Math.min(...times)).toBeLessThan(100);
  }, 60_000);

  it('ends in silence when nobody reads its output any more', async () => {
    const { child, ended, printed } = start(path.resolve('.'));
    await printed('Reading');
    child.stdout.destroy();
    expect(await ended).toMatchObject({ status: 0, stderr: '' });
  }, 30_000);
});

describe('the progress', () => {
  function terminal(): { stream: NodeJS.WriteStream; written: () => string } {
    const chunks: string[] = [];
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100 });
    stream.on('data', (chunk) => chunks.push(String(chunk)));
    return { stream: stream as unknown as NodeJS.WriteStream, written: () => chunks.join('') };
  }

  it('is a bar on a terminal, and nothing is left of it in the end', () => {
    const { stream, written } = terminal();
    const progress = showProgress(stream);
    progress.stage('Hashing', 2);
    progress.packageDone();
    progress.stop();
    progress.stop();
    expect(written()).toContain(`${'░'.repeat(30)} 0%  Hashing`);
    expect(written()).toContain(`${'█'.repeat(15)}${'░'.repeat(15)} 50%  Hashing`);
    const end = written().slice(written().lastIndexOf('%'));
    expect(end).toContain('\u001b[?25h'); // the cursor is back
    expect(end.endsWith('\u001b[2K')).toBe(true); // the line is clear
  });

  it('counts files and bytes by a done callback, also of a file that could not be read', async () => {
    const { stream, written } = terminal();
    const progress = showProgress(stream);
    const project = folder({ one: 'x'.repeat(1234) });
    progress.stage('Hashing', 1);
    await run(function* () {
      const openFiles = new Semaphore(1);
      const tasks = ['one', 'none'].map((file) => createTask(hashFile(project, file, openFiles)));
      const cancelled = createTask(hashFile(project, 'one', openFiles));
      for (const task of [...tasks, cancelled]) task.addDoneCallback(progress.fileDone);
      cancelled.cancel();
      for (const task of tasks) yield* task;
    });
    progress.stop();
    expect(written()).toContain('2 files, 1.2 kB');
    expect(written()).not.toContain('3 files');
  });
});

describe('the audit', () => {
  const project = () =>
    folder({
      node_modules: {
        small: {},
        large: Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`file${i}`, `content ${i}`])),
        other: { file: 'content 7' },
      },
    });
  const packages = ['large', 'small', 'other'].map((name) => locked(`node_modules/${name}`));

  it('opens no more files at a time than there are permits, in all packages together', async () => {
    const open = new Set<ReadStream>();
    let most = 0;
    const create = fs.createReadStream;
    const spy = jest.spyOn(fs, 'createReadStream').mockImplementation((...args) => {
      const stream = create(...args);
      open.add(stream);
      stream.on('close', () => open.delete(stream));
      most = Math.max(most, open.size);
      return stream;
    });
    const options = { project: project(), progress: quiet, openFiles: new Semaphore(3) };
    await run(() => audit(packages, options));
    expect(spy).toHaveBeenCalledTimes(51);
    expect({ most, left: open.size }).toEqual({ most: 3, left: 0 });
    spy.mockRestore();
  });

  it('names a package that takes longer than the limit, and goes on with the others', async () => {
    // Without a permit no file is ever opened.
    const options = { project: project(), progress: quiet, openFiles: new Semaphore(0), limit: 100 };
    const findings = await run(() => audit(packages, options).pipe(toArray()));
    expect(Object.fromEntries(findings.map((each) => [each.package.label, each.state]))).toEqual({
      large: 'timed out',
      small: 'audited',
      other: 'timed out',
    });
    expect(report(findings)).toContain('Timed out: 2 (after 10.0 s)\n  large\n  other\n');
  });

  it('closes what is open and gives back the permits when it is cancelled', async () => {
    const streams: ReadStream[] = [];
    const create = fs.createReadStream;
    const spy = jest.spyOn(fs, 'createReadStream').mockImplementation((...args) => {
      streams.push(create(...args));
      return streams.at(-1)!;
    });
    const openFiles = new Semaphore(2);
    await run(function* () {
      const task = createTask(audit(packages, { project: project(), progress: quiet, openFiles }));
      while (streams.length === 0) yield* sleep(1);
      task.cancel();
      yield* resultOf(task.catch(() => {}));
      expect(task.cancelled()).toBe(true);
    });
    expect(streams.filter((stream) => !stream.destroyed)).toEqual([]);
    expect(streams.length).toBeLessThan(51);
    expect(String(openFiles)).toBe('<Semaphore unlocked value=2>');
    spy.mockRestore();
  });

  it('reports a folder that cannot be read', async () => {
    const root = folder({ node_modules: { file: 'no folder' } });
    const findings = await run(() => audit([locked('node_modules/file')], { project: root, progress: quiet }));
    expect(findings).toMatchObject({ state: 'audited', problems: [{ path: 'node_modules/file', reason: 'ENOTDIR' }] });
  });
});

describe('a file', () => {
  const hash = (project: string, file: string) => run(hashFile(project, file, new Semaphore(1)));

  it('is hashed in parts', async () => {
    const project = folder({ big: 'x'.repeat(1_000_000) });
    const sha256 = createHash('sha256').update('x'.repeat(1_000_000)).digest('hex');
    expect(await hash(project, 'big')).toEqual({ path: 'big', bytes: 1_000_000, sha256 });
  });

  it('that was removed after the walk is a problem with its path and code', async () => {
    expect(await hash(folder({}), 'gone')).toEqual({ path: 'gone', reason: 'ENOENT' });
  });

  it('that became a link after the walk is not followed', async () => {
    const project = folder({ target: 'x' });
    symlinkSync('target', path.join(project, 'link'));
    expect(await hash(project, 'link')).toEqual({ path: 'link', reason: 'ELOOP' });
  });

  it('that became a FIFO after the walk keeps nobody waiting', async () => {
    const project = folder({});
    execFileSync('mkfifo', [path.join(project, 'pipe'), path.join(project, 'package.json')]);
    expect(await hash(project, 'pipe')).toMatchObject({ path: 'pipe', bytes: 0 });
    expect(await run(readLicence(project))).toBe(null);
  });
});

describe('the walk', () => {
  it('leaves out the packages nested in a package, and nothing else', async () => {
    const project = folder({ a: { node_modules: { b: { file: '' } }, lib: { node_modules: { own: '' } }, file: '' } });
    symlinkSync('lib', path.join(project, 'a/link'));
    const { files, links, problems } = await run(walk(project, 'a'));
    expect({ files: files.sort(), links, problems }).toEqual({
      files: ['a/file', 'a/lib/node_modules/own'],
      links: 1,
      problems: [],
    });
  });

  it('reports a folder that has gone', async () => {
    expect(await run(walk(folder({}), 'gone'))).toEqual({
      files: [],
      links: 0,
      problems: [{ path: 'gone', reason: 'ENOENT' }],
    });
  });
});

describe('the lock file', () => {
  const parse = (lock: unknown) => parseLock(JSON.stringify(lock), 'lock');

  it.each([2, 3])('of version %d lists what npm installed, not the project and its workspaces', (lockfileVersion) => {
    const packages = {
      '': { version: '1.0.0' },
      'tools/own': { version: '1.0.0' },
      'tools/own/node_modules/b': { version: '2.0.0', devOptional: true },
      'node_modules/@scope/a': { version: '1.2.3', optional: true },
      'node_modules/@scope/a/node_modules/@b/c': { version: '4.5.6' },
      'node_modules/own': { resolved: 'tools/own', link: true },
    };
    expect(parse({ lockfileVersion, packages })).toEqual([
      { location: 'tools/own/node_modules/b', label: 'tools/own > b@2.0.0', optional: true },
      { location: 'node_modules/@scope/a', label: '@scope/a@1.2.3', optional: true },
      { location: 'node_modules/@scope/a/node_modules/@b/c', label: '@scope/a > @b/c@4.5.6', optional: false },
      { location: 'node_modules/own', label: 'own', optional: false },
    ]);
  });

  it.each([
    [[], 'lock is broken (it holds no object): '],
    [{ lockfileVersion: 4, packages: {} }, 'lock has the lockfileVersion 4, expected 2 or 3: '],
    [{}, 'lock has the lockfileVersion undefined, expected 2 or 3: '],
    [{ lockfileVersion: 3 }, 'lock is broken (it has no list of packages): '],
    [{ lockfileVersion: 3, packages: { 'node_modules/a': null } }, 'lock is broken (it has no list of packages): '],
  ])('%j is refused: %s', (lock, message) => {
    expect(() => parse(lock)).toThrow(LockError);
    expect(() => parse(lock)).toThrow(message);
  });
});

describe('the licence', () => {
  it.each([
    [{ license: 'MIT' }, 'MIT'],
    [{ license: '(MIT OR Apache-2.0)' }, '(MIT OR Apache-2.0)'],
    [{ license: { type: 'BSD', url: 'x' } }, 'BSD'],
    [{ licenses: [{ type: 'MIT' }, { type: 'GPL' }] }, 'MIT OR GPL'],
    [{ licenses: { type: 'MIT' } }, 'MIT'],
    [{ license: 'SEE LICENSE IN TERMS' }, 'SEE LICENSE IN TERMS'],
    [{}, null],
    [{ license: ' ' }, null],
    [{ license: 'UNLICENSED' }, null],
    [{ license: 7, licenses: [] }, null],
    [null, null],
  ])('of %j is %j', (manifest, licence) => {
    expect(licenceOf(manifest)).toBe(licence);
  });

  it('of a package without a package.json, or with a broken one, is none', async () => {
    const project = folder({});
    expect(await run(readLicence(project))).toBe(null);
    writeFileSync(path.join(project, 'package.json'), '{');
    expect(await run(readLicence(project))).toBe(null);
  });
});

describe('duplicates', () => {
  const file = (name: string, sha256: string, bytes: number): HashedFile => ({ path: name, sha256, bytes });

  it('are the same content in several packages; those of one package count once, empty ones not at all', () => {
    expect(
      findDuplicates([
        [file('a/2', 'two', 20), file('a/x', 'x', 7), file('a/x2', 'x', 7), file('a/empty', 'e', 0)],
        [file('b/5', 'five', 5), file('b/2', 'two', 20), file('b/22', 'two', 20), file('b/empty', 'e', 0)],
        [file('c/5', 'five', 5), file('C/2', 'two', 20)],
      ]),
    ).toEqual([
      { path: 'C/2', bytes: 20, copies: 3, cost: 40 },
      { path: 'b/5', bytes: 5, copies: 2, cost: 5 },
    ]);
  });

  it('of the same cost are sorted by path', () => {
    const found = findDuplicates([
      [file('b', '1', 5), file('a', '2', 5)],
      [file('z', '1', 5), file('y', '2', 5)],
    ]);
    expect(found.map((each) => each.path)).toEqual(['a', 'b']);
  });
});

describe('the report', () => {
  const audited = (label: string, files: HashedFile[] = [], licence: string | null = 'MIT'): Finding => ({
    package: { location: `node_modules/${label}`, label, optional: false },
    state: 'audited',
    licence,
    files,
    links: 0,
    problems: [],
  });

  it('does not depend on the order of the findings', () => {
    const file = (bytes: number) => [{ path: `file${bytes}`, sha256: String(bytes), bytes }];
    const findings = [audited('a', file(1), null), audited('b', file(1)), audited('c', file(2), null)];
    expect(report([...findings].reverse())).toBe(report(findings));
  });

  it('fits on one screen however much there is to tell', () => {
    const many = (state: 'absent' | 'a link' | 'timed out', optional: boolean): Finding[] =>
      Array.from({ length: 100 }, (_, i) => ({ package: { location: '', label: `${state}${i}`, optional }, state }));
    const text = report([
      ...many('absent', true),
      ...many('absent', false),
      ...many('a link', false),
      ...many('timed out', false),
      ...Array.from({ length: 100 }, (_, i) => ({
        ...audited(`@scope/${'very-'.repeat(30)}long${i}`, [{ path: 'x'.repeat(200), sha256: 'same', bytes: 1 }], null),
        problems: [{ path: `path${i}`, reason: 'EACCES' }],
      })),
    ]);
    expect(text).toContain('In the lock file, not on disk: 100 (npm ci installs them)\n  absent0\n');
    expect(text).toContain('Could not be read: 100\n  EACCES: path0\n');
    const lines = text.split('\n');
    expect(lines.length).toBeLessThanOrEqual(45);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('of nothing is the totals', () => {
    expect(report([])).toBe('0 packages, 0 files, 0 B');
  });

  it('gives its titles and totals to the one who makes headings of them', () => {
    expect(report([audited('a')], (title) => `<${title}>`)).toBe(
      '<Largest packages>\n     0 B      0 files  a\n\n<1 package, 0 files, 0 B>',
    );
  });
});

describe('the numbers', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [9949, '9.9 kB'],
    [9950, '10 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [12_345_678, '12 MB'],
    [2.5e15, '2500 TB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(size(bytes)).toBe(text);
  });

  it('are written for people', () => {
    expect([count(1, 'file'), count(0, 'file'), count(12_345, 'copy', 'copies')]).toEqual([
      '1 file',
      '0 files',
      '12,345 copies',
    ]);
    expect(seconds(1234)).toBe('1.2 s');
  });

  it('say how much is left out', () => {
    expect(atMost(2, ['a', 'b'])).toEqual(['a', 'b']);
    expect(atMost(2, ['a', 'b', 'c'])).toEqual(['a', '… and 2 more']);
    expect(shorten('abcdefghij', 10)).toBe('abcdefghij');
    expect(shorten('abcdefghijk', 10)).toBe('abcd…ghijk');
  });
});
