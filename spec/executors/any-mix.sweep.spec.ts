import fc from 'fast-check';
import { allTasks, getEventLoop, isCancelled } from 'rxtasks';
import {
  BrokenExecutorError,
  InlineExecutor,
  type JobExecutor,
  ProcessPoolExecutor,
  type RemoteTask,
  ThreadPoolExecutor,
} from 'rxtasks/executors';
import { points } from '../support/sweep.js';

/** What one job does, and when it is cancelled, if it is. */
interface Plan {
  readonly does: 'returns' | 'fails' | 'waits' | 'refuses' | 'cleans up' | 'reports' | 'exits' | 'spins' | 'fails late';
  readonly ms: number;
  /** In ms after it was submitted; 0: in the same turn; null: never. */
  readonly cancel: number | null;
  readonly idempotent: boolean;
  /** In ms after the job before. */
  readonly pause: number;
}

/** The job itself: it is told what to do. */
async function work(number: number, does: Plan['does'], ms: number, task: RemoteTask<number>): Promise<number> {
  const sleep = () => new Promise((resolve) => setTimeout(resolve, ms));
  const asked = () =>
    new Promise((resolve) => {
      if (task.signal.aborted) resolve(undefined);
      task.signal.addEventListener('abort', resolve);
    });
  switch (does) {
    case 'returns':
      break;
    case 'fails':
      await sleep();
      throw new RangeError(`job ${number}`);
    case 'waits':
      await Promise.race([sleep(), asked()]);
      task.signal.throwIfAborted();
      break;
    case 'refuses':
      await sleep();
      break;
    case 'cleans up':
      await Promise.race([sleep(), asked()]);
      await sleep();
      task.signal.throwIfAborted();
      break;
    case 'reports':
      for (let i = 0; i < 50; i++) {
        task.report(i);
        if (i % 10 === ms) await sleep();
      }
      break;
    case 'exits':
      await sleep();
      process.exit(1);
      break;
    case 'spins':
      for (const end = performance.now() + ms * 10; performance.now() < end;);
      break;
    case 'fails late':
      setTimeout(() => {
        throw new Error(`late error of job ${number}`);
      }, ms);
  }
  return number;
}

const harmless = ['returns', 'fails', 'waits', 'refuses', 'cleans up', 'reports'] as const;
const harmful = [...harmless, 'exits', 'spins', 'fails late'] as const;

const plans = (does: readonly Plan['does'][]) =>
  fc.array(
    fc.record<Plan>({
      does: fc.constantFrom(...does),
      ms: fc.nat({ max: 8 }),
      cancel: fc.option(fc.nat({ max: 30 }), { nil: null }),
      idempotent: fc.boolean(),
      pause: fc.nat({ max: 3 }),
    }),
    { minLength: 1, maxLength: 14 },
  );

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs the plans; each job has to end, and in a way that its plan allows. */
async function carryOut(pool: JobExecutor, list: readonly Plan[], canBeLost: boolean): Promise<void> {
  const checks: Promise<void>[] = [];
  for (const [number, plan] of list.entries()) {
    if (plan.pause > 0) await pause(plan.pause);
    const { does, ms, cancel, idempotent } = plan;
    const task = pool.with({ idempotent }).submit(work, number, does, ms);
    const reports: number[] = [];
    task.progress$.subscribe((value) => reports.push(value));
    if (cancel === 0) task.cancel();
    else if (cancel !== null) setTimeout(() => task.cancel(), cancel);
    checks.push(
      task.then(
        (value) => {
          expect(value).toBe(number);
          expect(['fails', 'exits']).not.toContain(does);
          // one that was started again has reported again
          if (does === 'reports') expect(reports.slice(-50)).toEqual([...Array(50).keys()]);
        },
        (error: unknown) => {
          if (isCancelled(error)) expect(cancel).not.toBeNull();
          else if (error instanceof BrokenExecutorError) expect(canBeLost).toBe(true);
          else expect(String(error)).toBe(`RangeError: job ${number}`);
          if (error instanceof BrokenExecutorError && error.kind === 'exit') expect(does).toBe('exits');
        },
      ),
    );
  }
  await Promise.all(checks);
  expect([...allTasks()].map(String)).toEqual([]);
}

describe('Whatever mix of jobs is submitted and cancelled, each ends as it may, and none is lost', () => {
  const kinds: [string, () => JobExecutor, readonly Plan['does'][], number][] = [
    ['in this thread', () => new InlineExecutor({ grace: 15 }), harmless, points(5, 25)],
    ['in threads', () => new ThreadPoolExecutor({ maxWorkers: 2, grace: 15 }), harmful, points(5, 25)],
    ['in processes', () => new ProcessPoolExecutor({ maxWorkers: 2, grace: 15 }), harmful, points(2, 12)],
  ];

  it.each(kinds)('%s', async (_name, make, does, numRuns) => {
    const pool = make();
    const kinds = new Set<string>();
    getEventLoop().setExceptionHandler((_loop, { kind }) => void kinds.add(kind));
    await fc.assert(
      fc.asyncProperty(plans(does), async (list) => {
        await carryOut(pool, list, does === harmful);
      }),
      { numRuns, endOnFailure: true },
    );
    const last = Array.from({ length: 6 }, (_, n) => pool.with({ idempotent: true }).submit(work, n, 'returns', 0));
    expect(await Promise.all(last)).toEqual([0, 1, 2, 3, 4, 5]);
    await pool.shutdown();
    getEventLoop().setExceptionHandler(null);
    // late errors that met no job
    expect([...kinds].filter((kind) => kind !== 'late-failure')).toEqual([]);
  });
});
