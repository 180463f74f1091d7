import { of } from 'rxjs';
import {
  Lock,
  Queue,
  type Task,
  allTasks,
  asCompleted,
  createTask,
  currentTask,
  gather,
  getRunningLoop,
  mapTask,
  resultOf,
  shield,
  sleep,
  wait,
  waitFor,
  withRetry,
  Backoff,
  withTaskGroup,
  withTimeout,
} from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';
import { CLEAN_UP, native, outcomeOf, workplace } from './workplace.js';

type Place = ReturnType<typeof workplace>;

/** How an async function waits: by ambient context, or by the task. */
const waits: Record<string, (what: PromiseLike<unknown>, task: Task<unknown>) => Promise<unknown>> = {
  await: async (what) => await what,
  'task.resultOf': (what, task) => task.resultOf(what),
};

/** A task that is asked to cancel during a native await, and then waits for what `make` gives. */
async function armed(
  place: Place,
  way: string,
  make: () => PromiseLike<unknown>,
  prepare: () => void = () => {},
): Promise<{ readonly cancelled: boolean }> {
  const { note } = place;
  prepare();
  const task = createTask(async (me) => {
    await native(5);
    const result = await waits[way]!(make(), me);
    note(`got ${String(result)}`);
    await waits[way]!(sleep(10), me);
    note('went on');
  });
  await native(2);
  task.cancel('stop');
  note(await outcomeOf(task));
  await sleep(20);
  return { cancelled: task.cancelled() };
}

