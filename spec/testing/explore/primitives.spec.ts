import { explore } from 'rxtasks/testing';
import { pipelines } from './scenarios/pipelines.js';
import { primitives } from './scenarios/primitives.js';

describe('explore finds nothing, in 10,000 orders or in all there are, in', () => {
  for (const { title, main } of [...primitives, ...pipelines]) {
    it(title, () => {
      const { runs, exhaustive } = explore(main, { runs: 10_000 });
      expect(exhaustive || runs === 10_000).toBe(true);
    });
  }
});
