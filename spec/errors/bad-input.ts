import { VirtualTimeScheduler, of, queueScheduler } from 'rxjs';
import {
  EventLoop,
  Lock,
  type Resume,
  Runner,
  Semaphore,
  TaskGroup,
  Timeout,
  asCompleted,
  coroutine,
  createTask,
  delayStart,
  ensureFuture,
  gather,
  getRunningLoop,
  mapTask,
  run,
  shield,
  sleep,
  wait,
  waitFor,
  withTaskGroup,
  withTimeout,
} from 'rxtasks';

/** Calls `bad` inside of a task in virtual time; gives the text of what it throws. */
async function refusal(bad: () => unknown): Promise<string> {
  const scheduler = new VirtualTimeScheduler();
  const done = run(
    coroutine(function* () {
      try {
        const given = bad();
        if (typeof given === 'object' && given !== null && Symbol.iterator in given)
          yield* given as Generator<void, unknown, Resume>;
      } catch (error) {
        return String(error);
      }
      return 'accepted';
    })(),
    { scheduler },
  );
  scheduler.flush();
  return done;
}

const untyped = (x: unknown) => x as never;

/** Each refusal names the call, what was expected, what came, and what to do. */
describe('bad input is refused at the call:', () => {
  it.each<[string, () => unknown, string]>([
    [
      'what is no source',
      () => createTask(untyped(5)),
      'TypeError: createTask(source): expected a coroutine, an Observable, a promise, an async iterable or a function that ' +
        'gives one of these, got 5 (number)',
    ],
    [
      'a list where one source belongs',
      () => createTask(untyped([sleep(1)])),
      'TypeError: createTask(source): expected a coroutine, an Observable, a promise, an async iterable or a function that ' +
        'gives one of these, got [sleep()]; for its items use from(items), for a list of sources gather(items)',
    ],
    ['a time that is NaN', () => sleep(NaN), 'RangeError: sleep(ms): expected ms in milliseconds, got NaN'],
    [
      'a time that is no number',
      () => sleep(untyped('1s')),
      'TypeError: sleep(ms): expected ms in milliseconds, a number, got "1s" (string)',
    ],
    [
      'a limit that is no number',
      () => withTimeout(untyped('1s'), () => of(1)),
      'TypeError: withTimeout(ms, body): expected ms in milliseconds, a number, got "1s" (string)',
    ],
    [
      'a body that is none',
      () => withTimeout(1, untyped(sleep(1))),
      'TypeError: withTimeout(ms, body): expected body to be a generator function, an async function or a function that ' +
        'returns an Observable, got sleep()',
    ],
    [
      'a time-out that is NaN',
      () => waitFor(sleep(1), NaN),
      'RangeError: waitFor(source, timeout): expected timeout in milliseconds, got NaN',
    ],
    [
      'a delay that is no number',
      () => delayStart(untyped(null), sleep(1)),
      'TypeError: delayStart(ms, source): expected ms in milliseconds, a number, got null',
    ],
    ['an empty wait', () => wait([]), 'RangeError: wait(sources): expected at least one source, got an empty list'],
    [
      'a single source where a list belongs',
      () => wait(untyped(sleep(1))),
      'TypeError: wait(sources): expected a list of sources, [a, b], got sleep()',
    ],
    [
      'an unknown returnWhen',
      () => wait([sleep(1)], { returnWhen: untyped('SOMETIMES') }),
      'RangeError: wait(sources): expected returnWhen to be ALL_COMPLETED, FIRST_COMPLETED or FIRST_EXCEPTION, got ' +
        '"SOMETIMES" (string)',
    ],
    [
      'sources side by side',
      () => (gather as (...args: unknown[]) => unknown)(sleep(1), sleep(2)),
      'TypeError: gather(sources, options): gather takes a list, gather([a, b]), not gather(a, b)',
    ],
    [
      'a string where a list belongs',
      () => asCompleted(untyped('ab')),
      'TypeError: asCompleted(sources): expected a list of sources, [a, b], got "ab" (string)',
    ],
    [
      'a future of another loop, to be ensured',
      () => ensureFuture(new EventLoop().createFuture(), { loop: getRunningLoop() }),
      'RangeError: ensureFuture(source): <Future pending> belongs to another loop than the one given',
    ],
    [
      'futures of two loops',
      () => gather([getRunningLoop().createFuture(), new EventLoop().createFuture()]),
      'RangeError: gather(sources): <Future pending> belongs to another loop than the first future given',
    ],
    [
      'a future of another loop, to be awaited',
      () => new EventLoop().createFuture(),
      'RuntimeError: <Future pending> belongs to another loop and cannot be awaited in this one',
    ],
    [
      'setting a finished future',
      () => {
        const future = getRunningLoop().createFuture();
        future.setResult(1);
        future.setResult(2);
      },
      'InvalidStateError: setResult(): <Future finished result=1> is done already; a future is completed once',
    ],
    [
      'the result of a pending future',
      () => getRunningLoop().createFuture().result(),
      'InvalidStateError: result(): <Future pending> is not done; wait for it first (yield* or await)',
    ],
    [
      'setting the result of a task',
      () => createTask(sleep(1), { name: 'nap' }).setResult(undefined),
      "RuntimeError: setResult(): the task 'nap' gets its result from what it runs",
    ],
    [
      'a group that has not been entered',
      () => new TaskGroup().createTask(sleep(1)),
      'RuntimeError: TaskGroup.createTask(source): the group has not been entered; call it inside of the body of run()',
    ],
    [
      'a time-out that is not active',
      () => new Timeout(1).reschedule(2),
      'RuntimeError: reschedule(when): the time-out has not been entered; call it while its body runs',
    ],
    [
      'a run inside of a loop',
      () => getRunningLoop().runForever(),
      'RuntimeError: runForever(): a loop is running this very code; use createTask(source) and wait for the task instead',
    ],
    [
      'mapping by what is no function',
      () => mapTask(untyped(5)),
      'TypeError: mapTask(project): expected a function that gives a source, got 5 (number)',
    ],
    [
      'a concurrency of zero',
      () => mapTask(() => sleep(1), { concurrency: 0 }),
      'RangeError: mapTask(project, { concurrency }): expected a number of 1 or more, got 0 (number)',
    ],
    [
      'a callback that is a generator function',
      () => getRunningLoop().callSoon(function* later() {}),
      'TypeError: callSoon(callback): expected a plain function, got the generator function later, which nobody would run; ' +
        'start it as a task: () => createTask(body)',
    ],
    [
      'a shielded number',
      () => shield(untyped(1)),
      'TypeError: shield(source): expected a coroutine, an Observable, a promise, an async iterable or a function that ' +
        'gives one of these, got 1 (number)',
    ],
  ])('%s', async (_, bad, message) => {
    expect(await refusal(bad)).toBe(message);
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

  it('a lock that is released twice, a permit too many', async () => {
    expect(await refusal(() => new Lock().release())).toMatch(/^RuntimeError: .*release/);
    expect(await refusal(() => new Semaphore(-1))).toMatch(/^RangeError: .*Semaphore/);
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
