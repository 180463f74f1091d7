import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { toArray } from 'rxjs';
import { Semaphore, type Task, createTask, resultOf, run, sleep } from 'rxtasks';
import type { RemoteTask } from 'rxtasks/executors';
import { parseArguments } from '../../samples/audit-packages/arguments.js';
import { type Finding, audit } from '../../samples/audit-packages/audit.js';
import { findDuplicates } from '../../samples/audit-packages/duplicates.js';
import { atMost, count, seconds, shorten, size } from '../../samples/audit-packages/format.js';
import { type Hash, type HashedFile, hashAll } from '../../samples/audit-packages/hash.js';
import { licenceOf, readLicence } from '../../samples/audit-packages/licence.js';
import { showProgress } from '../../samples/audit-packages/progress.js';
import { LockError, type LockedPackage, parseLock } from '../../samples/audit-packages/read-lock.js';
import { report } from '../../samples/audit-packages/report.js';
import { type Problem, walk } from '../../samples/audit-packages/walk.js';
import { type Done, hashFiles } from '../../samples/audit-packages/work.js';
import { type Tree, expectedReport, makeFolder, makeProject } from './audit-fixtures/project.js';
import { startAudit } from './start-audit.js';

const folders: string[] = [];

function folder(tree: Tree): string {
  const made = makeFolder(tree);
  folders.push(made);
  return made;
}

afterAll(() => {
  for (const each of folders) rmSync(each, { recursive: true });
});

const locked = (location: string): LockedPackage => ({ location, label: path.basename(location), optional: false });

/** What an executor does, done here. */
const hash: Hash = (project, files) =>
  createTask((self: Task<unknown, Done>) =>
    Promise.resolve(hashFiles(project, files, self as unknown as RemoteTask<Done>)),
  );
const quiet = showProgress(new PassThrough() as unknown as NodeJS.WriteStream);

describe('npm start', () => {
  it('prints a line per stage and the whole report, the same each time but for the time', async () => {
    const project = makeProject();
    folders.push(project);
    const stages = [`Reading ${project}/package-lock.json`, 'Hashing the files of 8 packages', 'Comparing 8 packages'];
    const runs = await Promise.all([startAudit(project).ended, startAudit(project).ended]);
    for (const { status, stdout, stderr } of runs) {
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout.replace(/, audited in \d+\.\d s\n$/, '')).toBe(`${stages.join('\n')}\n${expectedReport}`);
    }
  });

  it.each([
    [['--executor', 'quee'], "There is no executor 'quee': say --executor inline, or thread, or process, or queue."],
    [['--executor', 'queue'], '--executor queue wants a Redis: say where it is (--redis redis://'],
    [['--exec'], "Unknown option '--exec': say npm start -- [folder] [--executor inline|thread|process|queue]"],
  ])('refuses %j, and says what to say', (args, message) => {
    expect(() => parseArguments(args, {})).toThrow(message);
  });

  it('takes the folder as npm was told it, and the server from the environment', () => {
    expect(parseArguments(['a', '--executor', 'queue'], { INIT_CWD: '/here', REDIS_URL: 'redis://there' })).toEqual({
      folder: '/here/a',
      kind: 'queue',
      redis: 'redis://there',
      tellCosts: true,
    });
    expect(parseArguments([], {})).toEqual({ folder: undefined, kind: 'thread', redis: undefined, tellCosts: false });
  });
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

  it('counts files and bytes as they are hashed, also those that cannot be read', async () => {
    const { stream, written } = terminal();
    const progress = showProgress(stream);
    const project = folder({ one: 'x'.repeat(1234), two: 'x'.repeat(4000) });
    progress.stage('Hashing', 1);
    const hashing = { hash, calls: new Semaphore(2), progress };
    await run(function* () {
      yield* resultOf(Promise.all([hashAll(project, ['one', 'none'], hashing), hashAll(project, ['two'], hashing)]));
    });
    progress.stop();
    expect(written()).toContain('3 files, 5.2 kB');
  });

  it('is right although some of the reports of a call were left out', () => {
    const { stream, written } = terminal();
    const progress = showProgress(stream);
    const [one, other] = [{}, {}];
    progress.stage('Hashing', 1);
    progress.hashed(one, { files: 1, bytes: 1000 });
    progress.hashed(other, { files: 7, bytes: 7000 });
    progress.hashed(one, { files: 5, bytes: 5000 });
    progress.stop();
    expect(written()).toContain('12 files, 12 kB');
  });
});

