import { createTask, sleep, withTimeout, type Timeout } from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';

/** The outcome of a body that takes an outside request back, in a scope whose limit comes later. */
async function outcome(body: (scope: Timeout) => Promise<unknown>): Promise<string> {
  return runVirtual(async () => {
    const task = createTask(async () => withTimeout(20, body));
    await sleep(2);
    task.cancel('not meant');
    taskOf = task;
    return task.then(String, (error: unknown) => (error as Error).name);
  });
}
let taskOf: { uncancel(): number; signal: AbortSignal } | undefined;

describe('a request that an async function takes back', () => {
  it('is taken back from the scopes that it had reached: their own limit is a TimeoutError', async () => {
    expect(
      await outcome(async () => {
        try {
          await sleep(1000);
        } catch {
          taskOf?.uncancel();
        }
        await sleep(1000);
      }),
    ).toBe('TimeoutError');
  });

  it('stays one for the scope as long as it is not taken back', async () => {
    expect(
      await outcome(async () => {
        await sleep(1000).catch(() => {});
        await sleep(1000);
      }),
    ).toBe('CancelledError');
  });

  it('gives the scope a fresh signal', async () => {
    const aborted: boolean[] = [];
    expect(
      await outcome(async (scope) => {
        const before = scope.signal;
        await sleep(1000).catch(() => {});
        aborted.push(before.aborted, scope.signal.aborted);
        taskOf?.uncancel();
        aborted.push(scope.signal.aborted, taskOf?.signal.aborted ?? true);
        return 'went on';
      }),
    ).toBe('went on');
    expect(aborted).toEqual([true, true, false, false]);
  });
});
