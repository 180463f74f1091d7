import { of } from 'rxjs';
import { type Task, createTask, mapTask, resultOf, sleep } from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';
import { native, outcomeOf, workplace } from './workplace.js';

type Note = (what: string) => void;
type Items = () => AsyncGenerator<number>;

/** Where an async generator runs as the work of a task, or as a part of it. */
const places: Record<string, (items: Items) => Task<unknown>> = {
  'createTask(items())': (items) => createTask(items()),
  'createTask(items)': (items) => createTask(items),
  'resultOf(items()) of a coroutine': (items) =>
    createTask(function* () {
      return yield* resultOf(items());
    }),
  'resultOf(items) of a coroutine': (items) => createTask(resultOf(items)),
  'a project of mapTask': (items) => createTask(of(0).pipe(mapTask(() => items()))),
  'a function that a project of mapTask gives': (items) => createTask(of(0).pipe(mapTask(() => items))),
  'the source of mapTask': (items) =>
    createTask(async () => {
      for await (const _ of mapTask(items(), (n: number) => sleep(1, n)));
    }),
};
const names = Object.keys(places);

/** Waits in its first step, or gives an item at first; cleans up for 2 ms. */
function generator(note: Note, before: (ms: number) => PromiseLike<unknown>): Items {
  return async function* items() {
    note('opened');
    try {
      await before(5);
      await sleep(100);
      note('went on');
      yield 1;
    } finally {
      note('closing');
      await sleep(2);
      note('closed');
    }
  };
}

// The first tests of this file run while no async function has run as a task yet, so that nothing has made the library follow async
// contexts. Hence coroutines.
describe('an async generator, though no async function has run before', () => {
  it.each(names.slice(0, 6))('is cancelled where it waits: %s', (place) =>
    runVirtual(function* () {
      const { events, note } = workplace();
      const task = places[place]!(generator(note, async () => {}));
      yield* sleep(10);
      task.cancel();
      note(yield* resultOf(outcomeOf(task)));
      expect(events).toEqual(['opened at 0', 'closing at 10', 'closed at 12', 'CancelledError at 12']);
    }),
  );
});

describe.each(names)('an async generator as %s', (place) => {
  it('is cancelled where it waits, and waited for', () =>
    runVirtual(async () => {
      const { events, note } = workplace();
      const task = places[place]!(generator(note, sleep));
      await native(10);
      task.cancel();
      note(await outcomeOf(task));
      expect(events).toEqual(['opened at 0', 'closing at 10', 'closed at 12', 'CancelledError at 12']);
    }));

  it('hears at its next library await what came during a native one', () =>
    runVirtual(async () => {
      const { events, note } = workplace();
      const task = places[place]!(generator(note, native));
      await native(3);
      task.cancel();
      note(await outcomeOf(task));
      expect(events).toEqual(['opened at 0', 'closing at 5', 'closed at 7', 'CancelledError at 7']);
    }));

  it('cleans up undisturbed if it was asked while it waited for nothing of the library', () =>
    runVirtual(async () => {
      const { events, note } = workplace();
      const task = places[place]!(async function* () {
        try {
          await native(5);
          yield 1;
          note('went on');
        } finally {
          await sleep(2);
          note('closed');
        }
      });
      await native(3);
      task.cancel();
      note(await outcomeOf(task));
      expect(events).toEqual(['closed at 7', 'CancelledError at 7']);
    }));

  it('is not over under a second cancel before its clean-up is, which hears of it', () =>
    runVirtual(async () => {
      const { events, note } = workplace();
      const task = places[place]!(async function* () {
        try {
          await sleep(100);
          yield 1;
        } finally {
          try {
            await sleep(20);
            note('not reached');
          } finally {
            await native(10);
            note('closed');
          }
        }
      });
      await native(5);
      task.cancel();
      await native(5);
      task.cancel();
      note(await outcomeOf(task));
      expect(events).toEqual(['closed at 20', 'CancelledError at 20']);
    }));

  it('is closed also when the request comes in the moments around an item', () =>
    runVirtual(async () => {
      for (let moment = 0; moment < 16; moment++) {
        const log: string[] = [];
        let open!: () => void;
        const gate = new Promise<void>((resolve) => (open = resolve));
        const task = places[place]!(async function* () {
          try {
            await gate;
            yield 1;
            await native(5);
            yield 2;
          } finally {
            log.push('closing');
            await sleep(2);
            log.push('closed');
          }
        });
        await native(1);
        open();
        for (let i = 0; i < moment; i++) await Promise.resolve();
        task.cancel();
        expect([moment, await outcomeOf(task), ...log]).toEqual([moment, 'CancelledError', 'closing', 'closed']);
      }
    }));

  it('that fails by itself is not closed again', () =>
    runVirtual(async () => {
      let returned = 0;
      const failing = () => ({
        next: () => Promise.reject(new Error('broken')),
        return: () => Promise.resolve({ done: true as const, value: (returned++, undefined) }),
        [Symbol.asyncIterator]() {
          return this;
        },
      });
      expect(await outcomeOf(places[place]!(failing as unknown as Items))).toBe('Error: broken');
      expect(returned).toBe(0);
    }));
});