describe.each(Object.keys(waits))('an async function with a request that it has not heard yet, by %s', (way) => {
  it.each<[string, (work: () => Task<string>) => PromiseLike<unknown>]>([
    ['a task', (work) => work()],
    ['resultOf(task)', (work) => resultOf(work())],
    ['waitFor(task, ms)', (work) => waitFor(work(), 1000)],
    ['waitFor(task)', (work) => waitFor(work())],
    ['waitFor(resultOf(waitFor(task)))', (work) => waitFor(resultOf(waitFor(work(), 900)), 1000)],
    ['gather of tasks', (work) => gather([work()])],
    ['resultOf(gather of tasks)', (work) => resultOf(gather([work()]))],
  ])('hands it on to what is hot, and waits for its clean-up: %s', (_, make) =>
    runVirtual(async () => {
      const place = workplace();
      let task!: Task<string>;
      const { cancelled } = await armed(
        place,
        way,
        () => make(() => task),
        () => (task = createTask(place.work({ name: 'a', ms: 100 }))),
      );
      expect(place.events).toEqual(['a starts at 0', 'a cancelled at 5', 'a clean at 8', 'CancelledError: stop at 8']);
      expect([task.cancelled(), cancelled]).toEqual([true, true]);
    }),
  );

  it.each<[string, (place: Place) => PromiseLike<unknown>]>([
    ['a coroutine', ({ work }) => work({ name: 'a', ms: 1 })],
    ['resultOf(coroutine)', ({ work }) => resultOf(work({ name: 'a', ms: 1 }))],
    ['waitFor(async function)', ({ asyncWork }) => waitFor(() => asyncWork({ name: 'a', ms: 1 }), 1000)],
    ['resultOf(async function)', ({ asyncWork }) => resultOf(() => asyncWork({ name: 'a', ms: 1 }))],
    ['resultOf(Observable)', ({ work }) => resultOf(of(0).pipe(mapTask(() => work({ name: 'a', ms: 1 }))))],
    ['a scope', ({ asyncWork }) => withTimeout(1000, () => asyncWork({ name: 'a', ms: 1 }))],
    ['a group', ({ work }) => withTaskGroup((group) => resultOf(group.createTask(work({ name: 'a', ms: 1 }))))],
    ['withRetry', ({ work }) => withRetry(work({ name: 'a', ms: 1 }), Backoff.exponential(1))],
  ])('starts nothing that is cold: %s', (_, make) =>
    runVirtual(async () => {
      const place = workplace();
      await armed(place, way, () => make(place));
      expect(place.events).toEqual(['CancelledError: stop at 5']);
      expect(allTasks().size).toBe(1);
    }),
  );

  it.each<[string, (value: Task<unknown>) => PromiseLike<unknown>]>([
    ['a task that is done', (done) => done],
    ['resultOf(it)', (done) => resultOf(done)],
    ['gather of it', (done) => gather([done])],
  ])('is told at once where nobody is left to ask: %s', (_, make) =>
    runVirtual(async () => {
      const place = workplace();
      const done = createTask(sleep(0, 'value'));
      await armed(place, way, () => make(done));
      expect(place.events).toEqual(['CancelledError: stop at 5']);
    }),
  );

  it('has the children of a gather cancelled, which are tasks from the call on', () =>
    runVirtual(async () => {
      const place = workplace();
      const { work, asyncWork } = place;
      await armed(place, way, () => gather([work({ name: 'a', ms: 9 }), () => asyncWork({ name: 'b', ms: 9 })]));
      const began = [
        'a starts at 5',
        'b starts at 5',
        'a cancelled at 5',
        'b cancelled at 5',
        'a clean at 8',
        'b clean at 8',
      ];
      // JavaScript asks a thenable what it is in a later microtask, in which the children have begun.
      expect(place.events).toEqual(
        way === 'await' ? [...began, 'CancelledError: stop at 8'] : ['CancelledError: stop at 5'],
      );
    }));

  it('takes nothing from a queue, and no lock', () =>
    runVirtual(async () => {
      const place = workplace();
      const queue = new Queue<number>();
      queue.putNowait(1);
      const lock = new Lock();
      await armed(place, way, () => queue.get());
      await armed(place, way, () => lock.acquire());
      expect(place.events).toEqual(['CancelledError: stop at 5', 'CancelledError: stop at 30']);
      expect([queue.qsize(), lock.locked()]).toEqual([1, false]);
    }));

  it('lets go of a shield, and what that protects runs on', () =>
    runVirtual(async () => {
      const place = workplace();
      let task!: Task<string>;
      await armed(
        place,
        way,
        () => shield(task),
        () => (task = createTask(place.work({ name: 'a', ms: 20 }))),
      );
      expect(place.events).toEqual(['a starts at 0', 'CancelledError: stop at 5', 'a ends at 20']);
    }));

  it('cancels a future of its own at once', () =>
    runVirtual(async () => {
      const place = workplace();
      const future = getRunningLoop().createFuture();
      await armed(place, way, () => future);
      expect([place.events, future.cancelled()]).toEqual([['CancelledError: stop at 5'], true]);
    }));

  it('watches of a wait() nothing any more; wait() cancels nobody', () =>
    runVirtual(async () => {
      const place = workplace();
      let task!: Task<string>;
      await armed(
        place,
        way,
        () => wait([task]),
        () => (task = createTask(place.work({ name: 'a', ms: 20 }))),
      );
      expect(place.events).toEqual(['a starts at 0', 'CancelledError: stop at 5', 'a ends at 20']);
    }));

  it('hears it once: the clean-up goes on undisturbed', () =>
    runVirtual(async () => {
      const { events, note } = workplace();
      const task = createTask(async (me) => {
        try {
          await native(5);
        } finally {
          try {
            await waits[way]!(sleep(10), me); // the first library await, also in `finally`, gets it
          } catch (error) {
            note(String(error));
          }
          await waits[way]!(sleep(10), me);
          note('clean');
        }
      });
      await native(2);
      task.cancel('stop');
      note(await outcomeOf(task));
      expect(events).toEqual(['CancelledError: stop at 5', 'clean at 15', 'undefined at 15']);
    }));
});

