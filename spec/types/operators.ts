import { type Observable, type UnaryFunction, map, of, pipe, toArray } from 'rxjs';
import {
  type Coroutine,
  type Future,
  type Task,
  type Waited,
  asCompletedAll,
  cancelOn,
  gatherAll,
  ignoreCancelled,
  mapTask,
  shielded,
  sleep,
  toTask,
  waitAll,
} from 'rxtasks';
import { expectTypeOf } from './expect-type.js';

declare const future: Future<number>;
declare const task: Task<string, boolean>;
declare const work: (text: string) => Coroutine<Date>;
declare const observable: Observable<number>;

// toTask -----------------------------------------------------------------------------------------

const toText = pipe(
  map((n: number) => String(n)),
  toTask({ name: 'text' }),
);
expectTypeOf(toText).is<UnaryFunction<Observable<number>, Task<string, string>>>();
expectTypeOf(toText(observable).progress$).is<Observable<string> & AsyncIterable<string>>();
expectTypeOf(toTask<number>()(observable)).is<Task<number, number>>();
// RxJS types every pipe that is a method as an Observable
expectTypeOf(observable.pipe(map(String), toTask())).is<Observable<string>>();
// @ts-expect-error another source
toText(of('x'));
// @ts-expect-error no such option
toTask({ nmae: 'x' });

// those that keep the type -------------------------------------------------------------------------

expectTypeOf(observable.pipe(ignoreCancelled())).is<Observable<number>>();
expectTypeOf(observable.pipe(shielded())).is<Observable<number>>();
expectTypeOf(observable.pipe(cancelOn(new AbortController().signal))).is<Observable<number>>();
expectTypeOf(observable.pipe(cancelOn(task))).is<Observable<number>>();
expectTypeOf(observable.pipe(cancelOn(of(1)))).is<Observable<number>>();
// @ts-expect-error neither a signal nor a notifier
observable.pipe(cancelOn(new AbortController()));
// @ts-expect-error neither a signal nor a notifier
observable.pipe(cancelOn(5));

// mapTask ----------------------------------------------------------------------------------------

expectTypeOf(observable.pipe(mapTask((n) => sleep(n, String(n))))).is<Observable<string>>();
expectTypeOf(observable.pipe(mapTask((n, index) => work(`${n.toFixed()} ${index.toFixed()}`)))).is<Observable<Date>>();
expectTypeOf(observable.pipe(mapTask(async (n) => n > 1))).is<Observable<boolean>>();
expectTypeOf(
  observable.pipe(
    mapTask(function* (n, index) {
      expectTypeOf(n).is<number>();
      expectTypeOf(index).is<number>();
      yield* sleep(n);
      return yield* task;
    }),
  ),
).is<Observable<string>>();
expectTypeOf(observable.pipe(mapTask(() => observable))).is<Observable<number>>();
expectTypeOf(observable.pipe(mapTask(() => task))).is<Observable<string>>();
expectTypeOf(observable.pipe(mapTask(() => () => work('x')))).is<Observable<Date>>();
expectTypeOf(observable.pipe(mapTask((n) => (n > 1 ? task : future)))).is<Observable<string | number>>();
observable.pipe(mapTask(() => future, { concurrency: 2, name: (n, index) => `${n.toFixed()} ${index}` }));
// @ts-expect-error no source
observable.pipe(mapTask((n) => n));
// @ts-expect-error another value
observable.pipe(mapTask((text: string) => work(text)));
// @ts-expect-error no such option
observable.pipe(mapTask(() => future, { parallel: 2 }));

// those over sources of sources -------------------------------------------------------------------

expectTypeOf(of(future, task).pipe(gatherAll())).is<Observable<(number | string)[]>>();
expectTypeOf(of(work('x')).pipe(gatherAll({ returnExceptions: true }))).is<Observable<(Date | Error)[]>>();
expectTypeOf(of(async () => 5).pipe(gatherAll())).is<Observable<number[]>>();

expectTypeOf(of(future, task).pipe(asCompletedAll())).is<Observable<Future<number> | Task<string, boolean>>>();
expectTypeOf(of(work('x')).pipe(asCompletedAll(2))).is<Observable<Task<Date>>>();
expectTypeOf(of(observable).pipe(asCompletedAll(), toArray())).is<Observable<Task<number>[]>>();

expectTypeOf(of(task).pipe(waitAll({ timeout: 5 }))).is<Observable<Waited<Task<string, boolean>>>>();
expectTypeOf(of(work('x')).pipe(waitAll())).is<Observable<Waited<Task<Date>>>>();
