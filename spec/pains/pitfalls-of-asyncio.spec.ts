import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import {
  type ExceptionContext,
  type ExceptionGroup,
  allTasks,
  createTask,
  gather,
  getEventLoop,
  isCancelled,
  run,
  sleep,
  withTaskGroup,
} from 'rxtasks';
import { errorOf, runVirtual } from '../support/virtual.js';
import { workshop } from '../operators/work.js';
import { pause } from './pause.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('python/cpython #91887: tasks that nobody holds are collected while they run', () => {
  it('rxtasks: the loop holds a task until it is done, whatever it waits for', () =>
    run(async () => {
      const forgotten = (() => {
        // What it waits for is held by nobody but the task.
        const task = createTask(function* () {
          yield* getEventLoop().createFuture<void>();
        });
        return new WeakRef(task);
      })();
      for (let i = 0; i < 5; i++) {
        await pause(1);
        collectGarbage();
      }
      expect(forgotten.deref()?.done()).toBe(false);
      expect([...allTasks()]).toContain(forgotten.deref());
      forgotten.deref()?.cancel();
    }));

  it('rxtasks: and lets it go when it is done', () =>
    run(async () => {
      const done = new WeakRef(createTask(sleep(1)));
      for (let i = 0; i < 20 && done.deref() !== undefined; i++) {
        await pause(2);
        collectGarbage();
      }
      expect(done.deref()).toBeUndefined();
    }));
});

describe('python/cpython #75633, #76935: gather leaves its siblings running after a failure', () => {
  it('rxtasks: so it does, as it says; what fails later is reported, and a group cancels and waits', async () => {
    const reported: string[] = [];
    const { events, note, work } = workshop();
    await runVirtual(
      function* () {
        const gathered = gather([
          work('bad', 1, { fails: true }),
          work('sibling', 10),
          work('late', 5, { fails: true }),
        ]);
        expect(yield* errorOf(gathered)).toEqual(new Error('bad'));
        yield* sleep(20);
        expect(events).toContain('sibling ends at 10');

        const error = yield* errorOf(
          withTaskGroup(function* (group) {
            group.createTask(work('again bad', 1, { fails: true }));
            group.createTask(work('cancelled', 1000, { cleanUp: 5 }));
          }),
        );
        note('group over');
        expect((error as ExceptionGroup).errors.map(String)).toEqual(['Error: again bad']);
      },
      { onContext: ({ kind, exception }) => reported.push(`${kind}: ${String(exception)}`) },
    );
    expect(events.slice(-3)).toEqual(['cancelled cancelled at 22', 'cancelled clean at 27', 'group over at 27']);
    expect(reported).toEqual(['late-failure: Error: late']);
  });
});

describe('python/cpython #76865: return_exceptions swallows the cancellation of the gather', () => {
  it('rxtasks: who waits for a gather is cancelled, returnExceptions or not; the children too', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const waiter = createTask(function* () {
        yield* gather([work('a', 1000, { cleanUp: 5 }), work('b', 1000)], { returnExceptions: true });
        return 'went on';
      });
      yield* sleep(1);
      waiter.cancel('enough');
      const error = yield* errorOf(waiter);
      expect(isCancelled(error)).toBe(true);
      expect((error as Error).message).toBe('enough');
      expect(events.filter((event) => event.includes('clean'))).toEqual(['b clean at 1', 'a clean at 6']);
    }));
});

describe('python/cpython PR #95761: a group that is cancelled while children fail', () => {
  it('rxtasks: tells the errors, and the cancellation comes at the next wait: neither is lost', () =>
    runVirtual(function* () {
      const { work } = workshop();
      const seen: unknown[] = [];
      const parent = createTask(function* () {
        try {
          yield* withTaskGroup(function* (group) {
            group.createTask(work('child', 1000, { cleanUpFails: true }));
            yield* sleep(1000);
          });
        } catch (error) {
          seen.push(error);
        }
        yield* sleep(1);
        seen.push('went on');
      });
      yield* sleep(1);
      parent.cancel('enough');
      expect(isCancelled(yield* errorOf(parent))).toBe(true);
      expect(seen.map((each) => (each as ExceptionGroup).errors?.map(String))).toEqual([['Error: child is not clean']]);
    }));

  it('rxtasks: without errors the cancellation goes on as it is', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const parent = createTask(
        withTaskGroup(function* (group) {
          group.createTask(work('child', 1000, { cleanUp: 5 }));
          yield* sleep(1000);
        }),
      );
      yield* sleep(1);
      parent.cancel('enough');
      expect(yield* errorOf(parent)).toMatchObject({ name: 'CancelledError', message: 'enough' });
      expect(events.at(-1)).toBe('child clean at 6');
    }));
});

describe('python/cpython #108951: a group cannot be ended from inside', () => {
  it('rxtasks: group.cancel() ends it, clean-up included, and is no error', () =>
    runVirtual(function* () {
      const { events, note, work } = workshop();
      yield* withTaskGroup(function* (group) {
        group.createTask(work('a', 1000, { cleanUp: 5 }));
        yield* sleep(10);
        group.cancel('found it');
        yield* sleep(1000);
        note('never');
      });
      note('after the group');
      expect(events.slice(1)).toEqual(['a cancelled at 10', 'a clean at 15', 'after the group at 15']);
    }));
});

describe('Effect: a failed fiber that nobody observes prints nothing', () => {
  it('rxtasks: a failed task that nobody observes is reported by name', async () => {
    const reported: ExceptionContext[] = [];
    await runVirtual(
      function* () {
        createTask(
          function* (): Generator<void, never> {
            throw new Error('unseen');
          },
          { name: 'fire and forget' },
        );
        yield* sleep(1);
      },
      { onContext: (context) => reported.push(context) },
    );
    expect(reported).toHaveLength(1);
    expect(reported[0]).toMatchObject({ kind: 'unretrieved', exception: new Error('unseen') });
    expect(reported[0]!.name).toContain("name='fire and forget'");
  });
});
