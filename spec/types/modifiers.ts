import { type Observable, Subject, of } from 'rxjs';
import {
  Backoff,
  type Coroutine,
  type Future,
  type PlatformObservable,
  type StreamLike,
  type Task,
  createTask,
  dropTask,
  dropping,
  enqueueTask,
  enqueued,
  gather,
  keepLatestTask,
  keepingLatest,
  mapTask,
  resultOf,
  restartTask,
  restartable,
  sleep,
  withRetry,
} from 'rxtasks';
import { expectTypeOf } from './expect-type.js';

declare const task: Task<string, boolean>;
declare const work: (text: string) => Coroutine<Date>;
declare const observable: Observable<number>;
declare const promise: Promise<boolean>;
declare const platform: PlatformObservable<number>;
declare const stream: StreamLike<string>;
declare const webStream: ReadableStream<Uint8Array>;

// functions ----------------------------------------------------------------------------------------

expectTypeOf(restartable(work)('x')).is<Task<Date>>();
expectTypeOf(dropping(async (n: number, text?: string) => n + (text ?? ''))(1)).is<Task<string>>();
expectTypeOf(enqueued(() => observable)()).is<Task<number>>();
expectTypeOf(
  keepingLatest(function* (n: number) {
    yield* sleep(n);
    return yield* task;
  })(5),
).is<Task<string>>();
restartable(work, { key: (text) => text.length, name: (text) => text.trim(), concurrency: 2 });
enqueued((a: number, b: string) => work(b + a.toFixed()), { key: (a, b) => b + a.toFixed(), maxQueue: 5 });
// @ts-expect-error the arguments are those of the maker
restartable(work)(5);
// @ts-expect-error an argument is missing
restartable(work)();
// @ts-expect-error its queue is the newest, and no longer
restartable(work, { maxQueue: 2 });
// @ts-expect-error not a maker, but what it makes
dropping(work('x'));
// @ts-expect-error gives no source
dropping((n: number) => n);
// @ts-expect-error no such option
keepingLatest(work, { limit: 2 });
class Api {
  base = '/';
  readonly load = restartable(function (this: Api, path: string) {
    return work(this.base + path);
  });
}
expectTypeOf(new Api().load('x')).is<Task<Date>>();

// operators ----------------------------------------------------------------------------------------

expectTypeOf(of('x').pipe(restartTask(work))).is<Observable<Date>>();
expectTypeOf(observable.pipe(dropTask(async (n, index) => n + index))).is<Observable<number>>();
expectTypeOf(observable.pipe(enqueueTask(() => promise, { maxQueue: 5, key: (n) => n % 2 }))).is<Observable<boolean>>();
expectTypeOf(observable.pipe(keepLatestTask((n) => sleep(n, 'x'), { name: (n) => n.toFixed() }))).is<
  Observable<string>
>();
// @ts-expect-error another value
observable.pipe(restartTask(work));
// @ts-expect-error its queue is the newest, and no longer
of('x').pipe(restartTask(work, { maxQueue: 2 }));
// @ts-expect-error no source
observable.pipe(enqueueTask((n) => n));

// mapTask over iterables -----------------------------------------------------------------------------

expectTypeOf(mapTask([1, 2], (n) => sleep(n, 'x'))).is<AsyncIterable<string>>();
expectTypeOf(mapTask(new Set(['a']), work, { concurrency: 2, ordered: true })).is<AsyncIterable<Date>>();
expectTypeOf(mapTask(stream, async (text, index) => text.length + index)).is<AsyncIterable<number>>();
expectTypeOf(mapTask(webStream, (bytes) => of(bytes.length))).is<AsyncIterable<number>>();
expectTypeOf(mapTask(task.progress$, (flag) => of(flag))).is<AsyncIterable<boolean>>();
expectTypeOf(observable.pipe(mapTask((n) => sleep(n, 'x'), { ordered: true }))).is<Observable<string>>();
// @ts-expect-error an Observable cannot be held up
mapTask(observable, work);
// @ts-expect-error another item
mapTask([1], work);

// retries --------------------------------------------------------------------------------------------

const backoff = Backoff.exponential(100).maxDelay(1000).jitter().maxAttempts(5).maxElapsed(60_000);
expectTypeOf(withRetry(work('x'), backoff)).is<Coroutine<Date>>();
expectTypeOf(withRetry(() => work('x'), backoff)).is<Coroutine<Date>>();
expectTypeOf(withRetry(async () => 5, backoff)).is<Coroutine<number>>();
expectTypeOf(withRetry(async ({ signal }) => signal.aborted, backoff)).is<Coroutine<boolean>>();
expectTypeOf(withRetry(observable, backoff)).is<Coroutine<number>>();
Backoff.from(({ attempt, error, elapsed }) => (attempt < 3 && error instanceof Error ? elapsed : null));
// @ts-expect-error a backoff is needed
withRetry(work('x'));
// @ts-expect-error a maker that wants arguments
withRetry(work, backoff);
// @ts-expect-error no number of attempts
withRetry(work('x'), 5);
// @ts-expect-error made by exponential(), constant(), from()
new Backoff(() => 5);

// foreign sources --------------------------------------------------------------------------------------

expectTypeOf(createTask(platform)).is<Task<number>>();
expectTypeOf(resultOf(platform)).is<Coroutine<number>>();
expectTypeOf(createTask(stream)).is<Task<string>>();
expectTypeOf(resultOf(webStream)).is<Coroutine<Uint8Array>>();
expectTypeOf(gather([platform, stream])).is<Future<[number, string]>>();
createTask(new Subject<number>());
// @ts-expect-error subscribe alone is no Observable
createTask({ subscribe: () => {} });

// progress ---------------------------------------------------------------------------------------------

async function progress() {
  for await (const report of task.progress$) expectTypeOf(report).is<boolean>();
  for await (const result of mapTask([1], (n) => sleep(n, 'x'))) expectTypeOf(result).is<string>();
}
