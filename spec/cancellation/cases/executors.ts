import type { Coroutine, Future } from 'rxtasks';
import { InlineExecutor, type RemoteTask } from 'rxtasks/executors';
import { type Script, ask, forAwait } from '../bodies.js';
import type { Case } from '../case.js';

/** Takes a while, and hears that it is cancelled. */
async function job(n: number, task: RemoteTask) {
  for (let i = 0; i < 10; i++) {
    await null;
    task.signal.throwIfAborted();
  }
  return n;
}

const calls: [
  string,
  (executor: InlineExecutor, world: Parameters<Case['set']>[0]) => Coroutine<number> | Future<number>,
][] = [
  ['JobExecutor.submit', (executor) => executor.submit(job, 1)],
  ['JobExecutor.call', (executor) => executor.call(job, 1)],
  ['EventLoop.runInExecutor', (executor, world) => world.loop.runInExecutor(executor, job, 1)],
];

/** By the executor that needs no workers: the others do the same through theirs (spec/executors/contract.spec.ts). */
export const executors: readonly Case[] = [
  ...calls.map(([name, call]): Case => ({
    of: ['InlineExecutor', name],
    title: `two jobs by ${name}, after which the executor is free`,
    jobs: true,
    set(world, { make }) {
      const executor = new InlineExecutor();
      for (const name of ['a', 'b']) {
        world.task(
          name,
          make(world, function* () {
            return yield* ask(call(executor, world));
          }),
        );
      }
      let free: Future<number> | undefined;
      world.later(50, () => void (free = executor.submit((n: number) => n, 1)));
      return () => expect(free?.done()).toBe(true);
    },
  })),
  {
    of: ['JobExecutor.map'],
    title: 'for await over the results of jobs, after which the executor is free',
    by: 'ambient context',
    jobs: true,
    set(world, { make }) {
      const executor = new InlineExecutor();
      world.task(
        'parent',
        make(world, function* () {
          const got: number[] = [];
          yield* forAwait(executor.map(job, [1, 2, 3], { concurrency: 2 }), function* (n): Script<void> {
            got.push(n);
          });
          expect(got).toEqual([1, 2, 3]);
        }),
      );
      let free: Future<number> | undefined;
      world.later(50, () => void (free = executor.submit((n: number) => n, 1)));
      return () => expect(free?.done()).toBe(true);
    },
  },
  {
    of: ['JobExecutor.shutdown'],
    title: 'an executor that is shut down while a job runs, which is not cancelled',
    jobs: true,
    set(world, { make }) {
      const executor = new InlineExecutor();
      let running: Future<number> | undefined;
      world.task(
        'parent',
        make(world, function* () {
          running = executor.submit(job, 1);
          return yield* ask(executor.shutdown());
        }),
      );
      return () => expect(running?.done() === true && running.cancelled()).toBe(false);
    },
  },
  {
    of: ['JobExecutor.Symbol.asyncDispose'],
    title: 'an executor that is disposed of at the end of a block, while a job runs',
    by: 'async functions',
    jobs: true,
    set(world) {
      const jobs: Future<number>[] = [];
      world.task('parent', async () => {
        await using executor = new InlineExecutor();
        jobs.push(executor.submit(job, 1));
      });
      return () => expect(jobs.filter((each) => !each.done() || each.cancelled())).toEqual([]);
    },
  },
];
