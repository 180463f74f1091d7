import fc from 'fast-check';
import { Backoff } from 'rxtasks';
import { thrownBy } from '../support/virtual.js';

/** The delays after the attempts, as far as there are any; at most n. */
function delays(backoff: Backoff, n = 10, error: unknown = new Error('x')): number[] {
  const list: number[] = [];
  let elapsed = 0;
  for (let attempt = 1; attempt <= n; attempt++) {
    const delay = backoff.delay({ attempt, error, elapsed });
    if (delay === null) break;
    list.push(delay);
    elapsed += delay;
  }
  return list;
}

describe('Backoff', () => {
  it('is constant, exponential, or any rule', () => {
    expect(delays(Backoff.constant(5), 3)).toEqual([5, 5, 5]);
    expect(delays(Backoff.exponential(10), 5)).toEqual([10, 20, 40, 80, 160]);
    expect(delays(Backoff.exponential(10, 3), 3)).toEqual([10, 30, 90]);
    expect(delays(Backoff.from(({ attempt }) => (attempt < 3 ? attempt : null)))).toEqual([1, 2]);
  });

  it('stays nothing where the first time is nothing, however often it grows', () => {
    const delay = (attempt: number) => Backoff.exponential(0).delay({ attempt, error: new Error(), elapsed: 0 });
    expect([delay(1), delay(1025), delay(5000)]).toEqual([0, 0, 0]);
  });

  it('has limits: of each wait, of the attempts, of the time in all', () => {
    expect(delays(Backoff.exponential(10).maxDelay(50), 5)).toEqual([10, 20, 40, 50, 50]);
    expect(delays(Backoff.constant(10).maxAttempts(3))).toEqual([10, 10]);
    expect(delays(Backoff.constant(10).maxAttempts(1))).toEqual([]);
    expect(delays(Backoff.constant(10).maxElapsed(35))).toEqual([10, 10, 10]);
    expect(delays(Backoff.constant(10).maxElapsed(30))).toEqual([10, 10, 10]);
  });

  it('gives up on errors that are not transient', () => {
    const backoff = Backoff.constant(1).when((error) => error instanceof TypeError);
    expect(delays(backoff, 2, new TypeError('x'))).toEqual([1, 1]);
    expect(delays(backoff, 2, new RangeError('x'))).toEqual([]);
  });

  it('has jitter by the random numbers that it is given', () => {
    const numbers = [0, 0.5, 0.999];
    const random = () => numbers.shift()!;
    expect(delays(Backoff.constant(100).jitter(1, random), 3)).toEqual([100, 50, expect.closeTo(0.1)]);
    expect(
      delays(
        Backoff.constant(100).jitter(0.5, () => 0.5),
        1,
      ),
    ).toEqual([75]);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(10_000), (part, ms) => {
        const [delay] = delays(Backoff.constant(ms).jitter(part), 1);
        expect(delay).toBeLessThanOrEqual(ms);
        expect(delay).toBeGreaterThanOrEqual(ms * (1 - part) - 1e-6);
      }),
    );
  });

  it('does its parts in the order written', () => {
    const double = () => 0;
    expect(delays(Backoff.exponential(100).maxDelay(150).jitter(1, double), 3)).toEqual([100, 150, 150]);
    const half = () => 0.5;
    expect(delays(Backoff.exponential(100).maxDelay(150).jitter(1, half), 3)).toEqual([50, 75, 75]);
    expect(delays(Backoff.exponential(100).jitter(1, half).maxDelay(150), 4)).toEqual([50, 100, 150, 150]);
  });

  it('is a value: what is derived from it leaves it as it was', () => {
    const base = Backoff.constant(10);
    base.maxAttempts(1);
    base.maxDelay(1);
    expect(delays(base, 2)).toEqual([10, 10]);
  });

  it('refuses what makes no sense, where it is written', () => {
    const refusals: [() => unknown, string][] = [
      [() => Backoff.constant('1' as never), 'TypeError: Backoff.constant(ms)'],
      [() => Backoff.exponential(NaN), 'RangeError: Backoff.exponential(first)'],
      [
        () => Backoff.exponential(1, 0.5),
        'RangeError: Backoff.exponential(first, factor): expected a number of 1 or more',
      ],
      [() => Backoff.constant(1).maxDelay(null as never), 'TypeError: Backoff.maxDelay(ms)'],
      [
        () => Backoff.constant(1).maxAttempts(0),
        'RangeError: Backoff.maxAttempts(count): expected a number of 1 or more, got 0',
      ],
      [() => Backoff.constant(1).maxElapsed(NaN), 'RangeError: Backoff.maxElapsed(ms)'],
      [
        () => Backoff.constant(1).jitter(2),
        'RangeError: Backoff.jitter(part): expected a number between 0 and 1, got 2',
      ],
      [() => Backoff.constant(1).jitter(1, 5 as never), 'TypeError: Backoff.jitter(part, random)'],
      [() => Backoff.constant(1).when(Error.name as never), 'TypeError: Backoff.when(isTransient)'],
      [() => Backoff.from(5 as never), 'TypeError: Backoff.from(delay)'],
    ];
    for (const [call, start] of refusals) expect(String(thrownBy(call)).slice(0, start.length)).toBe(start);
  });
});
