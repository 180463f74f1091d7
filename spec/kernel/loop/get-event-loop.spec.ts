import { EventLoop, RuntimeError, getEventLoop, getRunningLoop, run, sleep } from 'rxtasks';
import { idleLoop, runVirtual, thrownBy, virtualLoop } from '../../support/virtual.js';

describe('getRunningLoop and getEventLoop', () => {
  it('give the loop that runs this very code; where none does only the default one is left [GetEventLoopTestsMixin.test_get_event_loop_returns_running_loop]', async () => {
    const outside = () => {
      expect(thrownBy(() => getRunningLoop())).toEqual(
        new RuntimeError('getRunningLoop(): no loop runs this code; getEventLoop() gives the one that would be used'),
      );
      return getEventLoop();
    };
    const byDefault = outside();
    expect(byDefault).toBeInstanceOf(EventLoop);
    expect(byDefault.isRunning()).toBe(true);

    const { loop, runToEnd } = idleLoop();
    const seen: EventLoop[] = [];
    const look = () => void seen.push(getRunningLoop(), getEventLoop());
    await runToEnd(function* () {
      look();
      loop.callSoon(look);
      loop.createFuture().addDoneCallback(look);
      yield* sleep(10);
      look();
    });
    expect(seen.length).toBe(6);
    expect(seen.every((one) => one === loop)).toBe(true);
    expect(outside()).toBe(byDefault);
  });

  it('tell loops apart that take turns', () => {
    const [a, b] = [virtualLoop(), virtualLoop()];
    const seen: EventLoop[] = [];
    a.loop.callSoon(() => {
      seen.push(getRunningLoop());
      b.loop.callSoon(() => seen.push(getRunningLoop()));
      b.flush(); // one loop runs inside of a handle of the other
      seen.push(getRunningLoop());
    });
    a.flush();
    expect(seen).toEqual([a.loop, b.loop, a.loop]);
    expect(seen[1]).toBe(b.loop);
    expect(seen[2]).toBe(a.loop);
  });

  it('between the handles of a run: getEventLoop() gives that of the run', async () => {
    const byDefault = getEventLoop();
    let inside: EventLoop | undefined;
    const running = run(function* () {
      inside = getRunningLoop();
      yield* sleep(2);
    });
    const between = getEventLoop();
    await running;
    expect(between).toBe(inside);
    expect(between).not.toBe(byDefault);
    expect(getEventLoop()).toBe(byDefault);
  });

  it('a run in virtual time does not count between its handles', async () => {
    const byDefault = getEventLoop();
    const running = runVirtual(sleep(10));
    expect(getEventLoop()).toBe(byDefault);
    await running;
  });
});
