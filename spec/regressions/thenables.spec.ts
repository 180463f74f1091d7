import { createTask, resultOf, run } from 'rxtasks';

type Settle = (value: unknown) => void;

function thenable(then: (resolve: Settle, reject: Settle) => void): PromiseLike<unknown> {
  return { then } as unknown as PromiseLike<unknown>;
}

const inner = new Error('inner');

describe.each([
  ['given as a promise', (like: PromiseLike<unknown>) => createTask(like)],
  ['returned by a function', (like: PromiseLike<unknown>) => createTask(() => like)],
  ['waited for by resultOf', (like: PromiseLike<unknown>) => createTask(resultOf(like))],
])('a thenable of another make, %s', (_, start) => {
  const outcome = (then: (resolve: Settle, reject: Settle) => void) =>
    run(async () => {
      try {
        return { value: await start(thenable(then)) };
      } catch (error) {
        return { error };
      }
    });

  it('counts as it settles first', async () => {
    const twice = await outcome((resolve, reject) => {
      resolve(1);
      resolve(2);
      reject(inner);
    });
    expect(twice).toEqual({ value: 1 });
  });

  it('is waited for through the promise that it settles with', async () => {
    expect(await outcome((resolve) => resolve(Promise.resolve(3)))).toEqual({ value: 3 });
    expect(await outcome((resolve) => resolve(thenable((_resolve, reject) => reject(inner))))).toEqual({
      error: inner,
    });
  });

  it('fails the task if its then throws', async () => {
    const broken = await outcome(() => {
      throw inner;
    });
    expect(broken).toEqual({ error: inner });
  });

  it('is run once', async () => {
    let runs = 0;
    await outcome((resolve) => resolve(++runs));
    expect(runs).toBe(1);
  });
});
