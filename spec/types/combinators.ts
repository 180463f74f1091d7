import { type Observable, from, map, mergeMap, of } from 'rxjs';
import {
  type AsCompleted,
  type Coroutine,
  type Future,
  type Task,
  type TaskGroup,
  type Timeout,
  type Waited,
  asCompleted,
  createTask,
  delayStart,
  gather,
  sleep,
  wait,
  withTaskGroup,
  withTimeout,
  withTimeoutAt,
} from 'rxtasks';
import { expectTypeOf } from './expect-type.js';

declare const future: Future<number>;
declare const task: Task<string, boolean>;
declare const work: (text: string) => Coroutine<Date>;
declare const observable: Observable<number>;
declare const promise: Promise<boolean>;
declare const tasks: Task<string>[];
declare const coroutines: readonly Coroutine<Date>[];
declare const either: (Task<string> | Coroutine<Date>)[];

// gather -----------------------------------------------------------------------------------------

expectTypeOf(gather([future, task, work('x')])).is<Future<[number, string, Date]>>();
expectTypeOf(gather([observable, promise])).is<Future<[number, boolean]>>();
expectTypeOf(
  gather([
    async () => 5,
    function* () {
      yield;
      return 'x';
    },
    () => work('x'),
  ]),
).is<Future<[number, string, Date]>>();
expectTypeOf(gather([] as const)).is<Future<[]>>();
expectTypeOf(gather(tasks)).is<Future<string[]>>();
expectTypeOf(gather(coroutines)).is<Future<Date[]>>();
expectTypeOf(gather(either)).is<Future<(string | Date)[]>>();
expectTypeOf(gather(['a', 'b'].map((text) => work(text)))).is<Future<Date[]>>();
expectTypeOf(gather([task, ...coroutines])).is<Future<[string, ...Date[]]>>();
expectTypeOf(gather(new Set(tasks))).is<Future<string[]>>();
expectTypeOf(gather(new Set([future, task]))).is<Future<(number | string)[]>>();
expectTypeOf(gather({ a: future, b: task, c: work('x') })).is<Future<{ a: number; b: string; c: Date }>>();
declare const dictionary: Record<string, Task<string>>;
expectTypeOf(gather(dictionary)).is<Future<Record<string, string>>>();

expectTypeOf(gather([future, task], { returnExceptions: true })).is<Future<[number | Error, string | Error]>>();
expectTypeOf(gather(tasks, { returnExceptions: true })).is<Future<(string | Error)[]>>();
expectTypeOf(gather(new Set(tasks), { returnExceptions: true })).is<Future<(string | Error)[]>>();
expectTypeOf(gather({ a: future }, { returnExceptions: true })).is<Future<{ a: number | Error }>>();
expectTypeOf(gather([future], { returnExceptions: false })).is<Future<[number]>>();
expectTypeOf(gather([future], {})).is<Future<[number]>>();
declare const sometimes: boolean;
expectTypeOf(gather([future], { returnExceptions: sometimes })).is<Future<[number | Error]>>();

createTask(function* () {
  const [n, text] = yield* gather([future, task]);
  expectTypeOf(n).is<number>();
  expectTypeOf(text).is<string>();
  const { user } = yield* gather({ user: work('x') });
  expectTypeOf(user).is<Date>();
  for (const each of yield* gather(tasks)) expectTypeOf(each).is<string>();
});

// @ts-expect-error gather takes a list
gather(future, task);
// @ts-expect-error gather takes a list, not one source
gather(future);
// @ts-expect-error gather takes a list, not one source
gather(work('x'));
// @ts-expect-error gather takes a list, not one source
gather(observable);
// @ts-expect-error gather takes a list, not one source
gather(promise);
// @ts-expect-error a value is no source
gather(5);
// @ts-expect-error a value is no source
gather('abc');
// @ts-expect-error no such option
gather([future], { returnException: true });

// asCompleted ------------------------------------------------------------------------------------

const completed = asCompleted(tasks);
const mixed = asCompleted([future, task, work('x')]);
expectTypeOf(completed).is<AsCompleted<Task<string>, string>>();
expectTypeOf(completed.pipe(map((each) => each))).is<Observable<Task<string>>>();
completed.subscribe((each) => expectTypeOf(each).is<Task<string>>());
mixed.subscribe((each) => expectTypeOf(each).is<Future<number> | Task<string, boolean> | Task<Date>>());
expectTypeOf(completed.pipe(mergeMap((each) => each))).is<Observable<string>>();

