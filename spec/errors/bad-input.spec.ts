import { VirtualTimeScheduler, queueScheduler } from 'rxjs';
import {
  EventLoop,
  type Resume,
  Runner,
  TaskGroup,
  Timeout,
  coroutine,
  gather,
  run,
  sleep,
  withTaskGroup,
} from 'rxtasks';
import { badInput } from './bad-input.js';

/** Calls `bad` inside of a task in virtual time; gives the text of what it throws, or of what its promise is rejected with. */
async function refusal(bad: () => unknown): Promise<string> {
  const scheduler = new VirtualTimeScheduler();
  let promise: Promise<unknown> | undefined;
  const done = run(
    coroutine(function* () {
      try {
        const given = bad();
        if (given instanceof Promise) (promise = given).catch(() => {});
        else if (typeof given === 'object' && given !== null && Symbol.iterator in given)
          yield* given as Generator<void, unknown, Resume>;
      } catch (error) {
        return String(error);
      }
      return 'accepted';
    })(),
    { scheduler },
  );
  scheduler.flush();
  const outcome = await done;
  return promise === undefined ? outcome : promise.then(() => outcome, String);
}

const untyped = (x: unknown) => x as never;

describe('bad input is refused at the call:', () => {
  it.each(badInput)('%s: %s', async (_name, _what, call, message) => {
    expect(await refusal(call)).toBe(message);
  });

  it('a group that is finished', async () => {
    const late = await refusal(function () {
      const group = new TaskGroup();
      return coroutine(function* () {
        yield* group.run(function* () {});
        group.createTask(sleep(1));
      })();
    });
    expect(late).toBe(
      'RuntimeError: TaskGroup.createTask(source): the group is finished; make the task before its body ends',
    );
  });

  it.each([
    [
      'a group',
      () => new TaskGroup(),
      'RuntimeError: TaskGroup.run(body): a group runs one body, once; make a new one',
    ],
    [
      'a time-out',
      () => new Timeout(null),
      'RuntimeError: Timeout.run(body): a time-out runs one body, once; make a new one',
    ],
  ] as const)('%s that is entered twice', async (_, make, message) => {
    const twice = await refusal(() => {
      const scope = make() as TaskGroup;
      return coroutine(function* () {
        yield* scope.run(function* () {});
        yield* scope.run(function* () {});
      })();
    });
    expect(twice).toBe(message);
  });

  it('run() inside of a running loop, by the promise that it gives', async () => {
    let inner: Promise<unknown> | undefined;
    await refusal(() => {
      inner = run(sleep(1));
      inner.catch(() => {});
    });
    await expect(inner).rejects.toThrow(
      'run(main): a loop is running this very code; use createTask(main) and wait for the task instead',
    );
  });

  it('a scheduler that runs work inside of schedule()', () => {
    expect(() => new EventLoop({ scheduler: queueScheduler })).toThrow(
      'new EventLoop({ scheduler }): this scheduler runs work inside of schedule(), as queueScheduler does; a loop needs ' +
        'one that defers it, such as asapScheduler, asyncScheduler or a VirtualTimeScheduler',
    );
  });

  it('a runner that is closed', async () => {
    const runner = new Runner({ scheduler: new VirtualTimeScheduler() });
    await runner.close();
    await expect(runner.run(sleep(1))).rejects.toThrow('Runner: it is closed; make a new one');
  });

  it('nothing half-done stays: of a list with one bad source nothing is started', async () => {
    let started = 0;
    const work = coroutine(function* () {
      started++;
    });
    const message = await refusal(() => gather([work(), untyped(5)]));
    expect(message).toContain('got 5 (number)');
    expect(started).toBe(0);
  });

  it('a group is left as it was by a source that it refuses', async () => {
    const outcome = await refusal(() =>
      withTaskGroup(function* (group) {
        expect(() => group.createTask(untyped(5))).toThrow('TaskGroup.createTask(source): expected a coroutine');
        yield* group.createTask(sleep(1));
      }),
    );
    expect(outcome).toBe('accepted');
  });
});
