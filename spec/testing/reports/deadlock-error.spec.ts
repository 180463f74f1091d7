import { NEVER, type Observable, timer } from 'rxjs';
import {
  Event,
  Lock,
  Queue,
  type Task,
  createTask,
  gather,
  getRunningLoop,
  shield,
  sleep,
  wait,
  withTaskGroup,
} from 'rxtasks';
import { DeadlockError, VirtualEventLoop, runVirtual } from 'rxtasks/testing';
import { thrownBy } from '../../support/virtual.js';

async function deadlockOf(running: Promise<unknown>): Promise<string> {
  try {
    await running;
  } catch (error) {
    if (error instanceof DeadlockError)
      return error.message.replace(/[^ ]*deadlock-error\.spec\.ts:\d+:\d+/g, '<place>');
    throw error;
  }
  throw new Error('expected a deadlock');
}

describe('a test that waits for what can never come', () => {
  it('fails at once and tells who waits for whom, if all of it is of this library', async () => {
    const patient = { foreignGrace: 3_600_000 };
    const message = await deadlockOf(
      runVirtual(async function test() {
        const lock = new Lock();
        const a: Task<void> = createTask(
          function* first() {
            using _held = yield* lock.acquire();
            yield* sleep(10);
            yield* b;
          },
          { name: 'a' },
        );
        const b: Task<void> = createTask(
          async function second() {
            await a;
          },
          { name: 'b' },
        );
        const c = createTask(
          function* third() {
            yield* sleep(1);
            yield* lock.acquire();
          },
          { name: 'c' },
        );
        await gather([a, c]);
      }, patient),
    );
    expect(message).toBe(
      [
        'deadlock at 10 ms: main has not ended, nothing is ready and no timer is set',
        '',
        "  'main'  waits for tasks 'a', 'c'",
        '          running test(), made at <place>',
        "  'a'     waits for task 'b'",
        '          running first(), made at <place>',
        "  'b'     waits for task 'a'",
        '          running second(), made at <place>',
        "  'c'     waits for <Lock locked waiters=1>",
        '          running third(), made at <place>',
        '',
        "  a circle: 'a' → 'b' → 'a'",
      ].join('\n'),
    );
  });

  it('fails after a time of grace, and names the task, if something is among it that the library knows nothing of', async () => {
    let waited = false;
    setTimeout(() => (waited = true), 20);
    const message = await deadlockOf(
      runVirtual(
        async function test() {
          createTask(NEVER, { name: 'never' });
          await new Promise(() => {});
        },
        { foreignGrace: 30 },
      ),
    );
    expect(waited).toBe(true);
    expect(message).toBe(
      [
        'deadlock at 0 ms: main has not ended, nothing is ready and no timer is set',
        '',
        "  'main'   waits for a promise",
        '           running test(), made at <place>',
        "  'never'  waits for an Observable",
        '           running an Observable, made at <place>',
        '',
        "  'main', 'never': nothing here can tell what this is waiting for; it had 30 ms of real time (foreignGrace).",
        '  For work in real time use realTime(promise), for requests the option { io: true }.',
      ].join('\n'),
    );
  });

  it('names what it waits for by its primitive, its group, its set', async () => {
    const message = await deadlockOf(
      runVirtual(
        function* () {
          const never = createTask(new Event().wait(), { name: 'event' });
          const all = [
            createTask(new Queue().get(), { name: 'queue' }),
            createTask(() => wait([never]), { name: 'wait' }),
            createTask(() => shield(never)[Symbol.iterator](), { name: 'shield' }),
            createTask(getRunningLoop().createFuture<void>(), { name: 'future' }),
            createTask(sleep(Infinity), { name: 'sleep' }),
            createTask(
              () =>
                withTaskGroup(function* (group) {
                  group.createTask(
                    new Lock().runExclusive(() => NEVER),
                    { name: 'child' },
                  );
                }),
              { name: 'group' },
            ),
          ];
          yield* gather(all);
        },
        { foreignGrace: 10 },
      ),
    );
    const waits = [...message.matchAll(/^ {2}('\w+') +waits for (.*)$/gm)].map(([, name, what]) => `${name} ${what}`);
    expect(waits).toEqual([
      "'main' tasks 'queue', 'wait', 'shield', 'future', 'sleep', 'group'",
      "'event' <Event unset waiters=1>",
      "'queue' <Queue maxsize=0 size=0 getters=1>",
      "'wait' task 'event'",
      "'shield' task 'event'",
      "'future' a future that nobody has completed",
      "'sleep' a time that never comes",
      "'group' task 'child'",
      "'child' an Observable",
    ]);
  });

  it('is found though timers that were unref()ed go on for ever', async () => {
    const message = await deadlockOf(
      runVirtual(
        async () => {
          setInterval(() => {}, 100).unref();
          await new Promise(() => {});
        },
        { foreignGrace: 10 },
      ),
    );
    expect(message).toMatch(/^deadlock at 0 ms/);
  });

  it('cleans up before it fails', async () => {
    const seen: string[] = [];
    await deadlockOf(
      runVirtual(function* () {
        try {
          yield* getRunningLoop().createFuture<void>();
        } finally {
          yield* sleep(1000);
          seen.push(`cleaned up at ${Date.now()}`);
        }
      }),
    );
    expect(seen).toEqual(['cleaned up at 1000']);
  });

  it('fails too if it is the clean-up that waits', async () => {
    const message = await deadlockOf(
      runVirtual(async () => {
        const task = createTask(function* () {
          try {
            yield* sleep(1000);
          } finally {
            yield* getRunningLoop().createFuture<void>();
          }
        });
        await sleep(1);
        task.cancel();
        await task;
      }),
    );
    expect(message).toMatch(/'Task-\d+' +was asked to cancel, and waits for a future that nobody has completed/);
  });

  it('throws out of runSync', () => {
    const loop = new VirtualEventLoop();
    const work = () =>
      loop.runSync(function* test() {
        yield* sleep(5);
        yield* getRunningLoop().createFuture<void>();
      });
    expect(work).toThrow(DeadlockError);
    expect(work).toThrow(/deadlock at 10 ms: .*\n\n {2}'main' {2}waits for a future that nobody has completed/);
  });

  it('throws out of runSync with what to do, if it waits for what does not go by the clock of the loop', () => {
    const messageOf = (main: Observable<unknown> | (() => Promise<unknown>)) =>
      String(thrownBy(() => new VirtualEventLoop().runSync(main)));
    const cure = /\n\n {2}'main': .*\n.* loop\.scheduler; .* runVirtual\(main\)/;
    expect(messageOf(timer(10))).toMatch(cure);
    expect(messageOf(async () => {})).toMatch(cure);
    expect(messageOf(new Event().wait())).not.toMatch(/runVirtual/);
  });
});
