import {
  type Observable,
  catchError,
  combineLatest,
  concat,
  concatMap,
  defer,
  exhaustMap,
  firstValueFrom,
  forkJoin,
  from,
  iif,
  lastValueFrom,
  map,
  merge,
  mergeAll,
  mergeMap,
  of,
  race,
  switchAll,
  switchMap,
  withLatestFrom,
  zip,
} from 'rxjs';
import type { Coroutine, Future, Task } from 'rxtasks';
import { expectTypeOf } from './expect-type.js';

// RxJS infers the value of a future, a task and a coroutine, and nothing of their iterators.

declare const future: Future<number>;
declare const task: Task<string, boolean>;
declare const work: () => Coroutine<Date>;

expectTypeOf(from(future)).is<Observable<number>>();
expectTypeOf(from(task)).is<Observable<string>>();
expectTypeOf(from(work())).is<Observable<Date>>();
expectTypeOf(future.pipe(map((value) => value))).is<Observable<number>>();

expectTypeOf(forkJoin([future, task, work()])).is<Observable<[number, string, Date]>>();
expectTypeOf(forkJoin({ a: future, b: task, c: work() })).is<Observable<{ a: number; b: string; c: Date }>>();
expectTypeOf(merge(future, task, work())).is<Observable<number | string | Date>>();
expectTypeOf(concat(future, task)).is<Observable<number | string>>();
expectTypeOf(race(future, task)).is<Observable<number | string>>();
expectTypeOf(zip(future, task)).is<Observable<[number, string]>>();
expectTypeOf(combineLatest([future, task, work()])).is<Observable<[number, string, Date]>>();
expectTypeOf(combineLatest({ a: future, b: task })).is<Observable<{ a: number; b: string }>>();
expectTypeOf(iif(() => true, future, task)).is<Observable<number | string>>();
expectTypeOf(defer(() => task)).is<Observable<string>>();
expectTypeOf(defer(work)).is<Observable<Date>>();

expectTypeOf(of(1).pipe(switchMap(() => future))).is<Observable<number>>();
expectTypeOf(of(1).pipe(switchMap(() => task))).is<Observable<string>>();
expectTypeOf(of(1).pipe(switchMap(work))).is<Observable<Date>>();
expectTypeOf(of(1).pipe(mergeMap(() => work()))).is<Observable<Date>>();
expectTypeOf(of(1).pipe(concatMap(() => task))).is<Observable<string>>();
expectTypeOf(of(1).pipe(exhaustMap(() => future))).is<Observable<number>>();
expectTypeOf(of(work(), work()).pipe(mergeAll())).is<Observable<Date>>();
expectTypeOf(of(task).pipe(switchAll())).is<Observable<string>>();
expectTypeOf(task.pipe(catchError(() => future))).is<Observable<string | number>>();
expectTypeOf(task.pipe(withLatestFrom(future))).is<Observable<[string, number]>>();

expectTypeOf(firstValueFrom(future)).is<Promise<number>>();
expectTypeOf(firstValueFrom(task)).is<Promise<string>>();
expectTypeOf(lastValueFrom(work())).is<Promise<Date>>();
expectTypeOf(lastValueFrom(task, { defaultValue: null })).is<Promise<string | null>>();
