/**
 * What threads and processes load has to be JavaScript: before the specs, the library and the work modules of the specs
 * (spec/work) are compiled to `.compiled/`, file by file. Files that are as they were are left alone, so that several
 * runs of Jest do not disturb each other.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { build } from 'esbuild';

const root = path.join(import.meta.dirname, '../..');
export const compiled = path.join(root, '.compiled');

export default async function compile() {
  const entryPoints = [];
  for (const folder of ['lib', 'spec/work']) {
    const files = await readdir(path.join(root, folder), { recursive: true });
    entryPoints.push(...files.filter((file) => file.endsWith('.ts')).map((file) => path.join(root, folder, file)));
  }
  const options = { entryPoints, outdir: compiled, outbase: root, format: 'esm', target: 'es2022', write: false };
  const { outputFiles } = await build({ ...options, sourcemap: 'inline', logLevel: 'error' });
  await Promise.all(outputFiles.map(writeIfNew));
}

async function writeIfNew({ path: file, text }) {
  if (existsSync(file) && (await readFile(file, 'utf8')) === text) return;
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  await writeFile(temporary, text);
  await rename(temporary, file);
}
