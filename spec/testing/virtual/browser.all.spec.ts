import path from 'node:path';

import { build } from 'esbuild';
import { type OpenedPage, describeWith, openPage } from '../../support/servers/index.js';

const root = path.join(__dirname, '../../..');

/** What the page has: the library, and of RxJS what the specs use. */
const source = `
  export * as rxtasks from './lib/index.js';
  export * as testing from './lib/testing/index.js';
  export * as rxjs from 'rxjs';
`;

jest.setTimeout(30_000); // a browser has more to do than these specs, on a busy machine

/** What is given to `evaluate` runs in the page: it sees its globals only. */
describeWith({ chromium: true }, 'rxtasks/testing in a browser', () => {
  let opened: OpenedPage;

  beforeAll(async () => {
    const { outputFiles } = await build({
      stdin: { contents: source, resolveDir: root, loader: 'ts' },
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'library',
      platform: 'browser',
      external: ['rxtasks/executors'],
    });
    const script = outputFiles[0]!.text;
    opened = await openPage(({ url }, response) => {
      if (url === '/library.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
      else
        response
          .writeHead(200, { 'content-type': 'text/html' })
          .end('<!doctype html><script src="library.js"></script>');
    });
  });

  afterAll(async () => {
    await opened.close();
  });

  it('runs an hour in a moment, on all clocks of the page, and restores them', async () => {
    const seen = await opened.page.evaluate(async () => {
      const { rxtasks, testing, rxjs } = (globalThis as unknown as { library: Library }).library;
      const names = ['setTimeout', 'clearTimeout', 'setInterval', 'Date', 'requestAnimationFrame'] as const;
      const globals = () => [
        ...names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name)?.value as unknown),
        performance.now,
      ];
      const before = globals();
      const result = await testing.runVirtual(async () => {
        await rxtasks.sleep(3_600_000);
        const id = setTimeout(() => {
          throw new Error('not cleared');
        }, 10);
        clearTimeout(id);
        await new Promise((resolve) => setTimeout(resolve, 1000));
        const ticks = await rxtasks.resultOf(rxjs.interval(500).pipe(rxjs.take(4), rxjs.toArray()));
        const frame = await new Promise((resolve) => requestAnimationFrame(resolve));
        const signal = AbortSignal.timeout(5000);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return [typeof id, ticks, frame, Date.now(), performance.now(), (signal.reason as Error).name];
      });
      return [...result, globals().every((value, i) => value === before[i])];
    });
    const frame = Math.ceil(3_603_001 / 16) * 16;
    expect(seen).toEqual(['number', [0, 1, 2, 3], frame, frame + 5000, frame + 5000, 'TimeoutError', true]);
  });

  it('finds a deadlock', async () => {
    const message = await opened.page.evaluate(async () => {
      const { rxtasks, testing } = (globalThis as unknown as { library: Library }).library;
      const running = testing.runVirtual(async () => {
        await rxtasks.sleep(10);
        await new Promise(() => {});
      });
      return await running.then(String, String);
    });
    expect(message).toMatch(/^DeadlockError: deadlock at 10 ms.*\n\n {2}'main' {2}waits for a promise/);
  });
});

interface Library {
  readonly rxtasks: typeof import('rxtasks');
  readonly testing: typeof import('rxtasks/testing');
  readonly rxjs: typeof import('rxjs');
}
