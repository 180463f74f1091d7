import { InlineExecutor, ThreadPoolExecutor, transfer } from 'rxtasks/executors';

const length = (bytes: Uint8Array) => bytes.length;

describe('transfer', () => {
  it('gives back the value that it marks', () => {
    const bytes = new Uint8Array(3);
    expect(transfer(bytes, [bytes.buffer])).toBe(bytes);
    expect(bytes.length).toBe(3); // nothing happens before it is submitted
  });

  it('refuses what has no memory to hand over, and what is no list', () => {
    for (const bad of [null, undefined, 5, 'text']) expect(() => transfer(bad as never, [])).toThrow(TypeError);
    const bytes = new Uint8Array(3);
    expect(() => transfer(bytes, bytes.buffer as never)).toThrow('the list of what is handed over of it');
  });

  it('an argument that is given twice is handed over once', async () => {
    await using executor = new InlineExecutor();
    const bytes = transfer(new Uint8Array(8), []);
    const { buffer } = bytes;
    transfer(bytes, [buffer]);
    const same = (a: Uint8Array, b: Uint8Array) => a.buffer === b.buffer && a.length;
    expect(await executor.submit(same, bytes, bytes)).toBe(8);
    expect(buffer.byteLength).toBe(0);
  });

  it('what was handed over once cannot be handed over again', async () => {
    await using executor = new InlineExecutor();
    const bytes = new Uint8Array(8);
    const marked = transfer(bytes, [bytes.buffer]);
    expect(await executor.submit(length, marked)).toBe(8);
    expect(() => executor.submit(length, marked)).toThrow(expect.objectContaining({ name: 'DataCloneError' }));
  });

  it('an argument that is refused keeps the memory of the others', () => {
    const executor = new InlineExecutor();
    const bytes = new Uint8Array(8);
    const both = (a: Uint8Array, b: unknown) => a.length + Number(b);
    expect(() => executor.submit(both, transfer(bytes, [bytes.buffer]), () => {})).toThrow('argument 2 is a function');
    expect(bytes.length).toBe(8);
  });

  it('memory that is handed over to a thread and back is not copied', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const fill = (bytes: Uint8Array, task: { transfer<T extends object>(value: T, list: Transferable[]): T }) => {
      bytes.fill(7);
      return task.transfer(bytes, [bytes.buffer as ArrayBuffer]);
    };
    const bytes = new Uint8Array(1000);
    const back = await pool.submit(fill, transfer(bytes, [bytes.buffer]));
    expect([bytes.length, back.length, back[999]]).toEqual([0, 1000, 7]);
  });
});

describe('the arguments of a job', () => {
  it('are copied together: what two of them have in common they have in common there', async () => {
    await using executor = new InlineExecutor();
    const shared = { a: 1 };
    expect(await executor.submit((one: object, other: object) => one === other, shared, shared)).toBe(true);
  });

  it('are refused by the place of what cannot be copied, also in what contains itself', () => {
    const executor = new InlineExecutor();
    const value: Record<string, unknown> = { list: [new Set([1, () => {}])] };
    value['self'] = value;
    expect(() => executor.submit((v: unknown) => v, value)).toThrow('argument 1.list[0].item is a function');
    class Port {
      secret = () => {};
    }
    expect(() => executor.submit((v: unknown) => v, new Port())).toThrow('argument 1.secret is a function (secret)');
    expect(() => executor.submit((v: unknown) => v, { p: new Proxy({}, {}) })).toThrow(/argument 1\.p is a \w+, which/);
  });
});
