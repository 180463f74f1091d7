import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** The path of redis-server; undefined if it is not installed. */
export function findRedis(): string | undefined {
  return inPath('redis-server');
}

/**
 * The folder that holds `initdb` and `postgres`; undefined if there is none. Debian keeps them out of PATH, a folder
 * for each major version.
 */
export function findPostgres(): string | undefined {
  return [...folders(), ...debianFolders()].find((folder) =>
    ['initdb', 'postgres'].every((name) => isProgram(path.join(folder, name))),
  );
}

/** The path of a Chromium or Chrome: that of the environment variable CHROMIUM, else the first in PATH. */
export function findChromium(): string | undefined {
  const { CHROMIUM } = process.env;
  if (CHROMIUM) return isProgram(CHROMIUM) ? CHROMIUM : undefined;
  return inPath('chromium') ?? inPath('chromium-browser') ?? inPath('google-chrome');
}

function inPath(name: string): string | undefined {
  return folders()
    .map((folder) => path.join(folder, name))
    .find(isProgram);
}

function folders(): string[] {
  return (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
}

function debianFolders(): string[] {
  const versions = '/usr/lib/postgresql';
  let names: string[];
  try {
    names = readdirSync(versions);
  } catch {
    return [];
  }
  return names.sort((a, b) => Number(b) - Number(a)).map((name) => path.join(versions, name, 'bin'));
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
