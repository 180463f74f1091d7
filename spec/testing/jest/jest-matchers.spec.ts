import 'rxtasks/testing/jest';

import { type EventLoop, Future, createTask, getEventLoop, isCancelled, run, sleep } from 'rxtasks';
import { VirtualEventLoop } from 'rxtasks/testing';
import { extendExpect } from 'rxtasks/testing/jest';
import { thrownBy, virtualLoop } from '../../support/virtual.js';

class Broken extends Error {
  readonly code = 5;
}

/** One future for each state. */
function futures(loop: EventLoop = new VirtualEventLoop()) {
  const [pending, finished, failed, cancelled] = [1, 2, 3, 4].map(() => loop.createFuture<unknown>()) as [
    Future<unknown>,
    Future<unknown>,
    Future<unknown>,
    Future<unknown>,
  ];
  finished.setResult({ n: 1 });
  failed.setException(new Broken('the pipe is broken'));
  cancelled.cancel('enough');
  failed.exception();
  return { pending, finished, failed, cancelled };
}

/** The message of a failing expectation, without colours. */
function failure(test: () => unknown): string {
  // eslint-disable-next-line no-control-regex
  return (thrownBy(test) as Error).message.replace(/\u001b\[\d+m/g, '');
}

describe('toBePending', () => {
  it('holds until the future ends', () => {
    const { pending, finished, failed, cancelled } = futures();
    expect(pending).toBePending();
    for (const done of [finished, failed, cancelled]) expect(done).not.toBePending();
    expect(failure(() => expect(finished).toBePending())).toBe(
      'expect(task).toBePending()\n\nExpected: a pending task or future\nReceived: <Future finished result={n: 1}>',
    );
    expect(failure(() => expect(pending).not.toBePending())).toBe(
      'expect(task).not.toBePending()\n\nExpected: not a pending task or future\nReceived: <Future pending>\n\n' +
        'It has not ended: wait for it first, `await task`.',
    );
  });

  it('refuses what is no future, negated too, and tells that a coroutine does not run', () => {
    expect(failure(() => expect(5).toBePending())).toContain('Expected a task or another future, got 5 (number)');
    expect(failure(() => expect(5).not.toBePending())).toContain('got 5 (number)');
    expect(failure(() => expect(sleep(5)).toBePending())).toContain(
      'Expected a task or another future, got sleep(); a coroutine is a recipe: createTask(…) runs it',
    );
  });
});

describe('toHaveResult', () => {
  it('compares as toEqual does', () => {
    const { finished } = futures();
    expect(finished).toHaveResult({ n: 1 });
    expect(finished).toHaveResult({ n: expect.any(Number) });
    expect(finished).not.toHaveResult({ n: 2 });
    const message = failure(() => expect(finished).toHaveResult({ n: 2 }));
    expect(message).toMatch(
      /^expect\(task\)\.toHaveResult\(expected\)\n\n- Expected result {2}- 1\n\+ Received result {2}\+ 1/,
    );
    expect(failure(() => expect(finished).not.toHaveResult({ n: 1 }))).toContain('Expected: not the result {"n": 1}');
  });

  it('is wrong for what has no result, and tells why it has none', () => {
    const { pending, failed, cancelled } = futures();
    for (const none of [pending, failed, cancelled]) expect(none).not.toHaveResult(undefined);
    expect(failure(() => expect(pending).toHaveResult(1))).toContain(
      'Expected: the result 1\nReceived: <Future pending>\n\nIt has not ended: wait for it first, `await task`.',
    );
    const message = failure(() => expect(failed).toHaveResult(1));
    expect(message).toContain('Received: <Future failed error=Error: the pipe is broken>\n\nIt failed with\n\n');
    expect(message).toContain('jest-matchers.spec.ts');
    expect(failure(() => expect(cancelled).toHaveResult(1))).toMatch(
      /Received: <Future cancelled>, with the message "enough"$/,
    );
  });
});

describe('toHaveFailedWith', () => {
  it('takes a class, a part of the message, a pattern, an error, some properties, or nothing', () => {
    const { failed } = futures();
    expect(failed).toHaveFailedWith();
    for (const right of [Broken, Error, 'pipe', /^the pipe/, new Broken('the pipe is broken'), { code: 5 }]) {
      expect(failed).toHaveFailedWith(right);
    }
    expect(failed).toHaveFailedWith(expect.objectContaining({ code: 5 }));
    for (const wrong of [TypeError, 'pipes', /^pipe/, new Broken('another'), { code: 6 }, undefined]) {
      expect(failed).not.toHaveFailedWith(wrong);
    }
  });

  it('knows what was thrown if that is no error', () => {
    const future = new VirtualEventLoop().createFuture();
    future.setException('just a text');
    expect(future).toHaveFailedWith('just a text');
    expect(future).toHaveFailedWith(/text/);
    expect(future).not.toHaveFailedWith('just');
  });

  it('tells what was expected, and what came', () => {
    const { pending, finished, failed, cancelled } = futures();
    expect(failure(() => expect(finished).toHaveFailedWith(TypeError))).toBe(
      'expect(task).toHaveFailedWith(expected)\n\nExpected: a failure by an instance of TypeError\n' +
        'Received: <Future finished result={n: 1}>',
    );
    expect(failure(() => expect(failed).toHaveFailedWith('other'))).toContain(
      'Expected: a failure by an error whose message contains "other"\nReceived: <Future failed error=Error: the pipe is broken>',
    );
    expect(failure(() => expect(failed).toHaveFailedWith(/other/))).toContain('whose message matches /other/');
    expect(failure(() => expect(failed).toHaveFailedWith({ code: 6 }))).toContain('a failure by {"code": 6}');
    expect(failure(() => expect(failed).toHaveFailedWith(new TypeError('x')))).toContain('a failure by TypeError: x');
    expect(failure(() => expect(cancelled).toHaveFailedWith())).toContain(
      'Expected: a failure\nReceived: <Future cancelled>,',
    );
    expect(failure(() => expect(failed).not.toHaveFailedWith(Broken))).toContain(
      'not a failure by an instance of Broken',
    );
    expect(pending).not.toHaveFailedWith();
  });

  it('makes the failure a retrieved one; the others do not', async () => {
    const { loop, flush, contexts } = virtualLoop();
    const fail = (name: string) =>
      loop.createTask(
        function* () {
          throw new Error(name);
        },
        { name },
      );
    const [checked, passed] = [fail('checked'), fail('passed')];
    flush();
    expect(checked).toHaveFailedWith('checked');
    expect(passed).not.toBePending();
    expect(passed).not.toBeCancelled();
    expect(passed).not.toHaveResult(5);
    const { reportUnretrieved } = await import('../../../lib/kernel/index.js');
    reportUnretrieved(loop);
    expect(contexts.map(({ exception }) => (exception as Error).message)).toEqual(['passed']);
  });
});

describe('toBeCancelled', () => {
  it('takes the message of cancel(), a pattern, or nothing', () => {
    const { cancelled, failed, pending } = futures();
    expect(cancelled).toBeCancelled();
    expect(cancelled).toBeCancelled('enough');
    expect(cancelled).toBeCancelled(/^en/);
    expect(cancelled).toBeCancelled(expect.stringContaining('nou'));
    expect(cancelled).not.toBeCancelled('enou');
    for (const other of [failed, pending]) expect(other).not.toBeCancelled();
    expect(failure(() => expect(cancelled).toBeCancelled('too much'))).toBe(
      'expect(task).toBeCancelled(message)\n\nExpected: one that was cancelled with the message "too much"\n' +
        'Received: <Future cancelled>, with the message "enough"',
    );
    expect(failure(() => expect(cancelled).not.toBeCancelled())).toContain('Expected: not a cancelled task or future');
  });

  it('consumes nothing: the first consumer gets the error that the body has thrown', async () => {
    const { loop, flush } = virtualLoop();
    let own: unknown;
    const task = loop.createTask(function* () {
      try {
        yield* sleep(10);
      } catch (error) {
        own = error;
        throw error;
      }
    });
    loop.callLater(1, () => void task.cancel('enough'));
    flush();
    expect(task).toBeCancelled('enough');
    expect(task).toBeCancelled('enough');
    expect(isCancelled(own)).toBe(true);
    expect(thrownBy(() => task.result())).toBe(own);
    expect(task).toBeCancelled('enough');
  });
});

describe('toHaveNoRunningTasks', () => {
  it('looks at a loop, or at the default one', () => {
    const loop = new VirtualEventLoop();
    expect(loop).toHaveNoRunningTasks();
    expect(undefined).toHaveNoRunningTasks();
    expect(getEventLoop()).toHaveNoRunningTasks();
    loop.createTask(sleep(5));
    expect(loop).not.toHaveNoRunningTasks();
    loop.runUntilIdle();
    expect(loop).toHaveNoRunningTasks();
  });

  it('lists them, with what they run and what they wait for', () => {
    const loop = new VirtualEventLoop();
    const slow = loop.createTask(sleep(500), { name: 'slow' });
    loop.createTask(
      function* waiter() {
        yield* slow;
      },
      { name: 'waiter' },
    );
    loop.advanceBy(100);
    const message = failure(() => expect(loop).toHaveNoRunningTasks());
    expect(message).toMatch(/^expect\(loop\)\.toHaveNoRunningTasks\(\)\n\n2 tasks are running:\n\n/);
    expect(message).toMatch(/'slow' +waits for .*500.*\n +running sleep\(\)/);
    expect(message).toMatch(/'waiter' +waits for task 'slow'\n +running waiter\(\)/);
    loop.runUntilIdle();
    expect(failure(() => expect(loop).not.toHaveNoRunningTasks())).toContain(
      'Expected running tasks, but there is none',
    );
  });

  it('refuses what is no loop', () => {
    expect(failure(() => expect(5).toHaveNoRunningTasks())).toContain('Expected a loop, or undefined for the default');
    expect(failure(() => expect(null).not.toHaveNoRunningTasks())).toContain('Expected a loop');
  });
});

describe('As parts of what is expected', () => {
  it('the matchers stand for futures in that state, and for nothing else', () => {
    const { pending, finished, failed, cancelled } = futures();
    expect({ all: [pending, finished, failed, cancelled] }).toEqual({
      all: [
        expect.toBePending(),
        expect.toHaveResult({ n: 1 }),
        expect.toHaveFailedWith('pipe'),
        expect.toBeCancelled('enough'),
      ],
    });
    expect({ pending }).not.toEqual({ pending: expect.toHaveResult(1) });
    expect({ pending: 5 }).not.toEqual({ pending: expect.toBePending() });
    expect({ finished }).toEqual({ finished: expect.not.toBePending() });
  });
});

describe('toEqual', () => {
  it('compares futures and coroutines by identity, wherever they stand', async () => {
    const { pending, finished } = futures();
    const again = futures().finished;
    const coroutine = sleep(5);
    expect({ pending, list: [finished], coroutine }).toEqual({ pending, list: [finished], coroutine });
    expect([finished]).not.toEqual([again]);
    expect([coroutine]).not.toEqual([sleep(5)]);
    expect(new Set([pending])).toEqual(new Set([pending]));
    expect(new Set([finished])).not.toEqual(new Set([again]));
    expect({ finished }).not.toEqual({ finished: { n: 1 } });
    expect({ finished }).toEqual({ finished: expect.any(Future) });
    await run(function* () {
      const [one, two] = [createTask(sleep(1)), createTask(sleep(1))];
      expect([one, two]).toEqual([one, two]);
      expect([one]).not.toEqual([two]);
      yield* two;
    });
  });
});

describe('extendExpect', () => {
  it('serves an `expect` that is not global, and one without equality testers', () => {
    const given: { matchers?: object; testers?: unknown[] } = {};
    extendExpect({
      extend: (matchers) => void (given.matchers = matchers as object),
      addEqualityTesters: (testers) => void (given.testers = testers),
    });
    expect(Object.keys(given.matchers ?? {}).sort()).toEqual([
      'toBeCancelled',
      'toBePending',
      'toHaveFailedWith',
      'toHaveNoRunningTasks',
      'toHaveResult',
    ]);
    expect(given.testers).toHaveLength(1);
    expect(() => extendExpect({ extend: () => {} })).not.toThrow();
  });
});
