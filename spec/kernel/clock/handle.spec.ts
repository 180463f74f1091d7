import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type ExceptionContext, Handle, TimerHandle, sleep } from 'rxtasks';
import { idleLoop } from '../../support/virtual.js';

async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  await new Promise((resolve) => setTimeout(resolve, 1)); // a WeakRef holds until the turn is over
  (runInNewContext('gc') as () => void)();
}

describe('Handle', () => {
  it('can be cancelled, and tells whether it is; then its callback is not called [HandleTests.test_handle]', () => {
    const { loop, turn } = idleLoop();
    const calls: unknown[][] = [];
    const handle = loop.callSoon((...args: number[]) => calls.push(args), 1, 2);
    const other = loop.callSoon((...args: number[]) => calls.push(args), 3);
    expect(handle).toBeInstanceOf(Handle);
    expect(handle.cancelled()).toBe(false);
    handle.cancel();
    expect(handle.cancelled()).toBe(true);
    turn();
    expect(calls).toEqual([[3]]);
    other.cancel(); // after it has run: harmless
    expect(other.cancelled()).toBe(true);
    turn();
    expect(calls).toEqual([[3]]);
  });

  it('whose callback throws is reported, with itself, and the loop goes on [HandleTests.test_callback_with_exception]', () => {
    const { loop, turn, contexts } = idleLoop();
    const error = new RangeError('boom');
    let after = false;
    const handle = loop.callSoon(function explode() {
      throw error;
    });
    loop.callSoon(() => (after = true));
    turn();
    expect(contexts).toEqual<ExceptionContext[]>([
      { kind: 'callback', message: 'Exception in callback <Handle explode()>', exception: error, handle },
    ]);
    expect(contexts[0]?.handle).toBe(handle);
    expect(after).toBe(true);
  });

  it('says in its text what it calls, and whether it is cancelled', () => {
    const { loop } = idleLoop();
    const handle = loop.callSoon(function work() {});
    expect(String(handle)).toBe('<Handle work()>');
    handle.cancel();
    expect(String(handle)).toBe('<Handle cancelled work()>');
  });
});

describe('TimerHandle', () => {
  it('tells its deadline on the clock of the loop [TimerTests.test_when]', () => {
    const { loop } = idleLoop();
    const when = loop.time() + 12.5;
    expect(loop.callAt(when, () => {}).when()).toBe(when);
    expect(loop.callLater(30, () => {}).when()).toBe(loop.time() + 30);
    expect(loop.callLater(-30, () => {}).when()).toBe(loop.time() - 30);
    expect(loop.callLater(0, () => {})).toBeInstanceOf(TimerHandle);
    expect(loop.callLater(0, () => {})).toBeInstanceOf(Handle);
  });

  it('lets go of callback and arguments when it is cancelled [TimerTests.test_timer]', async () => {
    const { loop, runToEnd } = idleLoop();
    const held: WeakRef<object>[] = [];
    const timers = [1, 2].map((n) => {
      const argument = { n };
      const calls: unknown[] = [];
      held.push(new WeakRef(argument), new WeakRef(calls));
      return loop.callLater(10, (...args: unknown[]) => calls.push(args), argument, n);
    });
    expect(timers.map((timer) => timer.cancelled())).toEqual([false, false]);
    timers[0]?.cancel();
    timers[0]?.cancel(); // again: harmless
    expect(timers.map((timer) => timer.cancelled())).toEqual([true, false]);
    expect(timers.map((timer) => timer.when())).toEqual([10, 10]);
    await collectGarbage();
    const [argument, calls, otherArgument, otherCalls] = held.map((ref) => ref.deref());
    expect([argument, calls]).toEqual([undefined, undefined]);
    expect(otherArgument).toEqual({ n: 2 });
    await runToEnd(sleep(20));
    expect(otherCalls).toEqual([[otherArgument, 2]]);
  });

  it('runs in the order of deadlines alone, whatever the order of scheduling; equal ones as scheduled [TimerTests.test_timer_comparison]', async () => {
    const { loop, runToEnd } = idleLoop();
    const calls: string[] = [];
    const note = (name: string) => void calls.push(name);
    loop.callAt(30, note, 'late');
    loop.callAt(10, note, 'first at 10');
    loop.callLater(20, note, 'middle');
    loop.callLater(10, note, 'second at 10');
    const dropped = loop.callAt(10, note, 'dropped');
    loop.callAt(10, note, 'third at 10');
    loop.callAt(5, note, 'early');
    dropped.cancel();
    await runToEnd(sleep(40));
    expect(calls).toEqual(['early', 'first at 10', 'second at 10', 'third at 10', 'middle', 'late']);
  });
});
