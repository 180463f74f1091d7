import path from 'node:path';
import workerThreads from 'node:worker_threads';
import {
  BrokenExecutorError,
  type JobExecutor,
  type JobOptions,
  ProcessPoolExecutor,
  ThreadPoolExecutor,
  remote,
} from 'rxtasks/executors';
import { type ExceptionContext, type Task, getEventLoop } from 'rxtasks';
import { type Ended, runScenario } from '../support/scenario.js';
import { workUrl } from '../support/work.js';

const jobs = remote<typeof import('../work/jobs.js')>(workUrl('jobs'));
const PATIENCE = 60_000;

interface Kind {
  readonly worker: 'thread' | 'process';
  readonly make: (options?: JobOptions & { maxWorkers?: number }) => JobExecutor;
  /** One whose workers have little memory. */
  readonly small: () => JobExecutor;
  /** How little memory is noticed. */
  readonly full: object;
}

const kinds: Kind[] = [
  {
    worker: 'thread',
    make: (options) => new ThreadPoolExecutor({ maxWorkers: 1, grace: 100, ...options }),
    small: () => new ThreadPoolExecutor({ maxWorkers: 1, resourceLimits: { maxOldGenerationSizeMb: 16 } }),
    full: { kind: 'memory', cause: expect.objectContaining({ code: 'ERR_WORKER_OUT_OF_MEMORY' }) },
  },
  {
    worker: 'process',
    make: (options) => new ProcessPoolExecutor({ maxWorkers: 1, grace: 100, ...options }),
    small: () => new ProcessPoolExecutor({ maxWorkers: 1, execArgv: ['--max-old-space-size=32'] }),
    full: { kind: 'memory', signal: 'SIGABRT' },
  },
];

