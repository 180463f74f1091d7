import { readFile } from 'node:fs/promises';
import { type RequestListener, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { findChromium } from './find-program.js';
import { GuardedFolder } from './guarded-folder.js';

/** A page in a browser of its own, for as long as a spec wants it. */
export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  /** Of the page; ends with a slash. */
  readonly url: string;
  /** Where the browser keeps its files; gone once it is closed. */
  readonly folder: string;
  /** What was thrown in the page and caught by nobody. */
  readonly errors: readonly Error[];
  /** Ends the browser and the server of its files. */
  close(): Promise<void>;
}

/**
 * Serves a folder, or what a handler answers, from a free loopback port, and opens it in a headless Chromium. A folder
 * without an index.html shows an empty page, which can `import()` the folder's modules.
 */
export async function openPage(served: string | RequestListener): Promise<OpenedPage> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('openPage(): Chromium is not installed');
  // Loaded here, as it takes a while and few specs want it.
  const { chromium } = await import('playwright-core');

  const folder = new GuardedFolder();
  const server = createServer(typeof served === 'string' ? folderHandler(served) : served);
  let browser: BrowserContext | undefined;
  async function close(): Promise<void> {
    await browser?.close();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await folder[Symbol.asyncDispose]();
  }

  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', () => resolve()));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    // It is connected to this process by a pipe, and ends with it.
    browser = await chromium.launchPersistentContext(path.join(folder.path, 'profile'), {
      executablePath,
      args,
      artifactsDir: path.join(folder.path, 'artifacts'),
      env: { ...process.env, TMPDIR: folder.path },
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
    const page = browser.pages()[0] ?? (await browser.newPage());
    const errors: Error[] = [];
    page.on('pageerror', (error) => errors.push(error));
    await page.goto(url);
    return { page, url, folder: folder.path, errors, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

const args = [
  // It opens our own pages only, and its sandbox does not work for root and in most containers.
  '--no-sandbox',
  // Containers have little of /dev/shm.
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
};

function folderHandler(folder: string): RequestListener {
  return ({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://127.0.0.1');
    // A URL has no `..` left, and this keeps one that was encoded inside, too.
    const name = path.posix.normalize(decodeURIComponent(pathname));
    const file = path.join(folder, name === '/' ? 'index.html' : name);
    const answer = (status: number, type: string, body: Buffer | string) =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
    readFile(file).then(
      (body) => answer(200, types[path.extname(file)] ?? 'application/octet-stream', body),
      () =>
        // A browser asks for an icon of its own accord; that it has none is no error of the page.
        name === '/' || name === '/favicon.ico'
          ? answer(200, 'text/html; charset=utf-8', '<!doctype html><title>rxtasks</title>')
          : answer(404, 'text/plain', `${name}: not found`),
    );
  };
}
