import path from 'node:path';

import { build } from 'esbuild';

import { describeWith, openPage, type OpenedPage } from '../support/servers/index.js';

describeWith({ chromium: true }, 'native Observables in Chromium', () => {
  let opened: OpenedPage;

  beforeAll(async () => {
    const root = path.join(__dirname, '../..');
    const { outputFiles } = await build({
      entryPoints: [path.join(root, 'lib/index.ts')],
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'rxtasks',
      external: ['rxtasks/executors'],
      logLevel: 'error',
    });
    opened = await openPage((request, response) => {
      const script = request.url === '/rxtasks.js';
      response.writeHead(200, { 'content-type': script ? 'text/javascript' : 'text/html' });
      response.end(script ? outputFiles[0]!.contents : '<!doctype html><script src="/rxtasks.js"></script>');
    });
  });

  afterAll(async () => {
    await opened.close();
  });

  /** Runs a text in the page, where the library is `rxtasks`. */
  function inPage<T>(text: string): Promise<T> {
    return opened.page.evaluate<T>(`(async () => { ${text} })()`);
  }

  it('are sources: each value is progress, the last one the result', async () => {
    const found = await inPage(`
      const { createTask, resultOf } = rxtasks;
      const source = new Observable((subscriber) => {
        for (const n of [1, 2, 3]) subscriber.next(n);
        subscriber.complete();
      });
      const progress = [];
      const task = createTask(source);
      task.progress$.subscribe((n) => progress.push(n));
      return { native: /native/.test(Observable.toString()), result: await task, progress, mapped: await resultOf(source.map((n) => n * 2)) };
    `);
    expect(found).toEqual({ native: true, result: 3, progress: [1, 2, 3], mapped: 6 });
  });

  it('of events are left when the task is cancelled', async () => {
    const found = await inPage(`
      const { createTask, isCancelled, sleep } = rxtasks;
      const button = new EventTarget();
      const seen = [];
      const task = createTask(button.when('click').map((event) => event.type));
      task.progress$.subscribe((type) => seen.push(type));
      await sleep(1);
      button.dispatchEvent(new Event('click'));
      task.cancel('enough');
      const error = await task.catch((reason) => reason);
      button.dispatchEvent(new Event('click'));
      return { seen, cancelled: isCancelled(error), message: error.message };
    `);
    expect(found).toEqual({ seen: ['click'], cancelled: true, message: 'enough' });
  });

  it('fail the task, and are made of what await gives', async () => {
    const found = await inPage(`
      const { createTask, sleep } = rxtasks;
      const failing = new Observable((subscriber) => subscriber.error(new Error('boom')));
      return {
        failure: await createTask(failing).catch(String),
        back: await Observable.from(createTask(sleep(1, 'a result')).then()).toArray(),
      };
    `);
    expect(found).toEqual({ failure: 'Error: boom', back: ['a result'] });
  });

  it('are torn down by operators that own what they run', async () => {
    const found = await inPage(`
      const { createTask, sleep, withTimeout } = rxtasks;
      const events = [];
      const endless = new Observable((subscriber) => subscriber.addTeardown(() => events.push('torn down')));
      try {
        await withTimeout(5, () => createTask(endless));
      } catch (error) {
        events.push(error.name);
      }
      return events;
    `);
    expect(found).toEqual(['torn down', 'TimeoutError']);
  });
});
