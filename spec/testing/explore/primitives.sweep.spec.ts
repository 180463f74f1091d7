import { explore } from 'rxtasks/testing';
import { points } from '../../support/sweep.js';
import { pipelines } from './scenarios/pipelines.js';
import { primitives } from './scenarios/primitives.js';

const runs = points(300, 10_000);

describe('explore finds nothing, in many orders or in all there are, in', () => {
  for (const { title, main } of [...primitives, ...pipelines]) {
    it(title, () => {
      const found = explore(main, { runs });
      expect(found.exhaustive || found.runs === runs).toBe(true);
    });
  }
});
