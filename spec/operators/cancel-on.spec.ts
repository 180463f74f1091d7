import { EMPTY, NEVER, Observable, Subject, concatMap, of, switchMap, take, throwError, timer, toArray } from 'rxjs';
import { CancelledError, cancelOn, createTask, getRunningLoop, isCancelled, resultOf, sleep } from 'rxtasks';
import { errorOf, runVirtual, thrownBy } from '../support/virtual.js';
import { countedSignal, countedWatchers, marbles, workshop } from './work.js';

const anyCancellation: unknown = expect.any(CancelledError);

/** Subscribes and notes what comes. */
function watch(source: Observable<unknown>) {
  const seen: unknown[] = [];
  const subscription = source.subscribe({
    next: (value) => seen.push(value),
    error: (error: unknown) => seen.push(error),
    complete: () => seen.push('complete'),
  });
  return { seen, subscription };
}

describe('cancelOn a signal', () => {
  it('stops watching and errors when the signal is aborted', () => {
    marbles(({ loop, cold, expectObservable, expectSubscriptions }) => {
      const stop = new AbortController();
      loop.callLater(5, () => stop.abort());
      const source = cold('                                --a--b--c--|');
      expectObservable(source.pipe(cancelOn(stop.signal))).toBe('--a--#', undefined, anyCancellation);
      expectSubscriptions(source.subscriptions).toBe('     ^----!');
    });
  });

  it('gives a CancelledError that says why: the reason of the signal', () => {
    for (const reason of ['enough', new Error('why'), { code: 1 }]) {
      const stop = new AbortController();
      const { seen } = watch(NEVER.pipe(cancelOn(stop.signal)));
      stop.abort(reason);
      const [error] = seen as [CancelledError];
      expect(isCancelled(error)).toBe(true);
      expect([error.source, error.cause]).toEqual(['signal', reason]);
      expect(seen).toHaveLength(1);
      if (reason === 'enough') expect(error.message).toBe('enough');
    }
  });

  it('never subscribes to the source if the signal is aborted already', () => {
    let subscribed = false;
    const source = new Observable(() => {
      subscribed = true;
    });
    const { seen } = watch(source.pipe(cancelOn(AbortSignal.abort('before'))));
    expect(seen).toEqual([expect.objectContaining({ name: 'CancelledError', message: 'before' })]);
    expect(subscribed).toBe(false);
  });

  it('lets values, completion and errors pass as long as it is not aborted', () => {
    marbles(({ cold, expectObservable }) => {
      const { signal } = new AbortController();
      expectObservable(cold('-a-b-|').pipe(cancelOn(signal))).toBe('-a-b-|');
      expectObservable(cold('-a-#').pipe(cancelOn(signal))).toBe('-a-#');
    });
  });

  it('leaves no listener on the signal, however it ends', () => {
    const stop = new AbortController();
    const counted = countedSignal(stop.signal);
    const watching = (source: Observable<unknown>) => watch(source.pipe(cancelOn(stop.signal)));

    watching(of(1));
    watching(throwError(() => new Error('boom')));
    watch(of(1, 2).pipe(cancelOn(stop.signal), take(1)));
    expect(counted.listeners).toBe(0);

    const subject = new Subject();
    const first = watching(subject);
    const second = watching(subject);
    watching(NEVER);
    expect(counted.listeners).toBe(1);
    first.subscription.unsubscribe();
    expect(counted.listeners).toBe(1);
    subject.complete();
    expect(second.seen).toEqual(['complete']);
    expect(counted.listeners).toBe(1);
    stop.abort();
    expect(counted.listeners).toBe(0);
    watching(NEVER);
    expect(counted.listeners).toBe(0);
  });

  it('may be used for many subscriptions, with one listener for all of them', () => {
    const stop = new AbortController();
    const counted = countedSignal(stop.signal);
    const source = NEVER.pipe(cancelOn(stop.signal));
    expect(counted.listeners).toBe(0);
    const all = [watch(source), watch(source)];
    expect(counted.listeners).toBe(1);
    stop.abort();
    for (const { seen } of all) expect(seen).toEqual([anyCancellation]);
  });
});

