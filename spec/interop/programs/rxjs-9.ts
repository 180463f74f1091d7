/** RxJS 9, which defines `globalThis.Observable`, and tasks: both ways. */
import { EmptyError } from 'rxjs';
import { type PlatformObservable, createTask, gather, isCancelled, resultOf, run, shield, sleep } from 'rxtasks';

import { tell } from './tell.js';

interface Subscriber {
  next(value: unknown): void;
  error(error: unknown): void;
  complete(): void;
  addTeardown(teardown: () => void): void;
}
type ObservableClass = {
  new (init: (subscriber: Subscriber) => void): PlatformObservable<number>;
  from(source: unknown): { toArray(): Promise<unknown[]> };
};

// By a computed name: its types declare globals, which no other file here shall see.
const rxjs9 = (await import(['rxjs', '9'].join('-'))) as { ColdObservable: ObservableClass };
const { ColdObservable } = rxjs9;
const { Observable } = globalThis as unknown as { Observable: ObservableClass };

const events: string[] = [];

function counting(Class: ObservableClass, name: string): PlatformObservable<number> {
  return new Class((subscriber) => {
    let n = 0;
    const timer = setInterval(() => {
      subscriber.next(++n);
      if (n === 3) subscriber.complete();
    }, 2);
    subscriber.addTeardown(() => {
      events.push(`${name} torn down after ${n}`);
      clearInterval(timer);
    });
  });
}

const found = await run(async () => {
  const progress: unknown[] = [];
  const task = createTask(counting(ColdObservable, 'cold'));
  task.progress$.subscribe((value) => progress.push(value));
  const result = await task;
  const platform = await resultOf(counting(Observable, 'platform'));
  const together = await gather([counting(ColdObservable, 'a'), counting(ColdObservable, 'b')]);

  const endless = createTask(new ColdObservable((subscriber) => subscriber.addTeardown(() => events.push('stopped'))));
  await sleep(1);
  endless.cancel('enough');
  const cancelled: unknown = await endless.catch((error: unknown) => error);

  const failing = new ColdObservable((subscriber) => subscriber.error(new Error('boom')));
  const failure: unknown = await resultOf(failing).catch((error: unknown) => error);
  const empty: unknown = await resultOf(new ColdObservable((subscriber) => subscriber.complete())).catch(
    (error: unknown) => error,
  );
  const synchronous = await resultOf(
    new ColdObservable((subscriber) => {
      subscriber.next(1);
      subscriber.next(2);
      subscriber.complete();
    }),
  );
  const work = createTask(sleep(1, 'a result'));
  const back = await Observable.from(shield(work).then()).toArray();
  const reports = createTask(counting(ColdObservable, 'reports'));
  const backAgain = await Observable.from({
    [Symbol.asyncIterator]: () => reports.progress$[Symbol.asyncIterator](),
  }).toArray();
  return {
    progress,
    result,
    platform,
    together,
    cancelled: [isCancelled(cancelled), String(cancelled)],
    failure: String(failure),
    empty: empty instanceof EmptyError,
    synchronous,
    back,
    backAgain,
  };
});
tell({ ...found, events });
