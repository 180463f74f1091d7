import { type InteropObservable, type Observable, of } from 'rxjs';
import {
  type Coroutine,
  type Future,
  type Resume,
  type Task,
  createTask,
  ensureFuture,
  getEventLoop,
  resultOf,
  run,
  shield,
  sleep,
  waitFor,
} from 'rxtasks';
import { expectTypeOf } from './expect-type.js';

declare const future: Future<number>;
declare const task: Task<string, boolean>;
declare const work: (text: string) => Coroutine<Date>;
declare const observable: Observable<number>;
declare const promise: Promise<number>;
declare const promiseLike: PromiseLike<number>;
declare const iterable: AsyncIterable<number>;
declare const interop: InteropObservable<number>;
declare const stream: ReadableStream<Uint8Array>;

function* generator() {
  yield* sleep(1);
  return 'g';
}
async function asyncFunction() {
  return 5;
}

// createTask: any source ---------------------------------------------------------------------------

expectTypeOf(createTask(work('x'))).is<Task<Date>>();
expectTypeOf(createTask(sleep(1))).is<Task<void>>();
expectTypeOf(createTask(observable)).is<Task<number>>();
expectTypeOf(createTask(promise)).is<Task<number>>();
expectTypeOf(createTask(promiseLike)).is<Task<number>>();
expectTypeOf(createTask(iterable)).is<Task<number>>();
expectTypeOf(createTask(interop)).is<Task<number>>();
expectTypeOf(createTask(generator())).is<Task<string>>();
expectTypeOf(createTask(future)).is<Task<number>>();
expectTypeOf(createTask(task)).is<Task<string>>();

// createTask: functions, whose own result decides ----------------------------------------------------

expectTypeOf(createTask(generator)).is<Task<string>>();
expectTypeOf(createTask(asyncFunction)).is<Task<number>>();
expectTypeOf(createTask(() => observable)).is<Task<number>>();
expectTypeOf(createTask(() => work('x'))).is<Task<Date>>();
expectTypeOf(createTask(() => task)).is<Task<string>>();
expectTypeOf(createTask(() => promise)).is<Task<number>>();
expectTypeOf(createTask(async () => ({ a: 1 }))).is<Task<{ a: number }>>();
expectTypeOf(
  createTask(function* () {
    return yield* task;
  }),
).is<Task<string>>();
expectTypeOf(
  createTask(function* () {
    return 1;
  }),
).is<Task<number>>();
expectTypeOf(
  createTask(function* () {
    yield;
  }),
).is<Task<void>>();

// the task as parameter ------------------------------------------------------------------------------

expectTypeOf(createTask((self: Task<unknown, number>) => observable)).is<Task<number, number>>();
expectTypeOf(
  createTask(function* (self: Task<unknown, { percent: number }>) {
    self.report({ percent: 5 });
    // @ts-expect-error a report of another type
    self.report(5);
    yield* sleep(1);
    return 'x';
  }),
).is<Task<string, { percent: number }>>();
expectTypeOf(
  createTask(async (self: Task<unknown, 'half' | 'done'>) => {
    self.report('half');
    return 1;
  }),
).is<Task<number, 'half' | 'done'>>();
const reporting = createTask(function* (self: Task<unknown, number>) {
  self.report(1);
  yield;
});
expectTypeOf(reporting.progress$).is<Observable<number> & AsyncIterable<number>>();
// not annotated, the parameter is the task all the same
createTask(function* (self) {
  expectTypeOf(self).is<Task<unknown>>();
  expectTypeOf(self.signal).is<AbortSignal>();
});
createTask(async (self) => {
  expectTypeOf(self.name).is<string>();
  expectTypeOf(await self.resultOf(observable)).is<number>();
  expectTypeOf(await self.resultOf(work('x'))).is<Date>();
  expectTypeOf(await self.resultOf(task)).is<string>();
});
expectTypeOf(createTask<string, number>(generator)).is<Task<string, number>>();

// the same on a loop
expectTypeOf(getEventLoop().createTask(generator)).is<Task<string>>();
expectTypeOf(getEventLoop().createTask((self: Task<unknown, number>) => promise)).is<Task<number, number>>();
expectTypeOf(getEventLoop().createTask(observable)).is<Task<number>>();

// what must not compile: a function that needs arguments of its own, and what is no source

