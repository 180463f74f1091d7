import { type Observable, defer, from, of } from 'rxjs';
import {
  type Resume,
  type Task,
  coroutine,
  createTask,
  mapTask,
  resultOf,
  sleep,
  waitFor,
  withTaskGroup,
  withTimeout,
} from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';
import { native, outcomeOf, workplace } from './workplace.js';

/** Work of another make, which hears a signal and nothing else. */
function foreign(signal: AbortSignal, note: (what: string) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve('done'), 100);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      note('aborted');
      reject(signal.reason as Error);
    });
  });
}

type Note = (what: string) => void;
interface Signalled {
  readonly signal: AbortSignal;
}

/** What a function may give, with the signal that it is called with. */
const forms: Record<string, (note: Note) => (given: Signalled) => unknown> = {
  'a promise': (note) => async (given) => foreign(given.signal, note),
  'an Observable of what runs already': (note) => (given) => from(foreign(given.signal, note)),
  'an Observable that reads the signal when it is subscribed to': (note) => (given) =>
    defer(() => foreign(given.signal, note)),
  'a coroutine': (note) => (given) => resultOf(foreign(given.signal, note)),
  'a generator': (note) =>
    function* (given: Signalled): Generator<void, unknown, Resume> {
      return yield* resultOf(foreign(given.signal, note));
    },
  'an async generator': (note) =>
    async function* (given: Signalled) {
      yield await foreign(given.signal, note);
    },
};

type Fn = (given: Signalled) => Promise<unknown>;

/** Where the function is called, with a limit of 10 ms. */
const places: Record<string, (fn: Fn) => PromiseLike<unknown> & Observable<unknown>> = {
  waitFor: (fn) => waitFor(fn, 10),
  withTimeout: (fn) => withTimeout(10, fn),
  'a group in withTimeout': (fn) => withTimeout(10, () => withTaskGroup(fn)),
  'resultOf in withTimeout': (fn) => withTimeout(10, () => resultOf(fn)),
};

/** In which style it is waited for. */
const styles: Record<string, (make: () => ReturnType<(typeof places)[string]>) => Task<unknown>> = {
  'a coroutine': (make) =>
    createTask(function* () {
      return yield* resultOf(make());
    }),
  'an async function': (make) => createTask(async () => await make()),
  'task.resultOf': (make) => createTask(async (task) => await task.resultOf(make())),
  'a pipeline': (make) => createTask(defer(make)),
};

describe.each(Object.keys(styles))('the limit of a function that is called in %s', (style) => {
  describe.each(Object.keys(places))('by %s', (place) => {
    const names = Object.keys(forms).filter((name) => place !== 'withTimeout' || name !== 'an async generator');
    it.each(names)('aborts the signal that it was given, if it gives %s', (form) =>
      runVirtual(async () => {
        const { events, note } = workplace();
        const fn = forms[form]!(note) as Fn;
        note(await outcomeOf(styles[style]!(() => places[place]!(fn))));
        expect(events).toEqual(['aborted at 10', 'TimeoutError: the time limit was reached at 10']);
      }),
    );
  });
});

describe('async code that a function starts, and wraps in an Observable', () => {
  const wrap = (start: () => Promise<string>) => from(start());
  const places: Record<string, (start: () => Promise<string>) => PromiseLike<unknown>> = {
    'the project of mapTask': (start) => createTask(of(0).pipe(mapTask(() => wrap(start)))),
    'the function of a task': (start) => createTask(() => wrap(start)),
    'the function of resultOf': (start) => createTask(resultOf(() => wrap(start))),
    'the body of a scope': (start) => createTask(withTaskGroup(() => wrap(start))),
    'the function of waitFor': (start) => createTask(waitFor(() => wrap(start), 1000)),
  };

  it.each(Object.keys(places))('is cancelled along in %s', (place) =>
    runVirtual(async () => {
      const { events, note, asyncWork } = workplace();
      const task = places[place]!(() => asyncWork({ name: 'a', ms: 100 })) as Task<unknown>;
      await native(5);
      task.cancel();
      note(await outcomeOf(task));
      await sleep(100);
      expect(events).toEqual(['a starts at 0', 'a cancelled at 5', 'CancelledError at 5', 'a clean at 8']);
    }),
  );

  it('is no business of a later request', () =>
    runVirtual(async () => {
      const { events, note, asyncWork } = workplace();
      const task = createTask(function* () {
        let running!: Promise<string>;
        yield* resultOf(() => {
          running = asyncWork({ name: 'a', ms: 20 });
          return of(0);
        });
        try {
          yield* sleep(10);
        } finally {
          note(yield* resultOf(running));
        }
      });
      await native(5);
      task.cancel();
      note(await outcomeOf(task));
      expect(events).toEqual(['a starts at 0', 'a ends at 20', 'a at 20', 'CancelledError at 20']);
    }));

  it('awaits by scope.resultOf what the scope interrupts', () =>
    runVirtual(async () => {
      const { events, note, work } = workplace();
      note(await outcomeOf(withTimeout(10, (scope) => from(scope.resultOf(work({ name: 'a', ms: 100 }))))));
      await sleep(100);
      expect(events).toEqual([
        'a starts at 0',
        'a cancelled at 10',
        'TimeoutError: the time limit was reached at 10',
        'a clean at 13',
      ]);
    }));
});

describe('the signal of a function', () => {
  it('is that of its own limit: what is called after it, and before, keeps its own', () =>
    runVirtual(async () => {
      const signals: AbortSignal[] = [];
      const take = ({ signal }: Signalled) => {
        signals.push(signal);
        return sleep(100);
      };
      await createTask(function* (task) {
        const own = task.signal;
        for (let i = 0; i < 2; i++) {
          try {
            yield* waitFor(take, 10);
          } catch {
            signals.push(own);
          }
        }
        yield* coroutine(function* () {
          yield* waitFor(() => sleep(1), 10);
        })();
      });
      const [first, , second] = signals;
      expect(first).not.toBe(second);
      expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true, true]);
    }));
});
