/**
 * Builds the package: `dist/esm` and `dist/cjs`, each by a plain run of tsc, both at the same time.
 *
 * Members marked `@internal` are taken out of the type declarations afterwards. The compiler's own `stripInternal`
 * would take out whole declarations too, which those of other files refer to.
 *
 * The nested package.json makes Node read `dist/cjs` as CommonJS. It starts a package scope of its own, so it has to
 * repeat `sideEffects`: without that, bundlers keep everything.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

import ts from 'typescript';

const root = path.dirname(import.meta.dirname);
const dist = path.join(root, 'dist');

/** The compiler of the package `name`: two packages here bring a `tsc`, so the one in `.bin` may be either. */
async function compiler(name) {
  const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
  return path.join(path.dirname(manifest), JSON.parse(await readFile(manifest, 'utf8')).bin.tsc);
}

async function compile(tsc, project) {
  const child = spawn(process.execPath, [tsc, '-p', project], {
    cwd: root,
    stdio: 'inherit',
  });
  const [status] = await once(child, 'exit');
  if (status !== 0) process.exitCode = 1;
}

/** Where members marked `@internal` stand in a declaration file, and what is to stand there instead. */
function internalMembers(source) {
  const cuts = [];
  for (const statement of source.statements) {
    if (!ts.isClassDeclaration(statement) && !ts.isInterfaceDeclaration(statement)) continue;
    const hidden = statement.members.filter((member) =>
      ts.getJSDocTags(member).some(({ tagName }) => tagName.text === 'internal'),
    );
    for (const member of hidden) cuts.push({ start: member.getStart(source, true), end: member.end, instead: '' });
    if (hidden.length === 0 || ts.isInterfaceDeclaration(statement)) continue;

    // Without any constructor the class would have one that everybody may call.
    const constructors = statement.members.filter(ts.isConstructorDeclaration);
    if (constructors.length > 0 && constructors.every((each) => hidden.includes(each))) {
      cuts.find(({ end }) => end === constructors[0].end).instead = 'protected constructor();';
    }
    // What the class implements may be among what is hidden.
    const clause = statement.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ImplementsKeyword);
    if (clause) cuts.push({ start: clause.getStart(source), end: clause.end, instead: '' });
  }
  return cuts.sort((a, b) => b.start - a.start);
}

async function hideInternalMembers(file) {
  let text = await readFile(file, 'utf8');
  for (const { start, end, instead } of internalMembers(
    ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true),
  )) {
    // The lines stay, for the sake of the declaration maps.
    text = text.slice(0, start) + instead + text.slice(start, end).replace(/[^\n]/g, '') + text.slice(end);
  }
  await writeFile(file, text);
}

/**
 * Declarations name `Symbol.asyncDispose`, so they bring the types of disposables along: users need not name that lib.
 */
async function referToDisposables(file) {
  await writeFile(file, `/// <reference lib="esnext.disposable" />\n${await readFile(file, 'utf8')}`);
  const map = JSON.parse(await readFile(`${file}.map`, 'utf8'));
  await writeFile(`${file}.map`, JSON.stringify({ ...map, mappings: `;${map.mappings}` }));
}

/** What workers load is found from where the library is. In CommonJS there is no `import.meta` to tell. */
async function tellWhereCommonJSIs(file) {
  const text = await readFile(file, 'utf8');
  const parts = text.split('= import.meta.url;');
  if (parts.length !== 2) throw new Error(`${file} does not say where it is in the way that is known here`);
  await writeFile(file, parts.join("= require('node:url').pathToFileURL(__filename).href;"));
}

/** The files of the entry points, in `dist/esm` and in `dist/cjs`. */
async function entryPoints() {
  const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  return Object.values(manifest.exports)
    .map((target) => (target.node ?? target).require)
    .filter((file) => file !== undefined)
    .map((file) => path.posix.relative('./dist/cjs', file));
}

const tsc = await compiler('typescript');
await rm(dist, { recursive: true, force: true });
await Promise.all([compile(tsc, 'tsconfig.esm.json'), compile(tsc, 'tsconfig.cjs.json')]);
if (process.exitCode) process.exit();
await writeFile(
  path.join(dist, 'cjs', 'package.json'),
  '{ "type": "commonjs", "sideEffects": ["./testing/jest.js"] }\n',
);
await tellWhereCommonJSIs(path.join(dist, 'cjs', 'jobs', 'here.js'));
for (const file of await readdir(dist, { recursive: true })) {
  if (file.endsWith('.d.ts')) await hideInternalMembers(path.join(dist, file));
}
for (const file of await entryPoints()) {
  const declarations = file.replace(/\.js$/, '.d.ts');
  for (const format of ['esm', 'cjs']) await referToDisposables(path.join(dist, format, declarations));
}
