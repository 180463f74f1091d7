import { createTask, sleep } from 'rxtasks';

afterEach(() => {
  jest.useRealTimers();
});

describe('work that was left behind under fake timers does not stop the default loop', () => {
  it('whose timer was a fake one', async () => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'] });
    void createTask(sleep(20));
    await jest.advanceTimersByTimeAsync(1);
    jest.useRealTimers();
    await sleep(60);
  });

  it('whose next iteration was to come from a fake microtask', async () => {
    jest.useFakeTimers();
    void createTask(sleep(20));
    jest.useRealTimers();
    await sleep(1);
  });

  it('whose next iteration was to come from a fake macrotask', async () => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick', 'performance'] });
    void createTask(function* () {
      const end = performance.now() + 20;
      while (performance.now() < end) yield;
    });
    for (let turn = 0; turn < 1e6 && jest.getTimerCount() === 0; turn++) await null;
    expect(jest.getTimerCount()).toBe(1);
    jest.useRealTimers();
    await sleep(1);
  });
});
