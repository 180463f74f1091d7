/** What Angular's `toSignal` and `async` pipe make of coroutines and tasks. */
import '@angular/compiler';

import { AsyncPipe } from '@angular/common';
import {
  type ChangeDetectorRef,
  type EnvironmentInjector,
  ErrorHandler,
  Injector,
  NgZone,
  createEnvironmentInjector,
  runInInjectionContext,
  ɵINJECTOR_SCOPE as INJECTOR_SCOPE,
  ɵNoopNgZone as NoopNgZone,
} from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { type Coroutine, coroutine, createTask, ignoreCancelled, sleep } from 'rxtasks';

import { tell, until } from './tell.js';

const events: string[] = [];

const load: (name: string, ms: number) => Coroutine<string> = coroutine(function* load(name, ms) {
  try {
    yield* sleep(ms);
    return `${name} loaded`;
  } catch (error) {
    events.push(`${name} cancelled`);
    throw error;
  } finally {
    yield* sleep(5);
    events.push(`${name} clean`);
  }
});

const handled: string[] = [];

/** Stands for the application, which a platform with a document would make. */
const application = createEnvironmentInjector(
  [
    { provide: INJECTOR_SCOPE, useValue: 'root' },
    { provide: NgZone, useValue: new NoopNgZone() },
    { provide: ErrorHandler, useValue: { handleError: (error: unknown) => handled.push(String(error)) } },
  ],
  Injector.create({ providers: [] }) as EnvironmentInjector,
);

/** Stands for a component: what is injected in it ends with it. */
function component(): EnvironmentInjector {
  return createEnvironmentInjector([], application);
}

async function signals() {
  const [a, b] = [component(), component()];
  const ofCoroutine = toSignal(load('signal', 5), { injector: a, initialValue: 'loading' });
  const before = ofCoroutine();
  toSignal(load('left', 60_000), { injector: b });
  const task = createTask(load('task', 30));
  const ofTask = toSignal(task, { injector: a });
  const progress = toSignal(task.progress$, { injector: a });
  toSignal(task, { injector: b });
  task.report('half');
  const cancelled = createTask(sleep(60_000, 'never'));
  const quiet = toSignal(cancelled.pipe(ignoreCancelled()), { injector: a, initialValue: 'none' });
  const loud = toSignal(cancelled, { injector: a });
  cancelled.cancel('by the user');
  await until(() => ofCoroutine() !== 'loading');
  b.destroy();
  await until(() => events.includes('left clean'));
  await task;
  await sleep(1);
  let thrown: string | null = null;
  try {
    loud();
  } catch (error) {
    thrown = String(error);
  }
  return { before, after: ofCoroutine(), task: ofTask(), progress: progress(), quiet: quiet(), thrown };
}

async function pipes() {
  const view = component();
  const marks: string[] = [];
  const pipe = (name: string) =>
    runInInjectionContext(
      view,
      () => new AsyncPipe({ markForCheck: () => marks.push(name) } as unknown as ChangeDetectorRef),
    );

  const observable = load('piped', 5).asObservable();
  const ofObservable = pipe('observable');
  const first = ofObservable.transform(observable);

  const leaving = pipe('leaving');
  leaving.transform(load('piped and left', 60_000).asObservable());

  // A coroutine is a thenable, and the pipe looks for those first: then destroying the view stops nothing.
  const ofThenable = pipe('thenable');
  ofThenable.transform(load('thenable', 20));

  const task = createTask(sleep(60_000, 'never'));
  const quiet = task.pipe(ignoreCancelled());
  const ofTask = pipe('task');
  ofTask.transform(quiet);
  const ofBareTask = pipe('bare task');
  ofBareTask.transform(task);
  task.cancel('by the user');

  await until(() => marks.includes('observable') && handled.length > 0);
  const second = ofObservable.transform(observable);
  const value = ofTask.transform(quiet);
  for (const each of [ofObservable, leaving, ofThenable, ofTask, ofBareTask]) each.ngOnDestroy();
  await until(() => events.includes('thenable clean') && events.includes('piped and left clean'));
  return { first, second, marks, value, handled };
}

const found = { signals: await signals(), pipes: await pipes() };
tell({ ...found, events });
