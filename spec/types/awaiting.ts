import { type Observable, of } from 'rxjs';
import {
  type Coroutine,
  type Future,
  type Resume,
  type Task,
  coroutine,
  createTask,
  getEventLoop,
  sleep,
} from 'rxtasks';
import { expectTypeOf } from './expect-type.js';

declare const future: Future<number>;
declare const task: Task<string, boolean>;
declare const work: (n: number) => Coroutine<Date>;
declare const promise: Promise<number>;

// await ------------------------------------------------------------------------------------------

async function asyncFunction() {
  expectTypeOf(await future).is<number>();
  expectTypeOf(await task).is<string>();
  expectTypeOf(await work(1)).is<Date>();
  expectTypeOf(await sleep(1)).is<void>();
  expectTypeOf(await sleep(1, 'x')).is<string>();
  expectTypeOf(await Promise.all([future, task, work(1)])).is<[number, string, Date]>();
  expectTypeOf(await Promise.race([future, task])).is<number | string>();
}
expectTypeOf<Awaited<Task<string>>>(null as never).is<string>();

expectTypeOf(task.then()).is<Promise<string>>();
expectTypeOf(task.then((value) => value.length)).is<Promise<number>>();
expectTypeOf(
  task.then(
    (value) => value.length,
    () => null,
  ),
).is<Promise<number | null>>();
expectTypeOf(task.catch(() => 1)).is<Promise<string | number>>();
expectTypeOf(task.finally(() => {})).is<Promise<string>>();
expectTypeOf(work(1).then((date) => date.getTime())).is<Promise<number>>();

// yield* -----------------------------------------------------------------------------------------

const coroutineFunction = coroutine(function* (n: number, text?: string) {
  expectTypeOf(n).is<number>();
  expectTypeOf(text).is<string | undefined>();
  expectTypeOf(yield* future).is<number>();
  expectTypeOf(yield* task).is<string>();
  expectTypeOf(yield* work(1)).is<Date>();
  expectTypeOf(yield* sleep(1)).is<void>();
  expectTypeOf(yield* sleep(1, 'x' as const)).is<'x'>();
  yield; // lets others run
  return [n] as const;
});
expectTypeOf(coroutineFunction).is<(this: unknown, n: number, text?: string) => Coroutine<readonly [number]>>();
expectTypeOf(coroutineFunction(1)).is<Coroutine<readonly [number]>>();
// @ts-expect-error the arguments are those of the generator function
coroutineFunction('1');

class Account {
  balance = 0;
  readonly deposit = coroutine(function* (this: Account, amount: number) {
    yield* sleep(1);
    this.balance += amount;
    return this.balance;
  });
}
expectTypeOf(new Account().deposit(5)).is<Coroutine<number>>();

// A function that is none of a coroutine's may be shared by coroutines: its type can be written down.
function* helper(): Generator<void, number, Resume> {
  yield;
  return yield* future;
}
createTask(function* () {
  expectTypeOf(yield* helper()).is<number>();
});

// what must not compile --------------------------------------------------------------------------

function misuses() {
  // @ts-expect-error a future is no collection
  for (const x of future) void x;
  // @ts-expect-error nor is a task
  for (const x of task) void x;
  // @ts-expect-error nor is a coroutine
  for (const x of work(1)) void x;
  // @ts-expect-error it cannot be spread either
  void [...task];
  // @ts-expect-error it cannot be spread either
  const [first] = task;
  // @ts-expect-error it cannot be spread either
  Math.max(...future);
}

// @ts-expect-error a value is not awaitable
coroutine(function* () {
  yield 5;
  return 1;
});
// @ts-expect-error it is yield*, not yield
coroutine(function* () {
  yield future;
  return 1;
});
coroutine(function* () {
  // @ts-expect-error a promise is awaited by resultOf(promise)
  yield* promise;
});
coroutine(function* () {
  // @ts-expect-error an Observable is awaited by resultOf(observable)
  yield* of(1);
});
// @ts-expect-error a list is awaited by gather(list)
coroutine(function* () {
  yield* [1, 2];
});
// @ts-expect-error a value is not awaitable
createTask(function* () {
  yield 5;
});
// @ts-expect-error it is yield*, not yield
createTask(function* () {
  yield task;
});
// @ts-expect-error a coroutine is a generator function
coroutine(async () => 5);
// @ts-expect-error a plain function is none
coroutine(() => 5);

// results of the right type ----------------------------------------------------------------------

const created = getEventLoop().createFuture<number>();
expectTypeOf(created).is<Future<number>>();
created.setResult(5);
// @ts-expect-error a result of another type
created.setResult('5');
// @ts-expect-error a result is needed
created.setResult();
getEventLoop().createFuture<void>().setResult();
expectTypeOf(created.result()).is<number>();
expectTypeOf(created.exception()).is<unknown>();
// @ts-expect-error a message is a string
created.cancel(5);
// the result of a task is not set by others: that always throws
expectTypeOf<ReturnType<typeof task.setResult>>(null as never).is<never>();

created.addDoneCallback((done) => expectTypeOf(done).is<Future<number>>());
task.addDoneCallback((done) => expectTypeOf(done).is<Task<string, boolean>>());
created.subscribe((value) => expectTypeOf(value).is<number>());

// a result may be looked at as a wider type
const wider: Future<string | number> = task;
const observable: Observable<string> = task;
const promiseLike: PromiseLike<string> = task;
const unknowns: Future<unknown>[] = [future, task];
// @ts-expect-error but not as another one
const other: Future<boolean> = task;