declare function needsNumber(n: number): Coroutine<string>;
declare function needsTwo(self: Task<unknown>, n: number): Promise<string>;
async function asyncNeedsNumber(n: number) {
  return n;
}
function* generatorNeedsNumber(n: number) {
  yield;
  return n;
}
// @ts-expect-error it needs an argument of its own
createTask(needsNumber);
// @ts-expect-error it needs an argument of its own
createTask(needsTwo);
// @ts-expect-error it needs an argument of its own
createTask(asyncNeedsNumber);
// @ts-expect-error it needs an argument of its own
createTask(generatorNeedsNumber);
// @ts-expect-error it needs an argument of its own
createTask((n: number) => observable);
// @ts-expect-error it needs an argument of its own
getEventLoop().createTask(needsNumber);
// @ts-expect-error a value is no source
createTask(5);
// @ts-expect-error a value is no source
createTask('abc');
// @ts-expect-error a list of sources is for gather
createTask([work('x')]);
// @ts-expect-error it returns no source
createTask(() => 5);
// @ts-expect-error it returns nothing
createTask(() => {});
// @ts-expect-error a function that makes a function
createTask(() => () => observable);
// @ts-expect-error no such option
createTask(observable, { nmae: 'x' });
// @ts-expect-error a name is a string
createTask(observable, { name: 5 });
createTask(observable, { name: 'x', eager: true, defaultValue: undefined, signal: new AbortController().signal });

// resultOf, waitFor, shield, ensureFuture, run: every kind ---------------------------------------------

expectTypeOf(resultOf(work('x'))).is<Coroutine<Date>>();
expectTypeOf(resultOf(future)).is<Coroutine<number>>();
expectTypeOf(resultOf(task)).is<Coroutine<string>>();
expectTypeOf(resultOf(observable)).is<Coroutine<number>>();
expectTypeOf(resultOf(promise)).is<Coroutine<number>>();
expectTypeOf(resultOf(promiseLike)).is<Coroutine<number>>();
expectTypeOf(resultOf(iterable)).is<Coroutine<number>>();
expectTypeOf(resultOf(interop)).is<Coroutine<number>>();
expectTypeOf(resultOf(generator())).is<Coroutine<string>>();
expectTypeOf(resultOf(generator)).is<Coroutine<string>>();
expectTypeOf(resultOf(asyncFunction)).is<Coroutine<number>>();
expectTypeOf(resultOf(() => observable)).is<Coroutine<number>>();
expectTypeOf(resultOf(() => work('x'))).is<Coroutine<Date>>();
expectTypeOf(resultOf(() => iterable)).is<Coroutine<number>>();
// @ts-expect-error a value is no source
resultOf(5);
// @ts-expect-error it needs an argument of its own
resultOf(needsNumber);
// @ts-expect-error a list of sources is for gather
resultOf([observable]);

expectTypeOf(waitFor(work('x'), 5)).is<Coroutine<Date>>();
expectTypeOf(waitFor(task, null)).is<Coroutine<string>>();
expectTypeOf(waitFor(observable)).is<Coroutine<number>>();
expectTypeOf(waitFor(promise, 5)).is<Coroutine<number>>();
expectTypeOf(waitFor(generator, 5)).is<Coroutine<string>>();
expectTypeOf(waitFor(asyncFunction, 5)).is<Coroutine<number>>();
expectTypeOf(waitFor(shield(task), 5)).is<Coroutine<string>>();
// @ts-expect-error a time is a number
waitFor(observable, '5');
// @ts-expect-error it needs an argument of its own
waitFor(needsNumber, 5);

expectTypeOf(shield(task)).is<Future<string>>();
expectTypeOf(shield(work('x'))).is<Future<Date>>();
expectTypeOf(shield(generator)).is<Future<string>>();
expectTypeOf(shield(async () => 'x')).is<Future<string>>();
expectTypeOf(shield(() => work('x'))).is<Future<Date>>();
// @ts-expect-error it needs an argument of its own
shield(needsNumber);

expectTypeOf(ensureFuture(task)).is<Future<string>>();
expectTypeOf(ensureFuture(work('x'))).is<Future<Date>>();
expectTypeOf(ensureFuture(observable)).is<Future<number>>();
expectTypeOf(ensureFuture(generator)).is<Future<string>>();

expectTypeOf(run(work('x'))).is<Promise<Date>>();
expectTypeOf(run(generator)).is<Promise<string>>();
expectTypeOf(run(asyncFunction)).is<Promise<number>>();
expectTypeOf(run(of(1))).is<Promise<number>>();
expectTypeOf(
  run(function* () {
    return yield* resultOf(observable);
  }),
).is<Promise<number>>();
// @ts-expect-error it needs an argument of its own
run(needsNumber);

// A body's type can be written down.
function* written(): Generator<void, string, Resume> {
  yield* sleep(1);
  return 'x';
}
expectTypeOf(createTask(written)).is<Task<string>>();

// An async generator function, with and without the task.
expectTypeOf(
  createTask(async function* () {
    yield 1;
  }),
).is<Task<number>>();
expectTypeOf(
  createTask(async function* (reporting: Task<unknown, string>) {
    reporting.report('half');
    yield 1;
  }),
).is<Task<number, string>>();
// @ts-expect-error a function that needs arguments is no recipe
createTask(async function* (n: number) {
  yield n;
});
