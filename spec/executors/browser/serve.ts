import { readFile } from 'node:fs/promises';
import type { OutgoingHttpHeaders, RequestListener } from 'node:http';
import { isBuiltin } from 'node:module';
import path from 'node:path';

import { type Plugin, build } from 'esbuild';

const root = path.join(__dirname, '../../..');

/** Where a page finds what the library imports by name: workers know no import maps. */
const packages: Record<string, string> = {
  rxjs: '/rxjs.js',
  acorn: '/acorn.mjs',
  'rxtasks/executors': '/lib/executors/browser.js',
  'rxtasks/executors/worker': '/lib/jobs/worker/web.js',
  rxtasks: '/lib/index.js',
  'node:timers/promises': '/timers.js',
};

/** What work modules of the specs use of Node. */
const process = `const process = { exit: () => self.close() };\n`;
const timers = `export const setTimeout = (ms, value, { signal }) => new Promise((resolve, reject) => {
  const timer = globalThis.setTimeout(resolve, ms, value);
  const abort = () => {
    clearTimeout(timer);
    reject(Object.assign(new Error('aborted'), { name: 'AbortError' }));
  };
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort);
});`;

/** Files that are bundled when they are asked for. */
const bundles: Record<string, string> = {
  '/rxjs.js': 'rxjs',
  '/bundle/worker.js': 'spec/executors/browser/worker.ts',
  // it is known in stacks by the name of its most important part
  '/spec/executors/contract.ts': 'spec/executors/browser/contract-page.ts',
};

/**
 * Serves the compiled library and work modules file by file, as they are but for the names of packages; `/page.js` gives
 * the library as a page has it. Everything has the given headers.
 */
export function libraryListener(headers: OutgoingHttpHeaders = {}): RequestListener {
  const page = `export * from '/lib/index.js';
    export * from '/lib/executors/browser.js';
    export * as executors from '/lib/executors/browser.js';
    export { globalsOf } from '/lib/jobs/sending/worker-globals.js';`;
  const texts: Record<string, string> = {
    '/': '<!doctype html><title>rxtasks</title>',
    '/page.js': page,
    '/timers.js': timers,
  };

  async function textOf(pathname: string): Promise<string> {
    const text = texts[pathname];
    if (text !== undefined) return text;
    if (bundles[pathname] !== undefined) return (texts[pathname] = await bundled(bundles[pathname]));
    if (pathname === '/acorn.mjs') return readFile(path.join(root, 'node_modules/acorn/dist/acorn.mjs'), 'utf8');
    const source = await readFile(path.join(root, '.compiled', pathname), 'utf8');
    const host = pathname.startsWith('/spec/work/') ? process : '';
    return (host + source).replace(/(\bfrom |\bimport\()"([\w:/]+)"/g, (all, before: string, name: string) =>
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

/** One file of everything that a module imports, as a bundler for browsers makes it, but for the library. */
async function bundled(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'error',
    define: { global: 'globalThis', __dirname: '"/"', __filename: '"/"' },
    inject: ['spec/executors/browser/process.ts'],
    plugins: [libraryApart, nodeLeftOut],
  });
  return outputFiles[0]!.text;
}

/** There is one copy of the library in the page. */
const libraryApart: Plugin = {
  name: 'library-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^rxtasks/ }, ({ path: name }) => ({ path: packages[name]!, external: true }));
  },
};

/** What is loaded of Node and not used. */
const nodeLeftOut: Plugin = {
  name: 'node-left-out',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[\w:/-]+$/ }, ({ path: name }) =>
      isBuiltin(name) || name === 'graceful-fs' ? { path: name, namespace: 'node' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'node' }, () => ({ contents: nodeStub }));
  },
};

/** Whatever is asked of it, it is that. */
const nodeStub = `module.exports = new Proxy(function () {}, {
  get: (_, key) => key === Symbol.toPrimitive ? () => '' : module.exports,
  apply: () => module.exports,
  getPrototypeOf: () => module.exports, // what esbuild copies a module to has that one's prototype
});`;
