import { rmSync } from 'node:fs';
import path from 'node:path';
import { describeWith, startRedis } from '../support/servers/index.js';
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

describe('npm start', () => {
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
      const { status, stdout, stderr } = await startAudit(project).ended;
      expect(stderr).toMatch(message);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect({ status, stdout }).toEqual({ status: 1, stdout: `Reading ${project}/package-lock.json\n` });
    },
    30_000,
  );

  it('is stopped by Ctrl-C, tells what it had so far, and ends with status 130', async () => {
    const { child, ended, printed } = startAudit(path.resolve('.'));
    await printed('Hashing');
    child.kill('SIGINT');
    const { status, stdout, stderr } = await ended;
    expect({ status, stderr }).toEqual({ status: 130, stderr: '' });
    const [stages, heading, ...sections] = stdout.split('\n\n');
    expect(stages).toMatch(/^Reading .*\nHashing .*$/);
    const stopped = /^Stopped after \d+\.\d s, with (\d+) of (\d+) packages: what was found so far$/.exec(heading!);
    const [done, all] = stopped!.slice(1).map(Number);
    expect(done).toBeLessThan(all!);
    expect(sections.at(-1)).toMatch(/^[\d,]+ packages?, [\d,]+ files?, [\d.]+ \w+\n$/);
  });

  const kinds = ['inline', 'thread', 'process'] as const;

  it.each(kinds)(
    'hashes by --executor %s, and says what that cost',
    async (kind) => {
      const project = makeProject();
      folders.push(project);
      await expectCosts(kind, startAudit(project, '--executor', kind));
    },
    30_000,
  );

  it.each(kinds)(
    'is stopped by Ctrl-C with --executor %s too',
    async (kind) => {
      await expectStopped(startAudit(path.resolve('.'), '--executor', kind));
    },
    30_000,
  );

  async function expectCosts(kind: string, { ended }: ReturnType<typeof startAudit>) {
    const { status, stdout, stderr } = await ended;
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const [text, costs] = stdout.split(/, audited in \d+\.\d s\n\n/);
    expect(text).toContain(expectedReport);
    expect(costs).toMatch(
      new RegExp(
        `^Executor ${kind}: 13 files in \\d+\\.\\d s, [\\d.]+ [mµ]s per file, the loop was busy for \\d+ % of it and late by ` +
          '[\\d.]+ [mµ]s at most; an empty call takes [\\d.]+ [mµ]s\n$',
      ),
    );
  }

  async function expectStopped({ child, ended, printed }: ReturnType<typeof startAudit>) {
    await printed('Hashing');
    child.kill('SIGINT');
    const { status, stdout, stderr } = await ended;
    expect({ status, stderr }).toEqual({ status: 130, stderr: '' });
    expect(stdout).toMatch(/^Stopped after \d+\.\d s, with \d+ of \d+ packages: what was found so far$/m);
  }

  describeWith({ redis: true }, 'over a queue', () => {
    it('hashes, says what that cost, and is stopped by Ctrl-C', async () => {
      const redis = await startRedis({ persistence: 'aof-always' });
      try {
        const project = makeProject();
        folders.push(project);
        const args = ['--executor', 'queue', '--redis', redis.url] as const;
        await expectCosts('queue', startAudit(project, ...args));
        await expectStopped(startAudit(path.resolve('.'), ...args));
      } finally {
        await redis.stop();
      }
    });

    it('says in one line that the server cannot be reached', async () => {
      const { status, stderr } = await startAudit(
        path.resolve('.'),
        '--executor',
        'queue',
        '--redis',
        'redis://127.0.0.1:1',
      ).ended;
      expect(status).toBe(1);
      expect(stderr).toMatch(/^The queue cannot be used: .*ECONNREFUSED.*\n$/);
    });
  });

  it('ends in silence when nobody reads its output any more', async () => {
    const { child, ended, printed } = startAudit(path.resolve('.'));
    await printed('Reading');
    child.stdout.destroy();
    expect(await ended).toMatchObject({ status: 0, stderr: '' });
  });
});
