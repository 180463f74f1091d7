import { type Kind, kinds } from './bodies.js';
import { type World, cancelEverywhere } from './harness.js';
import { points } from '../support/sweep.js';
import { knownFaults } from './known-faults.js';

/** Something that no cancellation may harm, at whatever step it comes. */
export interface Case {
  /** What it is a case of: names that the library exports, and members of its classes, as `Queue.get`. */
  readonly of: readonly string[];
  readonly title: string;
  /**
   * Who can use it, if not all: async functions; of them those that the ambient context knows, where what is awaited is a
   * promise.
   */
  readonly by?: 'async functions' | 'ambient context';
  /** It has jobs: they go by the promises and turns of the runtime, in every style. */
  readonly jobs?: boolean;
  /** Makes the tasks, by bodies of the given kind; what it gives back checks the end. */
  set(world: World, kind: Kind): (() => void) | void;
}

/** The specs of `cases`, in each kind of body. `moreThan`: as many runs are sure. */
export function cancelledAtEveryStep(cases: readonly Case[], moreThan = 3): void {
  describe.each(kinds)('cancelled at every step, as $name:', (kind) => {
    for (const each of cases.filter(({ by }) => by === undefined || canUse(kind, by))) {
      const fault = knownFaults.find(({ title, kinds }) => title === each.title && kinds.includes(kind.name));
      it(`${each.title}${fault === undefined ? '' : ` (known fault: ${fault.because})`}`, async () => {
        const scenario = { name: each.title, set: (world: World) => each.set(world, kind) };
        const jobs = each.jobs === true ? { ticks: 8, turns: true } : {};
        const options = { ...kind.options, ...jobs, most: points(16) };
        const { runs, problems } = await cancelEverywhere(scenario, options);
        expect(runs).toBeGreaterThan(moreThan);
        if (fault === undefined) expect(problems).toEqual([]);
        else expect(problems).not.toEqual([]);
      });
    }
  });
}

function canUse({ name }: Kind, by: NonNullable<Case['by']>): boolean {
  return by === 'async functions' ? name.startsWith(by) : name === 'async functions with ambient context';
}
