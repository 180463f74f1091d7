/** A small project on disk, with one of each thing that an audit can meet. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What is inside of a folder: a text is a file, an object a folder. */
export interface Tree {
  readonly [name: string]: string | Tree;
}

export function makeFolder(tree: Tree = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'audit-'));
  write(folder, tree);
  return folder;
}

function write(folder: string, tree: Tree): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(tree)) {
    if (typeof content === 'string') writeFileSync(path.join(folder, name), content);
    else write(path.join(folder, name), content);
  }
}

const shared = 's'.repeat(3000);
const empty = '';
/** Of 100 bytes each, so that sums can be checked by looking. */
const manifest = (fields: object) => JSON.stringify(fields).padEnd(100);

const packages: Tree = {
  alpha: {
    'package.json': manifest({ name: 'alpha', license: 'MIT' }),
    'index.js': shared,
    empty,
    lib: { 'big.js': 'b'.repeat(50_000), node_modules: { 'own.js': 'own' } },
    node_modules: {
      '.bin': { tool: 'not of alpha' },
      gamma: { 'package.json': manifest({ name: 'gamma', licenses: [{ type: 'BSD' }] }), 'copy.js': shared },
    },
  },
  '@scope': { delta: { 'package.json': manifest({ name: '@scope/delta' }), 'one.js': shared, 'two.js': shared } },
  broken: { 'package.json': '{ "license": "MIT"'.padEnd(100), empty },
  special: { 'package.json': manifest({ name: 'special', license: 'ISC' }) },
};

const locked = {
  '': { name: 'project' },
  'packages/own': { name: 'own' },
  'node_modules/own': { resolved: 'packages/own', link: true },
  'node_modules/special': { version: '5.0.0' },
  'node_modules/alpha': { version: '1.0.0' },
  'node_modules/alpha/node_modules/gamma': { version: '3.0.0' },
  'node_modules/@scope/delta': { version: '4.0.0' },
  'node_modules/broken': { version: '6.0.0' },
  'node_modules/lost': { version: '7.0.0' },
  'node_modules/other-platform': { version: '8.0.0', optional: true },
};

export function makeProject(): string {
  const project = makeFolder({
    'package-lock.json': JSON.stringify({ lockfileVersion: 3, packages: locked }),
    packages: { own: { 'package.json': '{}' } },
    node_modules: packages,
  });
  const special = path.join(project, 'node_modules/special');
  symlinkSync('nowhere', path.join(special, 'dangling'));
  symlinkSync('../..', path.join(special, 'circle'));
  execFileSync('mkfifo', [path.join(special, 'pipe')]);
  symlinkSync('../packages/own', path.join(project, 'node_modules/own'));
  return project;
}

/** Of `makeProject()`; the time that it took is left out. */
export const expectedReport = `
Largest packages
   53 kB      5 files  alpha@1.0.0
  6.1 kB      3 files  @scope/delta@4.0.0
  3.1 kB      2 files  alpha > gamma@3.0.0
   100 B      2 files  broken@6.0.0
   100 B       1 file  special@5.0.0

Duplicates across packages: 1 file, 2 further copies, 6.0 kB
  6.0 kB  = 3.0 kB × 2  @scope/delta/one.js

Without a licence: 2
  @scope/delta@4.0.0
  broken@6.0.0

In the lock file, not on disk: 1 (npm ci installs them)
  lost@7.0.0

Optional, not on disk: 1 (for other platforms, or left out)
  other-platform@8.0.0

Links, not followed: 1 (workspaces, npm link)
  own

Could not be read: 1
  a FIFO: node_modules/special/pipe

5 packages, 13 files, 63 kB, 2 symbolic links not followed`;
