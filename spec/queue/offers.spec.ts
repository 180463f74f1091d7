import type { Call, JobExecutor } from '../../lib/jobs/index.js';
import { Offers } from '../../lib/queue/offers.js';

const names: Record<string, string[]> = {
  'file:///w/hash.js': ['hash', 'size'],
  'file:///w/size.mjs': ['size', 'weight'],
  'file:///w/other.js': ['weight'],
};

/** Knows what the modules export, instead of loading them. */
const pool = {
  submitCall: ({ args }: Call) => Promise.resolve(names[(args as string[])[0]!]),
} as unknown as JobExecutor;

async function offers(acceptSource: boolean): Promise<Offers> {
  const all = new Offers(acceptSource);
  await all.load(pool, Object.keys(names));
  return all;
}

describe('the functions that a worker offers', () => {
  it('are found by name; of several, the one in a file of the same name', async () => {
    const all = await offers(true);
    expect(all.find({ module: 'file:///far/away.ts', name: 'hash' })).toEqual({
      module: 'file:///w/hash.js',
      name: 'hash',
    });
    expect(all.find({ module: 'file:///far/size.ts', name: 'size' })).toEqual({
      module: 'file:///w/size.mjs',
      name: 'size',
    });
    expect(() => all.find({ module: 'file:///far/hash.js', name: 'weight' })).toThrow(
      /several functions 'weight', in file:\/\/\/w\/size\.mjs, file:\/\/\/w\/other\.js, and none in a file of that name/,
    );
    expect(() => all.find({ module: 'file:///far/hash.js', name: 'nope' })).toThrow(
      /no function 'nope'; it offers hash, size, weight$/,
    );
  });

  it('are, besides, all sources and modules of Node where sources are accepted', async () => {
    const [source, node] = [
      { source: '() => 1', name: '' },
      { module: 'node:os', name: 'hostname' },
    ];
    const all = await offers(true);
    expect(all.find(source)).toBe(source);
    expect(all.find(node)).toBe(node);
    const only = await offers(false);
    expect(() => only.find(source)).toThrow(
      /the function \(anonymous\): this worker takes no functions by their source/,
    );
    expect(() => only.find(node)).toThrow(/no function 'hostname'/);
  });
});