describe('several awaits that begin together with a request that nobody has heard', () => {
  it('all get it: of a Promise.all of tasks each is asked, and waited for', () =>
    runVirtual(async () => {
      const place = workplace();
      const tasks: Task<string>[] = [];
      await armed(
        place,
        'await',
        () => Promise.all(tasks),
        () => tasks.push(...['a', 'b'].map((name) => createTask(place.work({ name, ms: 100 })))),
      );
      expect(place.events.slice(2)).toEqual([
        'a cancelled at 5',
        'b cancelled at 5',
        'a clean at 8',
        'b clean at 8',
        'CancelledError: stop at 8',
      ]);
      expect(tasks.map((task) => task.cancelled())).toEqual([true, true]);
    }));

  it('and of cold ones none starts', () =>
    runVirtual(async () => {
      const place = workplace();
      await armed(place, 'await', () => Promise.all(['a', 'b'].map((name) => place.work({ name, ms: 100 }))));
      expect(place.events).toEqual(['CancelledError: stop at 5']);
    }));
});

describe('an iterator of the library in a task that was asked to cancel in the body of its loop', () => {
  const iterations: Record<string, (place: Place) => AsyncIterable<unknown>> = {
    'mapTask, one at a time': ({ work }) => mapTask(['a', 'b', 'c'], (name) => work({ name, ms: 3 })),
    'mapTask, two at a time': ({ work }) =>
      mapTask(['a', 'b', 'c'], (name) => work({ name, ms: 3 }), { concurrency: 2 }),
    'mapTask, in order': ({ work }) =>
      mapTask(['a', 'b', 'c'], (name) => work({ name, ms: name === 'a' ? 3 : 10 }), { concurrency: 3, ordered: true }),
    'mapTask, everything is there': ({ work }) =>
      mapTask(['a', 'b', 'c'], (name) => work({ name, ms: 3 }), { concurrency: 3 }),
    'mapTask of async functions': ({ asyncWork }) =>
      mapTask(['a', 'b', 'c'], (name) => asyncWork({ name, ms: 3 }), { concurrency: 2 }),
    'mapTask of Observables of many values': () => mapTask([0, 1], () => of(1, 2, 3), { concurrency: 2 }),
    'progress$ of a task that reports': () =>
      createTask(function* (task: Task<unknown, number>) {
        for (let i = 0; i < 10; i++) {
          task.report(i);
          yield* sleep(5);
        }
      }).progress$,
  };

  const ways: Record<string, (wasAsked: () => void) => Promise<void>> = {
    'during a native await': async (ask) => {
      setTimeout(ask, 1);
      await native(10);
    },
    'by itself': async () => void currentTask()!.cancel('stop'),
  };

  describe.each(Object.keys(iterations))('%s', (name) => {
    it.each(Object.keys(ways).flatMap((way) => ['next', 'break', 'throw'].map((end) => [way, end])))(
      'leaves, waits for the clean-up, and rejects: asked %s, then %s',
      (way, end) =>
        runVirtual(async () => {
          const place = workplace();
          let handled = 0;
          const iteration = iterations[name]!(place);
          const task = createTask(async () => {
            for await (const _ of iteration) {
              handled++;
              await ways[way]!(() => task.cancel('stop'));
              if (end === 'break') break;
              if (end === 'throw') throw new Error('mine');
            }
            place.note('went on');
          });
          const outcome = await outcomeOf(task);
          place.note('over');
          expect([handled, outcome]).toEqual([1, end === 'throw' ? 'Error: mine' : 'CancelledError: stop']);
          const over = place.events.findIndex((event) => event.startsWith('over'));
          expect(place.events.slice(over + 1)).toEqual([]);
          expect(place.events.filter((event) => event.includes('went on'))).toEqual([]);
          await native(20 + CLEAN_UP);
          expect(place.events.slice(over + 1)).toEqual([]);
          for (const left of allTasks()) if (left !== currentTask()) left.cancel(); // the one that reports
        }),
    );
  });

  it('asCompleted: the next one is not waited for', () =>
    runVirtual(async () => {
      const tasks = [1, 2, 3].map((ms) => createTask(sleep(ms, ms)));
      let handled = 0;
      const task = createTask(async () => {
        for await (const _ of asCompleted(tasks)) {
          handled++;
          await native(10);
        }
      });
      await native(5);
      task.cancel('stop');
      expect([await outcomeOf(task), handled]).toEqual(['CancelledError: stop', 1]);
    }));
});

