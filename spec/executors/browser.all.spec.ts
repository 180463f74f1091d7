import * as ofNode from 'rxtasks/executors';

import { describeWith } from '../support/servers/index.js';
import { LibraryPage } from './browser/in-page.js';

type Jobs = typeof import('../work/jobs.js');
type Work = typeof import('../work/browser.js');

jest.setTimeout(30_000); // a browser has more to do than these specs, on a busy machine

/** What is given to `page.run` runs in the page: it sees its parameters and globals only. */
describeWith({ chromium: true }, 'rxtasks/executors in a browser', () => {
  let page: LibraryPage;

  beforeAll(async () => {
    page = await LibraryPage.open();
  });

  afterAll(async () => {
    await page[Symbol.asyncDispose]();
  });

  afterEach(async () => {
    await noWorkersIn(page);
    expect(page.opened.errors).toEqual([]);
  });

  it('has the names that it has in Node', async () => {
    const names = await page.run(({ executors }) => Object.keys(executors));
    expect(names.sort()).toEqual(Object.keys(ofNode).sort());
  });

  describe('results', () => {
    it('runs functions by their sources and functions of modules in workers', async () => {
      const results = await page.run(async ({ ThreadPoolExecutor, remote }, { workUrl }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
        const { add } = remote<Jobs>(workUrl('jobs'));
        const inWorker = () => 'WorkerGlobalScope' in self;
        const named = function add(a: number, b: number) {
          return Promise.resolve(a + b);
        };
        const tasks = [pool.submit(add, 1, 2), pool.submit(named, 3, 4), pool.submit(inWorker)] as const;
        const values = await Promise.all(tasks);
        await pool.shutdown();
        return [...values, ...tasks.map(({ name }) => name)];
      });
      expect(results).toEqual([3, 7, true, 'add', 'add', 'inWorker']);
    });

    it('runs as many jobs at a time as there are workers, the others in the order of the calls', async () => {
      const result = await page.run(async ({ ThreadPoolExecutor }, { sleep }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
        const started: number[] = [];
        const untilAsked = (id: number, { signal, report }: { signal: AbortSignal; report(value: number): void }) =>
          new Promise<number>((resolve) => {
            signal.onabort = () => resolve(id);
            report(id);
          });
        const tasks = [0, 1, 2, 3].map((id) => pool.submit(untilAsked, id));
        for (const task of tasks) task.progress$.subscribe((id) => started.push(id));
        const have = async (count: number) => {
          while (started.length < count) await sleep(1);
        };
        await have(2);
        const first = [...started].sort();
        tasks[1]!.cancel();
        await have(3);
        tasks[2]!.cancel();
        await have(4);
        const others = started.slice(2);
        for (const task of tasks) task.cancel();
        const values = await Promise.all(tasks);
        await pool.shutdown();
        return { first, others, values };
      });
      expect(result).toEqual({ first: [0, 1], others: [2, 3], values: [0, 1, 2, 3] });
    });

    it('has as many workers as the machine has processors, unless told otherwise', async () => {
      const { workers, processors } = await page.run(async ({ ThreadPoolExecutor }) => {
        const pool = new ThreadPoolExecutor();
        const threads = new Set<string>();
        const where = () => {
          const scope = self as unknown as { id?: string };
          scope.id ??= crypto.randomUUID();
          return new Promise<string>((resolve) => setTimeout(resolve, 100, scope.id));
        };
        const calls = Array.from({ length: navigator.hardwareConcurrency * 3 }, () => pool.submit(where));
        for (const call of calls) threads.add(await call);
        await pool.shutdown();
        return { workers: threads.size, processors: navigator.hardwareConcurrency };
      });
      expect(workers).toBe(processors);
    });

    it('copies arguments at the call', async () => {
      const result = await page.run(async ({ ThreadPoolExecutor }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        const list = [1, 2, 3];
        const task = pool.submit(
          (numbers: number[], map: Map<string, Date>) => [numbers.length, map.size],
          list,
          new Map([['a', new Date()]]),
        );
        list.push(4);
        const value = await task;
        await pool.shutdown();
        return value;
      });
      expect(result).toEqual([3, 1]);
    });

    it('hands over arguments and results that are marked', async () => {
      const result = await page.run(async ({ ThreadPoolExecutor, transfer }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        const bytes = new Uint8Array([1, 2, 3]);
        const { doubled, left } = await pool.submit(
          (taken: Uint8Array, task: { transfer<T extends object>(value: T, list: Transferable[]): T }) => {
            const result = { doubled: taken.map((each) => each * 2), left: -1 };
            setTimeout(() => ((self as unknown as { left: number }).left = result.doubled.byteLength), 10);
            return task.transfer(result, [result.doubled.buffer]);
          },
          transfer(bytes, [bytes.buffer]),
        );
        const leftThere = await pool.submit(
          () =>
            new Promise<number>((resolve) => setTimeout(() => resolve((self as unknown as { left: number }).left), 50)),
        );
        await pool.shutdown();
        return { doubled: [...doubled], left, leftHere: bytes.byteLength, leftThere };
      });
      expect(result).toEqual({ doubled: [2, 4, 6], left: -1, leftHere: 0, leftThere: 0 });
    });

    it('carries context variables, and runs coroutines that a function gives', async () => {
      const result = await page.run(async ({ ThreadPoolExecutor, ContextVar, remote }, { workUrl }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        const user = new ContextVar<string>('user');
        const token = user.set('ada');
        const task = pool.submit(remote<Work>(workUrl('browser')).whoIsUser);
        user.reset(token);
        const seen: unknown[] = [];
        task.progress$.subscribe((value) => seen.push(value));
        seen.push(await task);
        await pool.shutdown();
        return seen;
      });
      expect(result).toEqual(['ada']);
    });

    it('does 10,000 jobs', async () => {
      const sum = await page.run(async ({ ThreadPoolExecutor }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
        const tasks = Array.from({ length: 10_000 }, (_, i) => pool.submit((n: number) => n, i));
        let total = 0;
        for (const task of tasks) total += await task;
        await pool.shutdown();
        return total;
      });
      expect(sum).toBe(49_995_000);
    });
  });

  describe('errors', () => {
    it('brings errors with class name, message, cause, own properties and both stacks', async () => {
      const error = await page.run(async ({ ThreadPoolExecutor, remote }, { workUrl, thrown }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        const { fail } = remote<Jobs>(workUrl('jobs'));
        const error = await thrown(function whoSubmits() {
          return pool.submit(fail, 'a.txt');
        });
        await pool.shutdown();
        return error!;
      });
      expect(error).toMatchObject({
        name: 'HashError',
        type: 'HashError',
        message: 'cannot hash a.txt',
        properties: { file: 'a.txt' },
        cause: { name: 'RangeError', type: 'RangeError', message: 'too long' },
      });
      expect(error.stack).toMatch(/at fail \(.*jobs\.js:\d+:\d+\)\n(?!.*jobs\/worker)/);
      expect(error.stack).toContain('whoSubmits');
      expect(error.stack).not.toContain('/jobs/worker/');
    });

    it('refuses an argument that cannot be copied, at the call, and names it', async () => {
      const error = await page.run(async ({ ThreadPoolExecutor }, { thrown }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        let task: unknown;
        const error = await thrown(
          () => (task = pool.submit((a: object, b: object) => [a, b], {}, { at: [document.body] })),
        );
        await pool.shutdown();
        return { ...error!, task: task === undefined };
      });
      expect(error).toMatchObject({ name: 'DataCloneError', type: 'DOMException', task: true });
      expect(error.message).toContain('argument 2.at[0] is a HTMLBodyElement, which cannot be copied');
    });

    it('fails for a result and throws at a report that cannot be copied; the worker goes on', async () => {
      const result = await page.run(async ({ ThreadPoolExecutor, remote }, { workUrl, thrown }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        const { giveFunction, add } = remote<Jobs>(workUrl('jobs'));
        const error = await thrown(() => pool.submit(giveFunction));
        const atReport = await pool.submit(({ report }: { report(value: unknown): void }) => {
          try {
            report(() => {});
            return 'reported';
          } catch (error) {
            return (error as Error).name;
          }
        });
        const next = await pool.submit(add, 1, 2);
        await pool.shutdown();
        return { error: error!, atReport, next };
      });
      expect(result).toMatchObject({ error: { name: 'DataCloneError' }, atReport: 'DataCloneError', next: 3 });
      expect(result.error.message).toContain("the result of 'giveFunction' cannot be copied");
    });

    it('fails for a module that does not exist, and for an export that is missing or no function', async () => {
      const messages = await page.run(async ({ ThreadPoolExecutor, remote }, { workUrl, thrown }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        const jobs = remote<Record<string, () => void>>(workUrl('jobs'));
        const missing = remote<Jobs>(workUrl('missing'));
        const errors = [
          await thrown(() => pool.submit(missing.nothing)),
          await thrown(() => pool.submit(jobs['nowhere']!)),
          await thrown(() => pool.submit(jobs['notAFunction']!)),
        ];
        await pool.shutdown();
        return errors.map((error) => [
          error!.name,
          error!.message.replace(location.origin, ''),
          error!.cause?.message ?? '',
        ]);
      });
      expect(messages).toEqual([
        [
          'RuntimeError',
          "remote('/spec/work/missing.js').nothing: the module cannot be loaded",
          expect.stringContaining('missing.js') as string,
        ],
        ['RuntimeError', expect.stringMatching(/got no such export; its functions: .*\badd\b/) as string, ''],
        ['RuntimeError', expect.stringMatching(/got number; its functions: .*\badd\b/) as string, ''],
      ]);
    });

    it.each([
      ['a name of the page', '() => (Math.random() > 2 ? document.title : 1)', "uses 'document'"],
      ['a name in an untaken branch', '() => { if (false) return outside; }', "uses 'outside'"],
      ['typeof of a name', "() => typeof outside === 'undefined'", "uses 'outside'"],
      ['a name in try', '() => { try { outside(); } catch {} }', "uses 'outside'"],
      ['a name of Node', '() => process.pid', "uses 'process'"],
      ['another name of Node', "() => Buffer.from('a')", "uses 'Buffer'"],
      ['require', "() => require('fs')", "loads 'fs'"],
      ["Node's modules", "() => import('node:fs')", "loads 'node:fs'"],
      ['a file beside', "() => import('./work.js')", "loads './work.js'"],
      ['direct eval', "() => eval('1')", "uses 'eval'"],
      ['a class', 'class A {}', 'class'],
      ['a generator', 'function* () {}', 'generator'],
    ])('refuses by source: %s', async (_, source, reason) => {
      const text = `async ({ ThreadPoolExecutor }, { thrown }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        const error = await thrown(() => void pool.submit(${source}));
        await pool.shutdown();
        return error;
      }`;
      const error = await page.runText<{ name: string; message: string } | null>(text);
      expect(error).toMatchObject({ name: 'TypeError', message: expect.stringContaining(reason) as string });
    });

    it('knows only names of workers that there are', async () => {
      const missing = await page.run(async ({ ThreadPoolExecutor, globalsOf }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        const names = await pool.submit((all: string[]) => all.filter((name) => !(name in self)), [...globalsOf(null)]);
        await pool.shutdown();
        return names;
      });
      // a page that is not isolated from others has that only as the constructor of what WebAssembly shares
      expect(missing).toEqual(['SharedArrayBuffer']);
    });
  });

  describe('cancelling', () => {
    it('removes a job that waits: it never starts', async () => {
      const result = await page.run(async ({ ThreadPoolExecutor, remote }, { workUrl }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        const { nap } = remote<Jobs>(workUrl('jobs'));
        const mark = () => void ((self as unknown as { marked: boolean }).marked = true);
        const first = pool.submit(nap, 50);
        const second = pool.submit(mark);
        const before = second.cancel('not needed');
        await Promise.allSettled([second]);
        const firstPending = !first.done();
        await first;
        const marked = await pool.submit(() => (self as unknown as { marked?: boolean }).marked ?? false);
        await pool.shutdown();
        return { before, cancelled: second.cancelled(), firstPending, marked };
      });
      expect(result).toEqual({ before: true, cancelled: true, firstPending: true, marked: false });
    });

    it('asks a job that runs, with the reason; its clean-up is waited for, and its reports are heard', async () => {
      const result = await page.run(async ({ ThreadPoolExecutor, remote }, { workUrl, thrown }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        const task = pool.submit(remote<Jobs>(workUrl('jobs')).cleanUp, 20);
        const seen: unknown[] = [];
        task.progress$.subscribe((value) => {
          seen.push(value);
          if (value === 'started') task.cancel('enough');
        });
        const error = await thrown(() => task);
        const before = await pool.submit(() => 'the same worker');
        await pool.shutdown();
        return { seen, name: error!.name, message: error!.message, cancelled: task.cancelled(), before };
      });
      expect(result).toEqual({
        seen: ['started', 'cleaning', 'clean'],
        name: 'CancelledError',
        message: 'enough',
        cancelled: true,
        before: 'the same worker',
      });
    });

    it('lets a job refuse by returning', async () => {
      const value = await page.run(async ({ ThreadPoolExecutor }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        const task = pool.submit(
          (remoteTask: { signal: AbortSignal; report(value: string): void }) =>
            new Promise<string>((resolve) => {
              remoteTask.signal.onabort = () => resolve(`refused: ${(remoteTask.signal.reason as Error).message}`);
              remoteTask.report('ready');
            }),
        );
        task.progress$.subscribe(() => task.cancel('please'));
        const value = await task;
        await pool.shutdown();
        return value;
      });
      expect(value).toBe('refused: please');
    });

    it('kills a job that computes and never lets go, after the grace; the next job has a new worker', async () => {
      const result = await page.run(async ({ ThreadPoolExecutor, remote }, { workUrl }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1, grace: 50 });
        const task = pool.submit((remoteTask: { report(value: string): void }) => {
          (self as unknown as { used: boolean }).used = true;
          remoteTask.report('started');
          for (;;);
        });
        const next = pool.submit(() => (self as unknown as { used?: boolean }).used ?? 'new');
        let graceful = false;
        task.progress$.subscribe(() => {
          setTimeout(() => (graceful = true), 40);
          task.cancel();
        });
        await Promise.allSettled([task]);
        const worker = await next;
        const { add } = remote<Jobs>(workUrl('jobs'));
        const sum = await pool.submit(add, 1, 2);
        await pool.shutdown();
        return { cancelled: task.cancelled(), graceful, worker, sum };
      });
      expect(result).toEqual({ cancelled: true, graceful: true, worker: 'new', sum: 3 });
    });

    it('kills a job that waits and does not listen, after the grace, also while its worker starts', async () => {
      const result = await page.run(async ({ ThreadPoolExecutor, remote }, { workUrl }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1, grace: 20 });
        const task = pool.submit(remote<Jobs>(workUrl('jobs')).stubborn, 60_000);
        await Promise.resolve();
        task.cancel();
        await Promise.allSettled([task]);
        await pool.shutdown();
        return task.cancelled();
      });
      expect(result).toBe(true);
    });

    it('does nothing to a job that has ended, nor to the next one', async () => {
      const result = await page.run(async ({ ThreadPoolExecutor, remote }, { workUrl }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        const { add, nap } = remote<Jobs>(workUrl('jobs'));
        const task = pool.submit(add, 1, 2);
        const value = await task;
        const next = pool.submit(nap, 20);
        const asked = task.cancel();
        const slept = await next;
        await pool.shutdown();
        return { value, asked, slept };
      });
      expect(result).toEqual({ value: 3, asked: false, slept: 'slept' });
    });

    it('never harms the next job: each other one of a hundred is cancelled', async () => {
      const outcomes = await page.run(async ({ ThreadPoolExecutor, remote }, { workUrl }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 2, grace: 10_000 });
        const { nap } = remote<Jobs>(workUrl('jobs'));
        const tasks = Array.from({ length: 100 }, (_, i) => {
          const task = pool.submit(nap, i % 5);
          if (i % 2 === 1) setTimeout(() => task.cancel(), i);
          return task;
        });
        await Promise.allSettled(tasks);
        await pool.shutdown();
        return tasks.filter((_, i) => i % 2 === 0).map((task) => (task.cancelled() ? 'cancelled' : task.result()));
      });
      expect(outcomes).toEqual(Array.from({ length: 50 }, () => 'slept'));
    });

    it('ends by a timeout as by a cancel, and not at all behind shield', async () => {
      const result = await page.run(async ({ ThreadPoolExecutor, remote, waitFor, shield }, { workUrl, thrown }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
        const { nap } = remote<Jobs>(workUrl('jobs'));
        const late = pool.submit(nap, 60_000);
        const timeout = await thrown(() => waitFor(late, 20));
        const task = pool.submit(nap, 100);
        const behind = await thrown(() => waitFor(shield(task), 20));
        const value = await task;
        await pool.shutdown();
        return [timeout!.name, late.cancelled(), behind!.name, value];
      });
      expect(result).toEqual(['TimeoutError', true, 'TimeoutError', 'slept']);
    });
  });

  describe('progress', () => {
    it('comes in order, and all of it before the result', async () => {
      const result = await page.run(async ({ ThreadPoolExecutor, remote }, { workUrl }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        const task = pool.submit(remote<Jobs>(workUrl('jobs')).count, 1000);
        const seen: unknown[] = [];
        task.progress$.subscribe({
          next: (value) => seen.push(value),
          complete: () => seen.push('end'),
        });
        seen.push(await task);
        await pool.shutdown();
        return seen;
      });
      expect(result.slice(0, 1000)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
      expect(result.slice(1000).sort()).toEqual([1000, 'end']);
    });
  });

  describe('map', () => {
    it('takes no more of endless items than it may be ahead; leaving the loop cancels what runs', async () => {
      const result = await page.run(async ({ ThreadPoolExecutor }, { sleep }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
        let taken = 0;
        let closed = false;
        function* endless() {
          try {
            for (;;) yield taken++;
          } finally {
            closed = true;
          }
        }
        const values: number[] = [];
        let atMost = 0;
        for await (const value of pool.map((n: number) => n * n, endless(), { concurrency: 3 })) {
          await sleep(5);
          atMost = Math.max(atMost, taken - values.length);
          values.push(value);
          if (values.length === 10) break;
        }
        await pool.shutdown();
        return { values, atMost, closed };
      });
      expect(result).toEqual({ values: [0, 1, 4, 9, 16, 25, 36, 49, 64, 81], atMost: 3, closed: true });
    });

    it('throws the first failure in its place', async () => {
      const result = await page.run(async ({ ThreadPoolExecutor }, { thrown }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
        const values: number[] = [];
        const work = (n: number) => {
          if (n === 2) throw new RangeError('two');
          return n;
        };
        const error = await thrown(async () => {
          for await (const value of pool.map(work, [0, 1, 2, 3])) values.push(value);
        });
        await pool.shutdown();
        return { values, error: `${error!.name}: ${error!.message}` };
      });
      expect(result).toEqual({ values: [0, 1], error: 'RangeError: two' });
    });
  });

  describe('shutdown', () => {
    it('waits for all jobs, refuses new ones, and leaves no worker', async () => {
      const during = page.workers;
      const result = await page.run(async ({ ThreadPoolExecutor, remote }, { workUrl, thrown }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        const { nap } = remote<Jobs>(workUrl('jobs'));
        const tasks = [pool.submit(nap, 20), pool.submit(nap, 20)];
        const closing = pool.shutdown();
        const refused = await thrown(() => pool.submit(nap, 1));
        await closing;
        return { done: tasks.map((task) => task.done()), refused: refused!.name };
      });
      expect(during).toBe(0);
      expect(result).toEqual({ done: [true, true], refused: 'RuntimeError' });
    });

    it('returns at once if asked to, and cancels what waits if asked to; what runs goes on', async () => {
      const result = await page.run(async ({ ThreadPoolExecutor, remote }, { workUrl }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        const { nap } = remote<Jobs>(workUrl('jobs'));
        const [running, waiting] = [pool.submit(nap, 50), pool.submit(nap, 50)];
        await pool.shutdown({ wait: false, cancelPending: true });
        const pending = !running.done();
        await Promise.allSettled([running, waiting]);
        await pool.shutdown();
        return { pending, value: running.result(), cancelled: waiting.cancelled() };
      });
      expect(result).toEqual({ pending: true, value: 'slept', cancelled: true });
    });

    it('happens at the end of run() to the default pool, which toThread and runInExecutor share', async () => {
      const { same, seen } = await page.run(async ({ run, toThread, getRunningLoop, createTask }) => {
        const seen: unknown[] = [];
        const same = await run(function* () {
          const where = () => {
            const scope = self as unknown as { id?: string };
            return (scope.id ??= crypto.randomUUID());
          };
          const first = yield* getRunningLoop().runInExecutor(null, where);
          const ids = new Set<string>();
          for (let i = 0; i < 5; i++) ids.add(yield* toThread(where));
          const task = createTask(
            toThread((n: number, { report }: { report(value: number): void }) => {
              report(n);
              return n + 1;
            }, 1),
          );
          task.progress$.subscribe((value) => seen.push(value));
          seen.push(yield* task);
          return ids.has(first) && ids.size === 1;
        });
        return { same, seen };
      });
      expect(same).toBe(true);
      expect(seen).toEqual([1, 2]);
    });
  });

  describe('errors that nobody caught', () => {
    it.each(['failAside', 'rejectAside'] as const)('end the worker and its job: %s', async (name) => {
      const text = `async ({ ThreadPoolExecutor, remote }, { workUrl, thrown }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        const error = await thrown(() => pool.submit(remote(workUrl('browser')).${name}));
        const next = await pool.submit((a, b) => a + b, 1, 2);
        await pool.shutdown();
        return { error, next };
      }`;
      expect(await page.runText(text)).toMatchObject({
        error: {
          name: 'BrokenExecutorError',
          type: 'BrokenExecutorError',
          message: `an error that nobody caught ended the worker while '${name}' ran in it`,
          properties: { kind: 'uncaught' },
          cause: { name: 'Error', message: 'aside' },
        },
        next: 3,
      });
    });

    it('are told to the exception handler if no job runs', async () => {
      const told = await page.run(async ({ ThreadPoolExecutor, remote, getEventLoop }, { workUrl }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        const loop = getEventLoop();
        const told = new Promise<string[]>((resolve) =>
          loop.setExceptionHandler((_loop, { kind, message, exception }) =>
            resolve([String(kind), message, (exception as Error).message]),
          ),
        );
        const value = await pool.submit(remote<Jobs>(workUrl('jobs')).failLater, 10);
        const heard = await told;
        loop.setExceptionHandler(null);
        const next = await pool.submit(() => 'next');
        await pool.shutdown();
        return [value, ...heard, next];
      });
      expect(told).toEqual([
        'returned',
        'late-failure',
        "an error that nobody caught, of the job 'failLater' that had ended, ended its worker",
        'too late',
        'next',
      ]);
    });

    it('end a later job, and say that they may be of an earlier one', async () => {
      const error = await page.run(async ({ ThreadPoolExecutor, remote }, { workUrl, thrown }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        const { rejectLater, nap } = remote<Jobs>(workUrl('jobs'));
        await pool.submit(rejectLater, 30);
        const error = await thrown(() => pool.submit(nap, 60_000));
        await pool.shutdown();
        return error!;
      });
      expect(error).toMatchObject({
        name: 'BrokenExecutorError',
        properties: { kind: 'uncaught' },
        cause: { message: 'too late, by promise' },
      });
      expect(error.message).toMatch(/of 'nap' \(number 2\) or of an earlier job.*idempotent/);
    });

    it('let a job that may run twice start again, once', async () => {
      const result = await page.run(async ({ ThreadPoolExecutor, remote }, { workUrl, thrown }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        const { failLater, failAside } = remote<Jobs>(workUrl('jobs'));
        const twice = pool.with({ idempotent: true });
        await pool.submit(failLater, 30);
        const starts: unknown[] = [];
        const task = twice.submit(async (ms: number, { report }: { report(value: string): void }) => {
          report('started');
          await new Promise((resolve) => setTimeout(resolve, ms));
          return 'done';
        }, 100);
        task.progress$.subscribe((value) => starts.push(value));
        const value = await task;
        // its own fault: the second try is in a worker that has had other jobs, or in a new one
        const error = await thrown(() => twice.submit(failAside));
        await pool.shutdown();
        return { value, starts, error: error!.name };
      });
      expect(result).toEqual({ value: 'done', starts: ['started', 'started'], error: 'BrokenExecutorError' });
    });

    it('a worker that closes itself is an error of its job; there is a new one for the next', async () => {
      const result = await page.run(async ({ ThreadPoolExecutor }, { thrown }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        const error = await thrown(() =>
          pool.submit(function leave() {
            self.close();
            return new Promise(() => {});
          }),
        );
        const next = await pool.submit(() => 'next');
        await pool.shutdown();
        return { error: error!, next };
      });
      expect(result).toMatchObject({
        error: {
          name: 'BrokenExecutorError',
          message: "the worker of 'leave' closed itself",
          properties: { kind: 'exit' },
        },
        next: 'next',
      });
    });
  });

  describe('workers', () => {
    it('leave the channel to the page to what runs in them, too', async () => {
      const value = await page.run(async ({ ThreadPoolExecutor }) => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        const value = await pool.submit((remoteTask: { name: string }) => {
          const post = (self as unknown as Worker).postMessage.bind(self) as (message: unknown) => void;
          for (const message of [null, 'text', 1, { answer: 1 }, { report: 1 }, undefined]) post(message);
          return remoteTask.name;
        });
        await pool.shutdown();
        return value;
      });
      expect(value).toBe('anonymous');
    });

    it('can be made by the caller, as bundlers and policies may want it, and bring modules along', async () => {
      const result = await page.run(async ({ ThreadPoolExecutor, remote }, { workUrl, thrown }) => {
        let made = 0;
        const worker = () => {
          made++;
          return new Worker('/bundle/worker.js', { type: 'module' });
        };
        const pool = new ThreadPoolExecutor({ maxWorkers: 2, worker });
        const loaded = remote<Jobs>(workUrl('jobs'));
        const [brought, also] = [remote<Work>('app:work'), remote<Work>('https://work.invalid')];
        const values = await Promise.all([
          pool.submit(loaded.nap, 5),
          pool.submit(brought.half, 6),
          pool.submit(also.half, 8),
        ]);
        const missing = await thrown(() => pool.submit(remote<{ none(): void }>('app:work').none));
        await pool.shutdown();
        return { made, values, missing: missing!.message };
      });
      expect(result).toMatchObject({ made: 2, values: ['slept', 3, 4] });
      expect(result.missing).toContain(
        "remote('app:work').none: expected the module to export a function of this name",
      );
    });

    it('bring along modules under URLs only', async () => {
      const text = `async (library, { thrown }) => {
        const { provide } = await import('/lib/jobs/worker/provide.js');
        const errors = [await thrown(() => provide('work', {})), await thrown(() => provide('app:work', null))];
        return errors.map(({ name, message }) => name + ': ' + message);
      }`;
      expect(await page.runText(text)).toEqual([
        `TypeError: provide(url, module): expected a URL, such as 'app:work', got "work" (string)`,
        "TypeError: provide(url, module): expected a module (import * as work from './work.js'), got null",
      ]);
    });

    it('that cannot be started are an error of each job', async () => {
      const result = await page.run(async ({ ThreadPoolExecutor }, { thrown }) => {
        const outcomes: unknown[] = [];
        for (const worker of [
          () => new Worker('/nowhere.js', { type: 'module' }),
          () => new Worker('https://elsewhere.invalid/worker.js'),
        ]) {
          const pool = new ThreadPoolExecutor({ maxWorkers: 1, worker });
          const tasks = [pool.submit(() => 1), pool.submit(() => 2)];
          for (const task of tasks) {
            const error = await thrown(() => task);
            outcomes.push([error!.name, error!.properties['kind'], error!.message]);
          }
          await pool.shutdown();
        }
        return outcomes;
      });
      const notLoaded = expect.stringContaining('could not be started: its file cannot be loaded, ') as string;
      const notMade = expect.stringContaining('no worker can be started') as string;
      expect(result).toEqual([
        ['BrokenExecutorError', 'exit', notLoaded],
        ['BrokenExecutorError', 'exit', notLoaded],
        ['BrokenExecutorError', 'exit', notMade],
        ['BrokenExecutorError', 'exit', notMade],
      ]);
    });

    it('that never say that they are ready are given up after half a minute', async () => {
      await using patient = await LibraryPage.open();
      await patient.opened.page.clock.install();
      const outcome = patient.run(async ({ ThreadPoolExecutor }, { thrown }) => {
        const empty = URL.createObjectURL(new Blob(['// not the one'], { type: 'text/javascript' }));
        const pool = new ThreadPoolExecutor({ maxWorkers: 1, worker: () => new Worker(empty) });
        const error = await thrown(() => pool.submit(() => 1));
        await pool.shutdown();
        return error!;
      });
      await patient.opened.page.waitForEvent('worker');
      await patient.opened.page.clock.runFor(29_000);
      expect(patient.workers).toBe(1);
      await patient.opened.page.clock.runFor(1_000);
      expect(await outcome).toMatchObject({ name: 'BrokenExecutorError', properties: { kind: 'exit' } });
      await noWorkersIn(patient);
    });

    it('are not to be had by wrong options, nor are processes', async () => {
      const errors = await page.run(async ({ ThreadPoolExecutor, ProcessPoolExecutor }, { thrown }) => {
        const errors = [
          await thrown(() => new ThreadPoolExecutor({ maxWorkers: 0 })),
          await thrown(() => new ThreadPoolExecutor({ worker: '/worker.js' as never })),
          await thrown(() => new ThreadPoolExecutor({ grace: Number.NaN })),
          await thrown(() => new ProcessPoolExecutor()),
        ];
        return errors.map((error) => `${error!.name}: ${error!.message}`);
      });
      expect(errors).toEqual([
        'RangeError: new ThreadPoolExecutor(options): expected maxWorkers to be a whole number from 1, got 0',
        'TypeError: new ThreadPoolExecutor(options): expected worker to be a function that makes a Worker, got "/worker.js" (string)',
        expect.stringContaining('grace') as string,
        'RuntimeError: new ProcessPoolExecutor(options): there are no processes in a browser: use ThreadPoolExecutor',
      ]);
    });
  });

  it('has the InlineExecutor, in the page itself', async () => {
    const result = await page.run(async ({ InlineExecutor, remote }, { workUrl, thrown }) => {
      const executor = new InlineExecutor();
      const { add, fail } = remote<Jobs>(workUrl('jobs'));
      const sum = await executor.submit(add, 1, 2);
      const inPage = await executor.submit(() => 'document' in globalThis);
      const error = await thrown(() => executor.submit(fail, 'a'));
      await executor.shutdown();
      return [sum, inPage, error!.name];
    });
    expect(result).toEqual([3, true, 'HashError']);
  });

  describe('under a Content-Security-Policy without unsafe-eval', () => {
    let strict: LibraryPage;

    beforeAll(async () => {
      strict = await LibraryPage.open({ 'content-security-policy': "default-src 'self'" });
    });

    afterAll(async () => {
      await strict[Symbol.asyncDispose]();
    });

    it('runs functions of modules, and says what to do about functions by source', async () => {
      const result = await strict.run(async ({ ThreadPoolExecutor, InlineExecutor, remote }, { workUrl, thrown }) => {
        const outcomes: unknown[] = [];
        for (const executor of [new ThreadPoolExecutor({ maxWorkers: 1 }), new InlineExecutor()]) {
          const { add } = remote<Jobs>(workUrl('jobs'));
          const error = await thrown(() =>
            executor.submit(function half(n: number) {
              return n / 2;
            }, 2),
          );
          outcomes.push(error!.name, error!.message, error!.cause?.name, await executor.submit(add, 1, 2));
          await executor.shutdown();
        }
        return outcomes;
      });
      const told = [
        'RuntimeError',
        "the function 'half' was sent by its source, which the Content-Security-Policy of the worker forbids to make a " +
          "function of; allow 'unsafe-eval' there, or put the function into a module: " +
          "remote<typeof import('./work.js')>(new URL('./work.js', import.meta.url)).half",
        'EvalError',
        3,
      ];
      expect(result).toEqual([...told, ...told]);
      await noWorkersIn(strict);
    });
  });
});

/** Waits until the browser has told of the end of all workers. */
async function noWorkersIn(page: LibraryPage): Promise<void> {
  for (let tries = 0; page.workers > 0 && tries < 1000; tries++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(page.workers).toBe(0);
}
