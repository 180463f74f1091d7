import { setTimeout as later } from 'node:timers';
import { RuntimeError, createTask, getRunningLoop, sleep } from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';

/** Every property of the globals that a run could touch, with its descriptor. */
function allGlobals(): Map<string, PropertyDescriptor> {
  const found = new Map<string, PropertyDescriptor>();
  const places: [string, object][] = [
    ['globalThis', globalThis],
    ['Date', Date],
    ['Date.prototype', Date.prototype],
    ['performance', performance],
    ['Performance.prototype', Object.getPrototypeOf(performance) as object],
    ['AbortSignal', AbortSignal],
    ['AbortSignal.prototype', AbortSignal.prototype],
    ['setTimeout', setTimeout],
    ['Promise.prototype', Promise.prototype],
  ];
  for (const [place, object] of places) {
    for (const key of Reflect.ownKeys(object)) {
      found.set(`${place}.${String(key)}`, Object.getOwnPropertyDescriptor(object, key)!);
    }
  }
  return found;
}

describe('when a runVirtual is over', () => {
  const boom = new Error('boom');
  it.each<[string, () => Promise<unknown>]>([
    ['by a return', async () => 'value'],
    [
      'by an error',
      async () => {
        await sleep(10);
        throw boom;
      },
    ],
    [
      'by an error in the callback of a timer',
      async () => {
        setTimeout(() => {
          throw boom;
        }, 5);
        await sleep(10);
      },
    ],
    ['by a deadlock', async () => await getRunningLoop().createFuture<void>()],
    ['by a foreign deadlock', async () => await new Promise(() => {})],
    ['by a leak', async () => createTask(sleep(10)).name],
    ['by a cancellation', async (task?: unknown) => (task as { cancel(): void }).cancel()],
  ])('%s, every global is as it was', async (_, main) => {
    const before = allGlobals();
    const listeners = process.listenerCount('unhandledRejection');
    let during: Map<string, PropertyDescriptor> | undefined;
    const running = runVirtual(
      async (task) => {
        during = allGlobals();
        return await (main as (task: unknown) => Promise<unknown>)(task);
      },
      { foreignGrace: 10 },
    );
    await running.catch(() => {});
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve))); // it listens for rejections a turn longer
    expect(during?.get('globalThis.setTimeout')?.value).not.toBe(before.get('globalThis.setTimeout')?.value);
    expect(process.listenerCount('unhandledRejection')).toBe(listeners);
    const after = allGlobals();
    expect([...after.keys()]).toEqual([...before.keys()]);
    for (const [name, descriptor] of before) {
      for (const [key, value] of Object.entries(descriptor)) {
        const now: unknown = after.get(name)?.[key as keyof PropertyDescriptor];
        if (!Object.is(now, value)) throw new Error(`${name} has changed`);
      }
    }
  });

  it('another may begin', async () => {
    for (let i = 0; i < 3; i++) expect(await runVirtual(async () => Date.now())).toBe(0);
  });
});

describe('runVirtual under fake timers', () => {
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it.each([
    ['all of them', () => jest.useFakeTimers()],
    ['the legacy ones', () => jest.useFakeTimers({ legacyFakeTimers: true })],
    ['Date alone', () => jest.useFakeTimers({ doNotFake: everythingBut('Date') })],
    ['setInterval alone', () => jest.useFakeTimers({ doNotFake: everythingBut('setInterval') })],
    ['queueMicrotask alone', () => jest.useFakeTimers({ doNotFake: everythingBut('queueMicrotask') })],
    ['performance alone', () => jest.useFakeTimers({ doNotFake: everythingBut('performance') })],
    ['a mock of Date.now', () => jest.spyOn(Date, 'now')],
    ['a mock of setTimeout', () => jest.spyOn(globalThis, 'setTimeout')],
  ])('is refused: %s', async (_, fake) => {
    fake();
    const error: unknown = await runVirtual(async () => 1).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RuntimeError);
    expect(String(error)).toMatch(/is faked or mocked already; use real timers here/);
  });

  it('lets spies come and go inside', async () => {
    const before = Date.now;
    await runVirtual(async () => {
      const spy = jest.spyOn(Date, 'now').mockReturnValue(7);
      expect(Date.now()).toBe(7);
      spy.mockRestore();
      expect(Date.now()).toBe(0);
      jest.spyOn(globalThis, 'setTimeout');
    });
    expect(Date.now).toBe(before);
    await new Promise((resolve) => later(resolve, 1));
  });
});

type FakeTimers = Exclude<Parameters<typeof jest.useFakeTimers>[0], undefined | { legacyFakeTimers: true }>;
type Fakeable = NonNullable<Extract<FakeTimers, { doNotFake?: unknown }>['doNotFake']>;

function everythingBut(name: string): Fakeable {
  const all: Fakeable = [
    'Date',
    'hrtime',
    'nextTick',
    'performance',
    'queueMicrotask',
    'setImmediate',
    'clearImmediate',
    'setInterval',
    'clearInterval',
    'setTimeout',
    'clearTimeout',
  ];
  return all.filter((each) => each !== name);
}
