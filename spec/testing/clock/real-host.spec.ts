import { sleep } from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';

/** Calls `fn` where these properties of globals are missing. */
async function without<T>(missing: [object, string][], fn: () => Promise<T>): Promise<T> {
  const found = missing.map(([target, key]) => Object.getOwnPropertyDescriptor(target, key));
  for (const [target, key] of missing) Object.defineProperty(target, key, { value: undefined, configurable: true });
  try {
    return await fn();
  } finally {
    missing.forEach(([target, key], i) => Object.defineProperty(target, key, found[i]!));
  }
}

describe('where there is no setImmediate, as in browsers', () => {
  const node: [object, string][] = [
    [process, 'getBuiltinModule'],
    [globalThis, 'setImmediate'],
    [globalThis, 'clearImmediate'],
  ];
  const main = async () => {
    const seen: string[] = [];
    void (async () => {
      for (let i = 0; i < 20; i++) await null;
      seen.push(`native ${Date.now()}`);
    })();
    for (let i = 1; i <= 3; i++) await new Promise((resolve) => setTimeout(resolve, 1000));
    await sleep(10);
    return [...seen, Date.now()];
  };

  it('the clock jumps by the turns of a MessageChannel', async () => {
    expect(await without(node, () => runVirtual(main))).toEqual(['native 0', 3010]);
  });

  it('and where there is none either, by those of timers', async () => {
    expect(await without([...node, [globalThis, 'MessageChannel']], () => runVirtual(main))).toEqual([
      'native 0',
      3010,
    ]);
  });
});

describe('where there is requestAnimationFrame', () => {
  it('frames are on the clock, sixteen milliseconds each', async () => {
    const host = globalThis as { requestAnimationFrame?: unknown; cancelAnimationFrame?: unknown };
    host.requestAnimationFrame = () => 0;
    host.cancelAnimationFrame = () => {};
    try {
      const times = await runVirtual(async () => {
        const seen: unknown[] = [];
        await sleep(5);
        requestAnimationFrame((time) => seen.push(['a', time]));
        requestAnimationFrame((time) => seen.push(['b', time]));
        cancelAnimationFrame(requestAnimationFrame(() => seen.push('cancelled')));
        await sleep(11);
        requestAnimationFrame((time) => seen.push(['c', time]));
        await sleep(100);
        return seen;
      });
      expect(times).toEqual([
        ['a', 16],
        ['b', 16],
        ['c', 32],
      ]);
    } finally {
      delete host.requestAnimationFrame;
      delete host.cancelAnimationFrame;
    }
  });
});