describe('the audit', () => {
  const project = () =>
    folder({
      node_modules: {
        small: {},
        large: Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`file${i}`, `content ${i}`])),
        other: { file: 'content 7' },
      },
    });
  const packages = ['large', 'small', 'other'].map((name) => locked(`node_modules/${name}`));

  it('has no more calls under way than there are permits, for all packages together, and each hashes many files', async () => {
    let [underWay, most] = [0, 0];
    const lengths: number[] = [];
    const counted: Hash = (root, files) => {
      lengths.push(files.length);
      most = Math.max(most, ++underWay);
      return createTask(async (self: Task<unknown, Done>) => {
        await sleep(5);
        underWay--;
        return hashFiles(root, files, self as unknown as RemoteTask<Done>);
      });
    };
    const options = { project: project(), progress: quiet, hash: counted, calls: new Semaphore(2) };
    const findings = await run(() => audit(packages, options).pipe(toArray()));
    expect(lengths.sort((a, b) => a - b)).toEqual([1, 50, 100, 100]);
    expect({ most, underWay }).toEqual({ most: 2, underWay: 0 });
    const large = findings.find((each) => each.package.label === 'large');
    const names = large?.state === 'audited' ? large.files.map((each) => path.basename(each.path)) : [];
    expect(names.sort()).toEqual(Array.from({ length: 250 }, (_, i) => `file${i}`).sort());
  });

  it('names a package that takes longer than the limit, and goes on with the others', async () => {
    // Without a permit nothing is ever hashed.
    const options = { project: project(), progress: quiet, hash, calls: new Semaphore(0), limit: 1500 };
    const findings = await run(() => audit(packages, options).pipe(toArray()));
    expect(Object.fromEntries(findings.map((each) => [each.package.label, each.state]))).toEqual({
      large: 'timed out',
      small: 'audited',
      other: 'timed out',
    });
    expect(report(findings)).toContain('Timed out: 2 (after 10.0 s)\n  large\n  other\n');
  });

  it('cancels the calls that are under way and gives back the permits when it is cancelled', async () => {
    const started: ReturnType<Hash>[] = [];
    const never: Hash = () => {
      started.push(createTask((_self: Task<unknown, Done>) => sleep<(HashedFile | Problem)[]>(1e6, [])));
      return started.at(-1)!;
    };
    const calls = new Semaphore(2);
    await run(function* () {
      const task = createTask(audit(packages, { project: project(), progress: quiet, hash: never, calls }));
      while (started.length < 2) yield* sleep(1);
      task.cancel();
      yield* resultOf(task.catch(() => {}));
      expect(task.cancelled()).toBe(true);
    });
    expect(started.map((each) => each.cancelled())).toEqual([true, true]);
    expect(String(calls)).toBe('<Semaphore unlocked value=2>');
  });

  it('reports a folder that cannot be read', async () => {
    const root = folder({ node_modules: { file: 'no folder' } });
    const findings = await run(() => audit([locked('node_modules/file')], { project: root, progress: quiet, hash }));
    expect(findings).toMatchObject({ state: 'audited', problems: [{ path: 'node_modules/file', reason: 'ENOTDIR' }] });
  });
});

describe('a file', () => {
  const hash = (project: string, file: string) => hashFiles(project, [file], live())[0];

  function live(signal = new AbortController().signal, report = (_done: Done) => {}): RemoteTask<Done> {
    return { name: 'hashFiles', signal, report, traceparent: undefined, transfer: (value) => value };
  }

  it.each([0, 1, 1_000_000, 1_000_001, 2_500_000])('of %d bytes is hashed in parts', (bytes) => {
    const content = 'x'.repeat(bytes);
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(hash(folder({ file: content }), 'file')).toEqual({ path: 'file', bytes, sha256 });
  });

  it('is the last one when nobody wants to know any more', () => {
    const stopped = new AbortController();
    const reports: Done[] = [];
    const report = (done: Done) => {
      reports.push(done);
      if (reports.length === 2) stopped.abort(new Error('enough'));
    };
    const project = folder({ a: 'a', b: 'bb', c: 'ccc' });
    expect(() => hashFiles(project, ['a', 'b', 'c'], live(stopped.signal, report))).toThrow('enough');
    expect(reports).toEqual([
      { files: 1, bytes: 1 },
      { files: 2, bytes: 3 },
    ]);
  });

  it('that was removed after the walk is a problem with its path and code', async () => {
    expect(hash(folder({}), 'gone')).toEqual({ path: 'gone', reason: 'ENOENT' });
  });

  it('that became a link after the walk is not followed', async () => {
    const project = folder({ target: 'x' });
    symlinkSync('target', path.join(project, 'link'));
    expect(hash(project, 'link')).toEqual({ path: 'link', reason: 'ELOOP' });
  });

  it('that became a FIFO after the walk keeps nobody waiting', async () => {
    const project = folder({});
    execFileSync('mkfifo', [path.join(project, 'pipe'), path.join(project, 'package.json')]);
    expect(hash(project, 'pipe')).toMatchObject({ path: 'pipe', bytes: 0 });
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
