import { StateCheck } from '../../lib/queue/state-check.js';

describe('StateCheck', () => {
  let times: number[];
  let isNeeded: boolean;
  let check: StateCheck;

  beforeEach(() => {
    jest.useFakeTimers();
    times = [];
    isNeeded = true;
    const start = Date.now();
    check = new StateCheck(
      () => {
        times.push(Date.now() - start);
        return Promise.resolve();
      },
      () => isNeeded,
    );
  });

  afterEach(() => jest.useRealTimers());

  it('asks after 250 ms, then after twice the time, up to 5 s', async () => {
    check.start();
    await jest.advanceTimersByTimeAsync(20_000);
    expect(times).toEqual([250, 750, 1750, 3750, 7750, 12_750, 17_750]);
  });

  it('asks at once when the server is back, and often from then on', async () => {
    check.start();
    await jest.advanceTimersByTimeAsync(5000);
    times.length = 0;
    check.now();
    await jest.advanceTimersByTimeAsync(1000);
    expect(times).toEqual([5000, 5250, 5750]);
  });

  it('ends when nothing is to be waited for', async () => {
    check.start();
    isNeeded = false;
    await jest.advanceTimersByTimeAsync(20_000);
    expect(times).toEqual([250]);
    expect(jest.getTimerCount()).toBe(0);
    check.start();
    check.stop();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('asks again after an error, and never twice at the same time', async () => {
    let running = 0;
    let most = 0;
    const failing = new StateCheck(
      async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 400));
        running--;
        times.push(0);
        throw new Error('away');
      },
      () => true,
    );
    failing.now();
    failing.now();
    failing.start();
    await jest.advanceTimersByTimeAsync(3000);
    expect(most).toBe(1);
    expect(times.length).toBeGreaterThan(2);
    failing.stop();
  });
});
