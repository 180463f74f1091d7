import { readFile } from 'node:fs/promises';
import type { OutgoingHttpHeaders, RequestListener } from 'node:http';
import path from 'node:path';

import { build } from 'esbuild';

const root = path.join(__dirname, '../../..');

/** Where a page finds what the library imports by name: workers know no import maps. */
const packages: Record<string, string> = {
  rxjs: '/rxjs.js',
  acorn: '/acorn.mjs',
  'rxtasks/executors': '/lib/executors/browser.js',
  'rxtasks/executors/worker': '/lib/jobs/worker/web.js',
};

/**
 * Serves the compiled library and work modules file by file, as they are but for the names of packages; `/page.js` gives
 * the library as a page has it. Everything has the given headers.
 */
export async function libraryListener(headers: OutgoingHttpHeaders = {}): Promise<RequestListener> {
  const rxjs = await bundled('rxjs');
  const page = `export * from '/lib/index.js';
    export * from '/lib/executors/browser.js';
    export * as executors from '/lib/executors/browser.js';
    export { globalsOf } from '/lib/jobs/worker-globals.js';`;
  const texts: Record<string, string> = {
    '/': '<!doctype html><title>rxtasks</title>',
    '/rxjs.js': rxjs,
    '/page.js': page,
  };

  async function textOf(pathname: string): Promise<string> {
    const text = texts[pathname];
    if (text !== undefined) return text;
    if (pathname === '/acorn.mjs') return readFile(path.join(root, 'node_modules/acorn/dist/acorn.mjs'), 'utf8');
    if (pathname === '/bundle/worker.js') return (texts[pathname] = await bundled('spec/executors/browser/worker.ts'));
    const source = await readFile(path.join(root, '.compiled', pathname), 'utf8');
    return source.replace(/(\bfrom |\bimport\()"([\w/]+)"/g, (all, before: string, name: string) =>
      packages[name] === undefined ? all : `${before}"${packages[name]}"`,
    );
  }

  return ({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://127.0.0.1');
    textOf(pathname).then(
      (text) => {
        const type = pathname === '/' ? 'text/html' : 'text/javascript';
        response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, ...headers }).end(text);
      },
      () => response.writeHead(404, { 'content-type': 'text/plain' }).end(`${pathname}: not found`),
    );
  };
}

/** One file of everything that a module imports, as a bundler for browsers makes it. */
async function bundled(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: root,
    bundle: true,
    external: ['rxtasks/executors'],
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]!.text;
}
