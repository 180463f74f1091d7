import path from 'node:path';

import { build } from 'esbuild';

import { type PlatformObservable, createTask, resultOf, run, sleep } from 'rxtasks';
import { describeWith, openPage, type OpenedPage } from '../support/servers/index.js';
import { errorOf, runVirtual, thrownBy } from '../support/virtual.js';
import { runProgram } from './run-program.js';

describe('Observables of RxJS 9', () => {
  let found: Record<string, unknown>;

  beforeAll(async () => {
    found = await runProgram('rxjs-9');
  }, 30_000);

  it('are sources, cold or of the platform: each value is progress, the last one the result', () => {
    expect(found).toMatchObject({ progress: [1, 2, 3], result: 3, platform: 3, together: [3, 3], synchronous: 2 });
    expect((found['events'] as string[]).slice(0, 2)).toEqual(['cold torn down after 3', 'platform torn down after 3']);
  });

  it('are torn down when the task is cancelled', () => {
    expect(found['cancelled']).toEqual([true, 'CancelledError: enough']);
    expect(found['events']).toContain('stopped');
  });

  it('fail the task with their error, and with EmptyError if they have no value', () => {
    expect(found).toMatchObject({ failure: 'Error: boom', empty: true });
  });

  it('are made of what await gives, and of progress', () => {
    expect(found).toMatchObject({ back: ['a result'], backAgain: [1, 2, 3] });
  });
});

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
  }, 30_000);

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

describe('what looks like an Observable of the platform', () => {
  /** As small as it may be. */
  function fake(subscribe: PlatformObservable<string>['subscribe']): PlatformObservable<string> {
    return { subscribe, takeUntil: () => {} };
  }

  it('is one, by its subscribe and takeUntil; the signal it gets is aborted by a cancellation', () =>
    runVirtual(function* () {
      let signal: AbortSignal | undefined;
      const task = createTask(
        fake((observer, options) => {
          observer.next('value');
          signal = options.signal;
        }),
      );
      yield* sleep(1);
      expect(signal?.aborted).toBe(false);
      task.cancel();
      expect(yield* errorOf(task)).toMatchObject({ name: 'CancelledError' });
      expect(signal?.aborted).toBe(true);
    }));

  it('fails the task if its subscribe throws', () =>
    runVirtual(function* () {
      const boom = new Error('boom');
      const task = createTask(
        fake(() => {
          throw boom;
        }),
      );
      expect(yield* errorOf(task)).toBe(boom);
    }));

  it('is none without takeUntil: clients of message brokers subscribe too', () => {
    expect(String(thrownBy(() => createTask({ subscribe: () => {} } as never)))).toMatch(
      /^TypeError: createTask\(source\)/,
    );
    expect(String(thrownBy(() => run(resultOf({ subscribe: 5, takeUntil: () => {} } as never))))).toMatch(/^TypeError/);
  });
});