describe('a request that an async function inside of a coroutine has not heard', () => {
  const inner = (note: (what: string) => void) => async () => {
    await native(5);
    note('inner is over');
    return 'inner';
  };
  const forms: Record<string, (note: (what: string) => void) => PromiseLike<unknown>> = {
    'resultOf(async function)': (note) => resultOf(inner(note)),
    'waitFor(async function, ms)': (note) => waitFor(inner(note), 1000),
    'waitFor(async function)': (note) => waitFor(inner(note)),
    'withTimeout(ms, async function)': (note) => withTimeout(1000, inner(note)),
    'withTaskGroup(async function)': (note) => withTaskGroup(inner(note)),
    'lock.runExclusive(async function)': (note) => new Lock().runExclusive(inner(note)),
  };

  it.each(Object.keys(forms))('goes to the coroutine at its next suspension: %s', (form) =>
    runVirtual(async () => {
      const { events, note } = workplace();
      const task = createTask(function* () {
        note(String(yield* resultOf(forms[form]!(note) as never)));
        yield* sleep(10);
        note('went on');
      });
      await native(2);
      task.cancel('stop');
      note(await outcomeOf(task));
      expect(events).toEqual(['inner is over at 5', 'inner at 5', 'CancelledError: stop at 5']);
    }),
  );

  it.each(Object.keys(forms))('goes to the async function around it: %s', (form) =>
    runVirtual(async () => {
      const { events, note } = workplace();
      const task = createTask(async () => {
        note(String(await forms[form]!(note)));
        await sleep(10);
        note('went on');
      });
      await native(2);
      task.cancel('stop');
      note(await outcomeOf(task));
      expect(events).toEqual(['inner is over at 5', 'inner at 5', 'CancelledError: stop at 5']);
    }),
  );

  it('is not handed to the next deaf call in turn: that one is not called', () =>
    runVirtual(async () => {
      const { events, note } = workplace();
      const task = createTask(function* () {
        for (let i = 0; i < 3; i++) yield* resultOf(inner(note));
      });
      await native(2);
      task.cancel('stop');
      note(await outcomeOf(task));
      expect(events).toEqual(['inner is over at 5', 'CancelledError: stop at 5']);
    }));

  it.each<[string, (note: (what: string) => void) => Task<unknown>]>([
    ['source', (note) => createTask(inner(note))],
    ['source, given by a function', (note) => createTask(() => inner(note)())],
    ["operator's work", (note) => createTask(of(0).pipe(mapTask(inner(note))))],
  ])('is not delivered afterwards where that function is the whole %s of its task: that has ended', (name, make) =>
    runVirtual(async () => {
      const { events, note } = workplace();
      const task = make(note);
      await native(2);
      task.cancel('stop');
      note(await outcomeOf(task));
      expect(events).toEqual([
        'inner is over at 5',
        name === "operator's work" ? 'CancelledError: stop at 5' : 'inner at 5', // a pipeline cannot refuse
      ]);
    }),
  );
});

describe('a signal', () => {
  it('is no delivery: the first library await after it gets the request', () =>
    runVirtual(async () => {
      const { events, note } = workplace();
      const task = createTask(async ({ signal }) => {
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        note('aborted');
        await sleep(10);
        note('went on');
      });
      await native(5);
      task.cancel('stop');
      note(await outcomeOf(task));
      expect(events).toEqual(['aborted at 5', 'CancelledError: stop at 5']);
    }));

  it('that a resultOf around it hears, too, is delivered by that', () =>
    runVirtual(async () => {
      const { events, note } = workplace();
      const task = createTask(async ({ signal }) => {
        try {
          await resultOf(
            new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
          );
        } finally {
          await sleep(10);
          note('clean');
        }
      });
      await native(5);
      task.cancel('stop');
      note(await outcomeOf(task));
      expect(events).toEqual(['clean at 15', 'CancelledError: stop at 15']);
    }));
});