createTask(function* () {
  for (const next of completed) {
    expectTypeOf(next).is<Coroutine<string>>();
    expectTypeOf(yield* next).is<string>();
  }
  for (const next of mixed) expectTypeOf(yield* next).is<number | string | Date>();
  for (const next of asCompleted(new Set(tasks), { timeout: 5 })) expectTypeOf(yield* next).is<string>();
  expectTypeOf(yield* completed.nextDone()).is<Task<string> | undefined>();
});
// TypeScript keeps the type of `for … of` for `for await`, too, where a program has the one before the other of the same
// type; hence a type that occurs only here.
interface Unique {
  readonly unique: true;
}
declare const unique: Task<Unique>[];
createTask(async () => {
  for await (const each of asCompleted(unique)) expectTypeOf(each).is<Task<Unique>>();
  for (const next of completed) expectTypeOf(await next).is<string>();
});
// @ts-expect-error a time is a number
asCompleted(tasks, { timeout: 'x' });

// wait -------------------------------------------------------------------------------------------

expectTypeOf(wait(tasks)).is<Coroutine<Waited<Task<string>>>>();
createTask(function* () {
  const { done, pending } = yield* wait([future, task], { timeout: 5, returnWhen: 'FIRST_COMPLETED' });
  expectTypeOf(done).is<Set<Future<number> | Task<string, boolean>>>();
  expectTypeOf(pending).is<Set<Future<number> | Task<string, boolean>>>();
  const started = yield* wait([work('x'), observable, async () => true]);
  expectTypeOf(started.done).is<Set<Task<Date> | Task<number> | Task<boolean>>>();
  expectTypeOf(yield* gather(pending)).is<(number | string)[]>();
  const again = yield* wait(pending);
  expectTypeOf(again.done).is<Set<Future<number> | Task<string, boolean>>>();
});
// @ts-expect-error no such moment
wait(tasks, { returnWhen: 'ALWAYS' });

// scopes -----------------------------------------------------------------------------------------

expectTypeOf(
  withTimeout(5, function* (limit) {
    expectTypeOf(limit).is<Timeout>();
    yield* sleep(1);
    return 'x';
  }),
).is<Coroutine<string>>();
expectTypeOf(withTimeout(5, async (limit) => limit.resultOf(observable))).is<Coroutine<number>>();
expectTypeOf(withTimeout(null, () => observable)).is<Coroutine<number>>();
expectTypeOf(withTimeout(5, () => work('x'))).is<Coroutine<Date>>();
expectTypeOf(withTimeoutAt(5, async () => 'x')).is<Coroutine<string>>();
expectTypeOf(
  withTaskGroup(function* (group) {
    expectTypeOf(group).is<TaskGroup>();
    return [group.createTask(work('x')), group.createTask(async () => 5)] as const;
  }),
).is<Coroutine<readonly [Task<Date>, Task<number>]>>();
expectTypeOf(
  withTaskGroup(async (group) => {
    expectTypeOf(await group.resultOf(task)).is<string>();
    expectTypeOf(group.createTask((self: Task<unknown, number>) => observable)).is<Task<number, number>>();
    return group.createTask(work('x')).name;
  }),
).is<Coroutine<string>>();
expectTypeOf(withTaskGroup(() => of(1))).is<Coroutine<number>>();
// @ts-expect-error a body is a function
withTimeout(5, work('x'));
// @ts-expect-error a time is a number
withTimeout('5', async () => 5);
// @ts-expect-error a body waits for something
withTaskGroup(() => 5);
// @ts-expect-error a value is not awaitable
withTaskGroup(function* () {
  yield 5;
});

// delayStart -------------------------------------------------------------------------------------

expectTypeOf(delayStart(5, work('x'))).is<Coroutine<Date>>();
expectTypeOf(delayStart(5, observable)).is<Coroutine<number>>();
expectTypeOf(delayStart(5, async () => 'x')).is<Coroutine<string>>();
expectTypeOf(observable.pipe(delayStart(5))).is<Observable<number>>();
expectTypeOf(from(delayStart(5, task))).is<Observable<string>>();
