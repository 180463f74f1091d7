import type { Observable } from 'rxjs';
import { type Coroutine, type EventLoop, type Executor, type Future, type Task, gather, sleep } from 'rxtasks';
import {
  type InlineExecutor,
  type JobExecutor,
  type ProcessPoolExecutor,
  type Remote,
  type RemoteResult,
  type RemoteTask,
  type ThreadPoolExecutor,
  remote,
  toThread,
  transfer,
} from 'rxtasks/executors';
import type { QueueExecutor } from 'rxtasks/queue';
import { expectTypeOf } from './expect-type.js';

declare const pool: ThreadPoolExecutor;
declare const loop: EventLoop;
declare const work: (n: number) => Coroutine<string>;
declare const observable: (n: number) => Observable<string>;
declare const untyped: any;

// submit: what it gives ----------------------------------------------------------------------------

expectTypeOf(pool.submit((n: number) => n, 1)).is<Task<number>>();
expectTypeOf(pool.submit(() => 'x')).is<Task<string>>();
expectTypeOf(pool.submit((n: number | string) => n, 1)).is<Task<number | string>>();
expectTypeOf(pool.submit((options: { x?: number }) => options.x, {})).is<Task<number | undefined>>();
expectTypeOf(pool.submit(Math.max, 1, 2)).is<Task<number>>();
expectTypeOf(pool.submit((...ns: number[]) => ns, 1, 2)).is<Task<number[]>>();
expectTypeOf(pool.submit((n: number, text: string = 'x') => text.repeat(n), 1)).is<Task<string>>();
expectTypeOf(pool.submit((n?: number) => n ?? 1)).is<Task<number>>();
expectTypeOf(pool.submit(<T>(value: T) => [value], 1)).is<Task<number[]>>();
expectTypeOf(pool.submit((text: string) => JSON.parse(text), '1')).is<Task<any>>();
expectTypeOf(pool.submit(untyped, 1)).is<Task<unknown>>();
expectTypeOf(pool.submit(transfer, new Uint8Array(1), [])).is<Task<Uint8Array<ArrayBuffer>>>();
expectTypeOf(
  pool.submit((): never => {
    throw new Error();
  }),
).is<Task<never>>();

// what it ends with, where the function gives something that is waited for
expectTypeOf(pool.submit(async (n: number) => String(n), 1)).is<Task<string>>();
expectTypeOf(pool.submit((n: number) => (n > 1 ? n : Promise.resolve('x')), 1)).is<Task<number | string>>();
expectTypeOf(pool.submit(work, 1)).is<Task<string>>();
expectTypeOf(pool.submit(observable, 1)).is<Task<string>>();
expectTypeOf(
  pool.submit(function* (n: number) {
    yield* sleep(1);
    return n;
  }, 1),
).is<Task<number>>();

// from the arguments -------------------------------------------------------------------------------

expectTypeOf(pool.submit((n) => n * 2, 5)).is<Task<number>>();
expectTypeOf(pool.submit((n, text) => text.repeat(n), 5, 'x')).is<Task<string>>();
expectTypeOf(pool.submit((n, task) => (task.report('x'), n * 2), 5)).is<Task<number>>();

// progress -----------------------------------------------------------------------------------------

expectTypeOf(pool.submit((n: number, task: RemoteTask<string>) => n, 1)).is<Task<number, string>>();
expectTypeOf(pool.submit(async (n: number, task: RemoteTask<string>) => n, 1)).is<Task<number, string>>();
expectTypeOf(pool.submit((task: RemoteTask<Date>) => 1)).is<Task<number, Date>>();
expectTypeOf(pool.submit((n: number, { report }: RemoteTask<string>) => report('x'), 1)).is<Task<void, string>>();
expectTypeOf(pool.submit((task: RemoteTask<Date>) => 1).progress$).is<Observable<Date> & AsyncIterable<Date>>();
const tasks: Task<number>[] = [pool.submit((n: number, task: RemoteTask<string>) => n, 1)];
expectTypeOf(gather([pool.submit((task: RemoteTask<Date>) => 1), work(1)])).is<Future<[number, string]>>();

// what does not compile ----------------------------------------------------------------------------

// @ts-expect-error a text is no number
pool.submit((n: number) => n, 'x');
// @ts-expect-error an argument is missing
pool.submit((n: number) => n);
// @ts-expect-error an argument is missing, and a text is no task
pool.submit((n: number, text: string) => n, 1);
// @ts-expect-error an argument too many
pool.submit((n: number) => n, 1, 2);
// @ts-expect-error an argument too many, after the task
pool.submit((n: number, task: RemoteTask<string>) => n, 1, 2);
// @ts-expect-error a text is no number, beside the task too
pool.submit((n: number, task: RemoteTask<string>) => n, 'x');
// @ts-expect-error an argument is missing, beside the task too
pool.submit((n: number, task: RemoteTask<string>) => n);
// @ts-expect-error it reports texts
pool.submit((n: number, task: RemoteTask<string>) => task.report(1), 1);
// @ts-expect-error the task has no such thing
pool.submit((n: number, task: RemoteTask<string>) => task.stop(), 1);
// @ts-expect-error not a function
pool.submit(5);
// @ts-expect-error the result of a call, not a function
pool.submit(Math.max(1, 2));

