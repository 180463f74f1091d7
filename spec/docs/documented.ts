import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { type Example, examplesInMarkdown, examplesInSource } from './example.js';

const root = path.join(__dirname, '../..');

function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** The files with an ending in a folder and below, in order, `/` between the parts. */
function filesIn(folder: string, ending: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => `${folder}/${file.replaceAll(path.sep, '/')}`)
    .sort();
}

export const pages: readonly string[] = ['README.md', ...filesIn('docs', '.md')];
export const sources: readonly string[] = filesIn('lib', '.ts');

/** The examples of all of them, by file. */
export const documented: ReadonlyMap<string, readonly Example[]> = new Map([
  ...pages.map((file) => [file, examplesInMarkdown(file, read(file))] as const),
  ...sources.map((file) => [file, examplesInSource(file, read(file))] as const),
]);
