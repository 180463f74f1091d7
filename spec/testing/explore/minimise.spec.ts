import type { Deviation } from 'rxtasks/testing';
import { type StillFails, minimise } from '../../../lib/testing/explore/minimise.js';

const later = (step: string, by = 1): Deviation => ({ step, later: by });

/** A program that fails as long as `needed` holds of the deviations. */
function failing(needed: (deviations: readonly Deviation[]) => boolean, overtakers = new Map<string, number[]>()) {
  let tries = 0;
  const attempt = (deviations: readonly Deviation[]): StillFails | null => {
    tries++;
    return needed(deviations) ? { deviations, overtakers: new Map() } : null;
  };
  const from = (deviations: Deviation[]) => minimise({ deviations, overtakers }, attempt);
  return { from, tries: () => tries };
}

const has = (deviations: readonly Deviation[], step: string) => deviations.some((each) => each.step === step);

describe('minimise', () => {
  it('leaves out all that does not matter', () => {
    const many = Array.from({ length: 64 }, (_, i) => later(`t${i}:1`));
    const program = failing((deviations) => has(deviations, 't5:1') && has(deviations, 't40:1'));
    expect(program.from(many)).toEqual([later('t5:1'), later('t40:1')]);
    expect(program.tries()).toBeLessThan(64);
  });

  it('leaves out everything if the usual order fails too', () => {
    expect(failing(() => true).from([later('a:1'), later('b:1')])).toEqual([]);
  });

  it('takes the smallest number that will do', () => {
    const program = failing((deviations) => deviations.some((each) => 'later' in each && each.later >= 3));
    expect(program.from([later('a:1', 9)])).toEqual([later('a:1', 3)]);
  });

  it('moves one step forward where that does what several steps back do', () => {
    const back = ['a:1', 'b:1', 'c:1'].map((step) => later(step));
    const program = failing(
      (deviations) => has(deviations, 'd:1') || back.every(({ step }) => has(deviations, step)),
      new Map([['d:1', [0, 1, 2]]]),
    );
    expect(program.from(back)).toEqual([{ step: 'd:1', earlier: 1 }]);
  });
});