describe('cancelOn a notifier', () => {
  it('stops at the first value of the notifier', () => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source = cold('                              --a--b--c--|');
      const notifier = hot('                             -----n--n--|');
      expectObservable(source.pipe(cancelOn(notifier))).toBe('--a--#', undefined, anyCancellation);
      expectSubscriptions(source.subscriptions).toBe('   ^----!');
      expectSubscriptions(notifier.subscriptions).toBe(' ^----!');
    });
  });

  it('does nothing if the notifier completes without a value', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('--a--b|').pipe(cancelOn(EMPTY))).toBe('         --a--b|');
      expectObservable(cold('--a--b|').pipe(cancelOn(cold('---|')))).toBe('--a--b|');
    });
  });

  it('errors as the notifier does', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('                                       --a--b|');
      expectObservable(source.pipe(cancelOn(cold('---#')))).toBe('--a#');
      expectSubscriptions(source.subscriptions).toBe('            ^--!');
    });
  });

  it('unsubscribes from the notifier when the source has ended', () => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const notifier = hot('                                   ---------n');
      expectObservable(cold('--a-|').pipe(cancelOn(notifier))).toBe('--a-|');
      expectSubscriptions(notifier.subscriptions).toBe('       ^---!');
    });
  });

  it('never subscribes to the source if the notifier emits at once, were it without end', () => {
    let subscribed = false;
    const source = new Observable(() => {
      subscribed = true;
    });
    const endless = new Observable<number>((subscriber) => {
      for (let i = 0; !subscriber.closed; i++) {
        if (i > 1000) throw new Error('goes on');
        subscriber.next(i);
      }
    });
    expect(watch(source.pipe(cancelOn(endless))).seen).toEqual([anyCancellation]);
    expect(subscribed).toBe(false);
  });

  it('takes any notifier that RxJS takes: a coroutine, a task, a promise, an iterable', () =>
    runVirtual(function* () {
      expect(yield* errorOf(resultOf(NEVER.pipe(cancelOn(sleep(10)))))).toMatchObject({ source: 'notifier' });
      expect(getRunningLoop().time()).toBe(10);
      const task = createTask(sleep(10));
      expect(yield* errorOf(resultOf(NEVER.pipe(cancelOn(task))))).toBeInstanceOf(CancelledError);
      expect(yield* errorOf(resultOf(NEVER.pipe(cancelOn([1]))))).toBeInstanceOf(CancelledError);
    }));
});

describe('cancelOn', () => {
  it('cancels the task of a cold coroutine, whose clean-up a task over it waits for', () =>
    runVirtual(function* () {
      const { events, note, work } = workshop();
      const stop = new AbortController();
      const task = createTask(work('a', 1000, { cleanUp: 20 }).pipe(cancelOn(stop.signal)));
      yield* sleep(10);
      stop.abort();
      yield* errorOf(task);
      note('task over');
      expect(task.cancelled()).toBe(true);
      expect(events).toEqual(['a starts at 0', 'a cancelled at 10', 'a clean at 30', 'task over at 30']);
    }));

  it('makes a task wait also for the clean-up of what the source has started later', () =>
    runVirtual(function* () {
      const { events, note, work } = workshop();
      const stop = new AbortController();
      const later = timer(5, getRunningLoop().scheduler).pipe(switchMap(() => work('a', 1000, { cleanUp: 20 })));
      const task = createTask(later.pipe(cancelOn(stop.signal)));
      yield* sleep(10);
      stop.abort();
      yield* errorOf(task);
      note('task over');
      expect(events).toEqual(['a starts at 5', 'a cancelled at 10', 'a clean at 30', 'task over at 30']);
    }));

  it('only stops watching a hot task', () =>
    runVirtual(function* () {
      const stop = new AbortController();
      const task = createTask(sleep(20, 'done'));
      const { seen } = watch(task.pipe(cancelOn(stop.signal)));
      yield* sleep(10);
      stop.abort();
      expect(seen).toEqual([anyCancellation]);
      expect(yield* task).toBe('done');
    }));

  it('stops a source that emits without end while it is subscribed to', () => {
    const stop = new AbortController();
    let emitted = 0;
    const endless = new Observable<number>((subscriber) => {
      while (!subscriber.closed) {
        if (++emitted > 1000) throw new Error('goes on');
        subscriber.next(emitted);
        if (emitted === 5) stop.abort();
      }
    });
    expect(watch(endless.pipe(cancelOn(new AbortController().signal), take(3), toArray())).seen).toEqual([
      [1, 2, 3],
      'complete',
    ]);
    emitted = 0;
    expect(watch(endless.pipe(cancelOn(stop.signal), toArray())).seen).toEqual([anyCancellation]);
    expect(emitted).toBe(5);
  });

  it('leaves nothing behind at a future that it has watched', () =>
    runVirtual(function* () {
      const given = createTask(sleep(100));
      const counted = countedWatchers(given);
      const subscription = NEVER.pipe(cancelOn(given)).subscribe();
      yield* sleep(1);
      expect(counted.watchers).toBeGreaterThan(0);
      subscription.unsubscribe();
      expect(counted.watchers).toBe(0);
    }));

  it('can be subscribed to again where the trigger is cold', () =>
    runVirtual(function* () {
      const source = NEVER.pipe(cancelOn(sleep(10)));
      for (const end of [10, 20]) {
        expect(yield* errorOf(resultOf(source))).toBeInstanceOf(CancelledError);
        expect(getRunningLoop().time()).toBe(end);
      }
    }));

  it('applies to each inner source where it stands inside of a higher-order operator', () => {
    marbles(({ cold, expectObservable }) => {
      const inner = () => cold('-x-x-x-|').pipe(cancelOn(cold('--n')));
      expectObservable(cold('a|').pipe(concatMap(inner))).toBe('-x#', undefined, anyCancellation);
    });
  });

  it('refuses what is neither a signal nor a notifier, at the call', () => {
    const cases: [unknown, string][] = [
      [undefined, 'undefined'],
      [null, 'null'],
      [5, '5 (number)'],
      ['abc', '"abc" (string)'],
      [{}, '{}'],
      [new AbortController(), '<AbortController>'],
      [() => NEVER, 'a function'],
    ];
    for (const [trigger, got] of cases) {
      expect(thrownBy(() => cancelOn(trigger as AbortSignal))).toEqual(
        new TypeError(`cancelOn(trigger): expected an AbortSignal or an Observable, got ${got}`),
      );
    }
  });
});