// map ----------------------------------------------------------------------------------------------

expectTypeOf(pool.map((n: number) => String(n), [1])).is<AsyncIterableIterator<string>>();
expectTypeOf(pool.map(async (n: number) => n, new Set([1]))).is<AsyncIterableIterator<number>>();
expectTypeOf(pool.map((n) => n * 2, [1], { concurrency: 2 })).is<AsyncIterableIterator<number>>();
expectTypeOf(pool.map(work, [1])).is<AsyncIterableIterator<string>>();
expectTypeOf(pool.map((n: number, task: RemoteTask<string>) => n, [1])).is<AsyncIterableIterator<number>>();
declare const stream: AsyncIterable<string>;
expectTypeOf(pool.map((text) => text.length, stream)).is<AsyncIterableIterator<number>>();
// @ts-expect-error texts are no numbers
pool.map((n: number) => n, ['x']);
// @ts-expect-error a number is no list
pool.map((n: number) => n, 1);
// @ts-expect-error two arguments are one too many
pool.map((n: number, text: string) => n, [1]);

// remote -------------------------------------------------------------------------------------------

interface Module {
  readonly half: (n: number, task: RemoteTask<'halving'>) => Promise<number>;
  readonly join: <T>(...texts: T[]) => string;
  readonly recipe: typeof work;
  readonly version: string;
  readonly Class: new () => object;
}
const functions = remote<Module>(new URL('./work.js', 'file:///'));
expectTypeOf<keyof typeof functions>('half').is<'half' | 'join' | 'recipe'>();
expectTypeOf(functions).is<Remote<Module>>();
expectTypeOf(pool.submit(functions.half, 1)).is<Task<number, 'halving'>>();
expectTypeOf(pool.submit(functions.join, 'a', 'b')).is<Task<string>>();
expectTypeOf(pool.submit(functions.recipe, 1)).is<Task<string>>();
expectTypeOf(pool.map(functions.half, [1])).is<AsyncIterableIterator<number>>();
expectTypeOf(pool.submit(remote<typeof import('node:path')>(new URL('node:path')).basename, 'a/b')).is<Task<string>>();
// @ts-expect-error a text is no function
pool.submit(functions.version);
// @ts-expect-error a class cannot be called
pool.submit(functions.Class);
// @ts-expect-error no such export
pool.submit(functions.missing);
// @ts-expect-error the function wants a number
pool.submit(functions.half, 'x');
// @ts-expect-error functions are not set from here
functions.half = async () => 1;

// toThread, runInExecutor --------------------------------------------------------------------------

expectTypeOf(toThread((n: number) => n, 1)).is<Coroutine<number>>();
expectTypeOf(toThread((n) => n * 2, 1)).is<Coroutine<number>>();
expectTypeOf(toThread(async (n: number, task: RemoteTask<string>) => n, 1)).is<Coroutine<number>>();
expectTypeOf(toThread(functions.recipe, 1)).is<Coroutine<string>>();
// @ts-expect-error a text is no number
toThread((n: number) => n, 'x');
// @ts-expect-error an argument is missing
toThread((n: number) => n);

expectTypeOf(loop.runInExecutor(null, (n: number) => n, 1)).is<Future<number>>();
expectTypeOf(loop.runInExecutor(pool, (n) => n * 2, 1)).is<Future<number>>();
expectTypeOf(loop.runInExecutor(pool, async (n: number, task: RemoteTask<string>) => n, 1)).is<Future<number>>();
expectTypeOf(loop.runInExecutor(null, functions.recipe, 1)).is<Future<string>>();
// @ts-expect-error a text is no number
loop.runInExecutor(null, (n: number) => n, 'x');
// @ts-expect-error an argument is missing
loop.runInExecutor(null, (n: number) => n);
// @ts-expect-error no executor
loop.runInExecutor({}, (n: number) => n, 1);

// executors ----------------------------------------------------------------------------------------

declare const inline: InlineExecutor;
declare const processes: ProcessPoolExecutor;
declare const queue: QueueExecutor;
const all: JobExecutor[] = [inline, pool, processes, queue, pool.with({ grace: 10 })];
const some: Executor[] = all;
expectTypeOf(queue.submit((n: number, task: RemoteTask<string>) => n, 1)).is<Task<number, string>>();
// @ts-expect-error no such option
pool.with({ patience: 10 });

/** An executor of somebody else's. */
const own: Executor = {
  submit<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Future<RemoteResult<R>> {
    return pool.submit(fn, ...args);
  },
};