describe.each(kinds)('A lost $worker', ({ worker, make, small, full }) => {
  let pool: JobExecutor;

  beforeAll(() => {
    pool = make();
  });

  afterEach(async () => {
    expect(await pool.submit(jobs.add, 1, 2)).toBe(3);
  }, PATIENCE);

  afterAll(() => pool.shutdown());

  it(
    'by process.exit: the error has the exit code',
    async () => {
      const error = await brokenBy(pool.submit(jobs.exit, 7));
      expect(error).toMatchObject({ kind: 'exit', exitCode: 7, signal: undefined });
      expect(error.message).toBe(`the ${worker} exited with code 7 while 'exit' ran in it`);
      expect(error.stack).toContain('faults.all.spec.ts');
      expect(await brokenBy(pool.submit(jobs.exit, 0))).toMatchObject({ kind: 'exit', exitCode: 0 });
    },
    PATIENCE,
  );

  it(
    'what it reported before arrives',
    async () => {
      const task = pool.submit((task: { report(value: number): void }) => {
        for (let i = 0; i < 100; i++) task.report(i);
        return new Promise((resolve) => setTimeout(() => resolve(process.exit(1)), 10));
      });
      const seen: unknown[] = [];
      task.progress$.subscribe((value) => seen.push(value));
      await brokenBy(task);
      expect(seen).toEqual([...Array(100).keys()]);
    },
    PATIENCE,
  );

  it.each([
    ['an error thrown aside', jobs.failAside, 'aside'],
    ['a rejection that nobody handles', jobs.rejectAside, 'aside, by promise'],
  ])(
    'by %s: the error has it as its cause',
    async (_what, fn, message) => {
      const error = await brokenBy(pool.submit(fn));
      expect(error).toMatchObject({ kind: 'uncaught', cause: expect.objectContaining({ message }) });
      expect(error.cause).toBeInstanceOf(Error);
      expect((error.cause as Error).stack).toMatch(/work\/jobs/);
      expect(error.message).toBe(`an error that nobody caught ended the ${worker} while '${fn.name}' ran in it`);
    },
    PATIENCE,
  );

  if (worker === 'process') {
    it(
      'for lack of memory: the error says so, and the next job gets another',
      async () => {
        await using tight = small();
        const fill = () => {
          process.getBuiltinModule('node:fs').closeSync(2); // Jest takes what V8 says there for its own end
          const kept: unknown[] = [];
          for (;;) kept.push(new Array(100).fill(kept.length)); // a big piece too many would end the process of a thread
        };
        const lost = tight.submit(fill);
        const next = tight.submit((n: number) => n + 1, 1);
        expect(await brokenBy(lost)).toMatchObject(full);
        expect(await next).toBe(2);
      },
      PATIENCE,
    );
  }

  it.each([
    ['an error', jobs.failLater, 'too late'],
    ['a rejection', jobs.rejectLater, 'too late, by promise'],
  ])(
    'by %s of a job that had ended: the one that runs fails, naming the earlier one',
    async (_what, fn, message) => {
      expect(await pool.submit(fn, 20)).toBe('returned');
      const task = pool.submit(jobs.hold, 10_000);
      const error = await brokenBy(task);
      expect(error).toMatchObject({ kind: 'uncaught', cause: expect.objectContaining({ message }) });
      expect(error.message).toMatch(
        new RegExp(`a late error of the earlier job '${fn.name}' .* ended the ${worker} in which 'hold' .* ran`),
      );
      expect(error.message).toContain('idempotent: true');
    },
    PATIENCE,
  );

  it(
    'by a late error: a job that may run twice is started again, with its arguments, also large ones',
    async () => {
      const idempotent = pool.with({ idempotent: true });
      for (const size of [10, 200_000]) {
        expect(await pool.submit(jobs.failLater, 10)).toBe('returned');
        const slowLength = (bytes: Uint8Array) =>
          new Promise<number>((resolve) => setTimeout(resolve, 50, bytes.length));
        expect(await idempotent.submit(slowLength, new Uint8Array(size))).toBe(size);
      }
    },
    PATIENCE,
  );

  it(
    'by a late error while a cancelled job cleans up: that one ends cancelled, and is not started again',
    async () => {
      expect(await pool.submit(jobs.failLater, 30)).toBe('returned');
      const task = pool.with({ idempotent: true, grace: 5000 }).submit(jobs.cleanUp, 2000);
      await running(task);
      task.cancel();
      await expect(task).rejects.toMatchObject({ name: 'CancelledError' });
    },
    PATIENCE,
  );

  it(
    'an error that a cancelled job leaves behind, and that comes in the turn after it, harms no other job',
    async () => {
      const leaveError = async (task: { signal: AbortSignal; report(value: string): void }) => {
        task.report('running');
        await new Promise((resolve) => task.signal.addEventListener('abort', resolve));
        setImmediate(() => {
          throw new Error('left behind');
        });
        throw task.signal.reason;
      };
      for (let i = 0; i < 5; i++) {
        const task = pool.with({ grace: 5000 }).submit(leaveError);
        await running(task);
        const next = pool.submit(jobs.add, i, 1);
        task.cancel();
        await expect(task).rejects.toMatchObject({ name: 'CancelledError' });
        expect(await next).toBe(i + 1);
      }
    },
    PATIENCE,
  );

  it(
    'by a recipe: its late error is known to be its own',
    async () => {
      await pool.submit(jobs.recipeThatFailsLater, 20);
      const error = await brokenBy(pool.submit(jobs.hold, 10_000));
      expect(error.message).toContain("a late error of the earlier job 'recipeThatFailsLater'");
    },
    PATIENCE,
  );

  it(
    'and all others at once: what waits runs in new ones',
    async () => {
      await using many = make({ maxWorkers: 3 });
      const lost = Array.from({ length: 3 }, () => many.submit(jobs.exit, 1));
      const waiting = Array.from({ length: 12 }, (_, i) => many.submit(jobs.add, i, 1));
      const late = lost.map((task) => brokenBy(task));
      expect(await Promise.all(waiting)).toEqual(waiting.map((_, i) => i + 1));
      expect(await Promise.all(late)).toHaveLength(3);
    },
    PATIENCE,
  );

  it(
    'again and again: each job has its own error',
    async () => {
      await using many = make({ maxWorkers: 2 });
      const lost = Array.from({ length: 6 }, (_, i) => many.submit(jobs.exit, i + 1));
      const errors = await Promise.all(lost.map(brokenBy));
      expect(errors.map((error) => error.exitCode)).toEqual([1, 2, 3, 4, 5, 6]);
    },
    PATIENCE,
  );
});

describe('A lost thread', () => {
  it(
    'for lack of memory: the error says so, and the next job gets another, unless V8 ends the whole process',
    async () => {
      const file = path.join(__dirname, 'full-thread.scenario.ts');
      let ended: Ended;
      let attempts = 0;
      do ended = await runScenario(file, 'full');
      while (ended.status !== 0 && ++attempts < 10);
      expect(ended).toMatchObject({ lines: ['BrokenExecutorError memory ERR_WORKER_OUT_OF_MEMORY', 'next 2'] });
    },
    PATIENCE,
  );

  it(
    'that cannot even be started is an error of all that waits for it, and shutdown ends',
    async () => {
      // not by too little memory, which may end the whole process
      const { Worker } = workerThreads;
      class NoStart extends Worker {
        constructor(_file: string | URL, options?: workerThreads.WorkerOptions) {
          super("throw new Error('no start')", { ...options, eval: true });
        }
      }
      jest.spyOn(workerThreads, 'Worker').mockImplementation((...args) => new NoStart(...args));
      const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
      const errors = await Promise.all(Array.from({ length: 5 }, () => brokenBy(pool.submit(jobs.add, 1, 2))));
      expect(new Set(errors.map(({ kind }) => kind))).toEqual(new Set(['exit']));
      expect(errors[0]!.message).toBe('no thread can be started');
      expect(errors[0]!.cause).toMatchObject({ message: 'no start' });
      await pool.shutdown();
      jest.restoreAllMocks();
    },
    PATIENCE,
  );
});

