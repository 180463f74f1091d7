import { Barrier, BrokenBarrierError, RuntimeError, createTask } from 'rxtasks';
import { errorOf, runVirtual } from '../support/virtual.js';
import { itIsAnErrorClass } from './error-class.js';

describe('BrokenBarrierError', () => {
  itIsAnErrorClass(BrokenBarrierError, 'BrokenBarrierError', [RuntimeError, Error]);

  it('is what the parties of a barrier get that is aborted', () =>
    runVirtual(function* () {
      const barrier = new Barrier(2);
      const party = createTask(() => barrier.wait());
      yield;
      yield* barrier.abort();
      expect(yield* errorOf(party)).toBeInstanceOf(BrokenBarrierError);
    }));
});
