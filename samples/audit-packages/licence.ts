/** Under which licence a package may be used, according to its `package.json`. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { coroutine } from 'rxtasks';
import { attempt } from './attempt.js';
import { READ } from './open-flags.js';

/** The licence of the package in `folder`; null if it names none, or has no `package.json` that can be read. */
export const readLicence = coroutine(function* (folder: string) {
  const text = yield* attempt(readFile(path.join(folder, 'package.json'), { encoding: 'utf8', flag: READ }));
  if ('code' in text) return null; // hashing it will say why
  try {
    return licenceOf(JSON.parse(text.value));
  } catch {
    return null;
  }
});

/**
 * The field `license`, or what older packages have: an object with a type, or a list `licenses` of such. `UNLICENSED` is
 * npm's word for none.
 */
export function licenceOf(manifest: unknown): string | null {
  if (typeof manifest !== 'object' || manifest === null) return null;
  const { license, licenses } = manifest as { license?: unknown; licenses?: unknown };
  const named = (Array.isArray(licenses) ? [license, ...(licenses as unknown[])] : [license, licenses]).map(nameOf);
  return named.filter((name) => name !== null).join(' OR ') || null;
}

function nameOf(licence: unknown): string | null {
  if (typeof licence === 'object' && licence !== null && 'type' in licence) return nameOf(licence.type);
  if (typeof licence !== 'string') return null;
  const name = licence.trim();
  return name === '' || name === 'UNLICENSED' ? null : name;
}