describe('A lost process', () => {
  it(
    'that cannot even be started is an error of all that waits for it, and shutdown ends',
    async () => {
      const pool = new ProcessPoolExecutor({ maxWorkers: 2, execArgv: ['--no-such-flag-of-node'] });
      const errors = await Promise.all(Array.from({ length: 5 }, () => brokenBy(pool.submit(jobs.add, 1, 2))));
      expect(errors.map(({ kind, exitCode }) => [kind, exitCode])).toEqual(errors.map(() => ['exit', 9]));
      await pool.shutdown();
    },
    PATIENCE,
  );

  it(
    'while nothing runs in it: its error is reported, and the next job gets another process',
    async () => {
      const loop = getEventLoop();
      const reports: ExceptionContext[] = [];
      loop.setExceptionHandler((_loop, context) => void reports.push(context));
      try {
        await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
        const before = await pool.submit(jobs.processId);
        await pool.submit(jobs.failLater, 1);
        while (reports.length === 0) await pause(5);
        expect(reports).toMatchObject([
          { kind: 'late-failure', exception: { message: 'too late' }, message: expect.stringContaining("'failLater'") },
        ]);
        expect(await pool.submit(jobs.processId)).not.toBe(before);

        const pid = await pool.submit(jobs.processId);
        process.kill(pid, 'SIGKILL');
        await pause(100);
        expect(await pool.submit(jobs.processId)).not.toBe(pid);
        expect(reports).toHaveLength(1);
      } finally {
        loop.setExceptionHandler(null);
      }
    },
    PATIENCE,
  );

  it(
    'by a signal: the error names it',
    async () => {
      await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
      for (const signal of ['SIGKILL', 'SIGTERM', 'SIGSEGV'] as const) {
        const pid = await pool.submit(jobs.processId);
        const task = pool.submit(jobs.hold, 60_000);
        await running(task);
        process.kill(pid, signal);
        expect(await brokenBy(task)).toMatchObject({
          kind: 'exit',
          signal,
          exitCode: undefined,
          message: `the process was ended by ${signal} while 'hold' ran in it`,
        });
      }
    },
    PATIENCE,
  );

  it(
    'a job that ends its own process by a signal is started again ten times, then it has failed',
    async () => {
      await using pool = new ProcessPoolExecutor({ maxWorkers: 1, execArgv: ['--no-warnings'] });
      const killItself = (task: { report(value: number): void }) => {
        task.report(process.pid);
        setTimeout(() => process.kill(process.pid, 'SIGKILL'), 5);
        return new Promise(() => {});
      };
      const task = pool.with({ idempotent: true }).submit(killItself);
      const pids = new Set<unknown>();
      task.progress$.subscribe((pid) => pids.add(pid));
      expect(await brokenBy(task)).toMatchObject({ kind: 'exit', signal: 'SIGKILL' });
      expect(pids.size).toBe(11);
    },
    PATIENCE,
  );

  it(
    'a hundred times, at any moment: every job ends, and those that may run twice succeed',
    async () => {
      await using pool = new ProcessPoolExecutor({ maxWorkers: 3 });
      const fn = (n: number, task: { report(value: number): void }) => {
        task.report(process.pid);
        return new Promise((resolve) => setTimeout(resolve, n % 5, { n }));
      };
      const pids = new Set<number>();
      const outcomes: Promise<unknown>[] = [];
      let open = 0;
      let number = 0;
      const submit = (idempotent: boolean) => {
        const n = number++;
        const task = pool.with({ idempotent }).submit(fn, n);
        task.progress$.subscribe((pid) => pids.add(pid));
        open++;
        outcomes.push(
          task.then(
            (value) => {
              open--;
              expect(value).toEqual({ n });
            },
            (error: unknown) => {
              open--;
              expect(idempotent).toBe(false);
              expect(error).toMatchObject({ name: 'BrokenExecutorError', signal: 'SIGKILL' });
            },
          ),
        );
      };
      for (let kills = 0; kills < 100;) {
        while (open < 9) submit(open % 3 > 0);
        const before = number - open;
        while (number - open === before) await pause(1); // so that the same job is not met again and again
        await pause(kills % 4);
        while (open < 9) submit(open % 3 > 0);
        const [pid] = pids;
        if (pid === undefined) continue;
        pids.delete(pid);
        try {
          process.kill(pid, 'SIGKILL');
          kills++;
        } catch {
          // it is one that had been killed before
        }
      }
      await Promise.all(outcomes);
      expect(number).toBeGreaterThan(100);
    },
    PATIENCE,
  );
});

async function brokenBy(task: Task<unknown>): Promise<BrokenExecutorError> {
  const outcome: unknown = await task.then(
    (value) => new Error(`expected a failure, got the value ${String(value)}`),
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(BrokenExecutorError);
  return outcome as BrokenExecutorError;
}

/** Fulfils when the job has reported something: it runs. */
function running(task: Pick<Task<unknown>, 'progress$'>): Promise<void> {
  return new Promise((resolve) => {
    task.progress$.subscribe(() => resolve());
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
