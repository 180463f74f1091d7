/**
 * Builds the package: `dist/esm` and `dist/cjs`, each by a plain run of tsc, both at the same time.
 *
 * The nested package.json makes Node read `dist/cjs` as CommonJS. It starts a package scope of its own, so it has to
 * repeat `sideEffects`: without that, bundlers keep everything.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
const dist = path.join(root, 'dist');

/** The compiler of the package `name`: two packages here bring a `tsc`, so the one in `.bin` may be either. */
async function compiler(name) {
  const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
  return path.join(path.dirname(manifest), JSON.parse(await readFile(manifest, 'utf8')).bin.tsc);
}

async function compile(tsc, project) {
  const child = spawn(process.execPath, [tsc, '-p', project], { cwd: root, stdio: 'inherit' });
  const [status] = await once(child, 'exit');
  if (status !== 0) process.exitCode = 1;
}

const tsc = await compiler('typescript');
await rm(dist, { recursive: true, force: true });
await Promise.all([compile(tsc, 'tsconfig.esm.json'), compile(tsc, 'tsconfig.cjs.json')]);
await mkdir(path.join(dist, 'cjs'), { recursive: true });
await writeFile(path.join(dist, 'cjs', 'package.json'), '{ "type": "commonjs", "sideEffects": false }\n');
