import {
  ALL_COMPLETED,
  type AsCompletedOptions,
  type Coroutine,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  type FailedAttempt,
  type GatherOptions,
  type MapTaskOptions,
  type Modified,
  type QueueOptions,
  type RestartOptions,
  type Retry,
  type ReturnWhen,
  type Task,
  type WaitOptions,
  type WaitedFuture,
  asCompleted,
  enqueued,
  gather,
  mapTask,
  restartable,
  wait,
} from 'rxtasks';
import {
  InlineExecutor,
  type JobOptions,
  type MapOptions,
  ProcessPoolExecutor,
  type ProcessPoolOptions,
  type RemoteFunction,
  type RemoteTask,
  type ShutdownOptions,
  ThreadPoolExecutor,
  type ThreadPoolOptions,
} from 'rxtasks/executors';
import {
  type CloseOptions,
  type PostgresOptions,
  QueueExecutor,
  type QueueExecutorOptions,
  type QueueOptions as QueueServer,
  QueueWorker,
  type QueueWorkerOptions,
  type RedisOptions,
} from 'rxtasks/queue';
import { expectTypeOf } from './expect-type.js';

declare const work: (text: string) => Coroutine<Date>;
declare const tasks: Task<string>[];

// combinators ------------------------------------------------------------------------------------------

const moments: ReturnWhen[] = [ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION];
const first: 'FIRST_COMPLETED' = FIRST_COMPLETED;
// @ts-expect-error another one
const all: typeof ALL_COMPLETED = FIRST_COMPLETED;
const waitOptions: WaitOptions = { timeout: null, returnWhen: FIRST_EXCEPTION };
wait(tasks, waitOptions);
const gatherOptions: GatherOptions = { returnExceptions: true };
gather(tasks, gatherOptions);
const asCompletedOptions: AsCompletedOptions = { timeout: 5 };
asCompleted(tasks, asCompletedOptions);
declare const own: WaitedFuture<Task<string, number>>;
expectTypeOf(own).is<Task<string, number>>();
declare const made: WaitedFuture<Coroutine<Date>>;
expectTypeOf(made).is<Task<Date>>();
// @ts-expect-error another constant
const never: ReturnWhen = 'NEVER';

// operators and modifiers --------------------------------------------------------------------------------

const mapOptions: MapTaskOptions<string> = { concurrency: 2, ordered: true, name: (text, i) => text + i.toFixed() };
mapTask(['a'], work, mapOptions);
const restartOptions: RestartOptions<[string]> = { key: (text) => text, concurrency: 2 };
const restarting: Modified<[string], Coroutine<Date>> = restartable(work, restartOptions);
expectTypeOf(restarting('x')).is<Task<Date>>();
const queueOptions: QueueOptions<[string]> = { ...restartOptions, maxQueue: 5 };
enqueued(work, queueOptions);
// @ts-expect-error the newest is all that waits
const wrong: RestartOptions<[string]> = { maxQueue: 5 };
declare const retry: Retry;
const failure: FailedAttempt = retry;
expectTypeOf(failure.attempt).is<number>();
expectTypeOf(retry.delay).is<number>();

// executors ------------------------------------------------------------------------------------------------

const jobOptions: JobOptions = { name: 'sum', grace: 10, idempotent: true };
const inline = new InlineExecutor(jobOptions);
const threads: ThreadPoolOptions = { ...jobOptions, maxWorkers: 2, resourceLimits: { maxOldGenerationSizeMb: 64 } };
new ThreadPoolExecutor(threads);
const processes: ProcessPoolOptions = { maxWorkers: 2, execArgv: ['--max-old-space-size=512'] };
new ProcessPoolExecutor(processes);
const shutdown: ShutdownOptions = { wait: false, cancelPending: true };
inline.shutdown(shutdown);
const ahead: MapOptions = { concurrency: 3 };
inline.map((n: number) => n, [1], ahead);
const half: RemoteFunction<[n: number], number, string> = (n, task) => {
  expectTypeOf(task).is<RemoteTask<string>>();
  return n / 2;
};
expectTypeOf(inline.submit(half, 1)).is<Task<number, string>>();
// @ts-expect-error it reports texts
const silent: RemoteFunction<[], void, string> = (task) => task.report(5);
// @ts-expect-error no such option
new ThreadPoolExecutor({ threads: 2 });

// queues ---------------------------------------------------------------------------------------------------

const redis: RedisOptions = { host: 'localhost', port: 6379, retries: 'own options too' };
const postgres: PostgresOptions = { connectionString: 'postgres://localhost', schema: 'jobs', migrate: false };
const where: QueueServer = { queue: 'primes', redis };
const executorOptions: QueueExecutorOptions = { ...where, ...jobOptions, progress: 'latest', maxRestarts: 3 };
new QueueExecutor(executorOptions);
const workerOptions: QueueWorkerOptions = { queue: 'primes', postgres, executor: 'process', acceptSource: false };
const worker = new QueueWorker(workerOptions);
const closing: CloseOptions = { giveBack: true };
expectTypeOf(worker.close(closing)).is<Promise<void>>();
expectTypeOf(worker.run()).is<Promise<void>>();
// @ts-expect-error a queue has a name
new QueueExecutor({ redis });
// @ts-expect-error in threads or in processes
new QueueWorker({ ...where, executor: 'fibre' });
