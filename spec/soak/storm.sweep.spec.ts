import { type EventLoop, type ExceptionContext, allTasks, getRunningLoop } from 'rxtasks';
import { VirtualEventLoop, runVirtual } from 'rxtasks/testing';

import { Random } from '../../bench/soak/random.js';
import { isExpected, storm } from '../../bench/soak/storm.js';
import { Things } from '../../bench/soak/things.js';
import { points } from '../support/sweep.js';

const storms = points(30, 200);

/** What the exception handler is told that no storm brings about. */
function unexpectedOf(loop: EventLoop): ExceptionContext[] {
  const told: ExceptionContext[] = [];
  loop.setExceptionHandler((_, context) => {
    if (!isExpected(context)) told.push(context);
  });
  return told;
}

describe(`After each of ${storms} storms`, () => {
  it('of coroutines and pipelines no task, permit, item or timer is left', () => {
    const loop = new VirtualEventLoop();
    const told = unexpectedOf(loop);
    const random = new Random(1);
    const things = loop.runSync(function* () {
      return new Things();
    });
    let started = 0;
    for (let round = 0; round < storms; round++) {
      started += loop.runSync(storm({ random, things, gusts: 5, asyncFunctions: false }));
      loop.advanceBy(0); // callbacks that are ready
      expect(things.differences()).toEqual([]);
      expect([...allTasks(loop)].map(({ name }) => name)).toEqual(['forever']);
      expect(loop.isIdle()).toBe(true);
    }
    expect(started).toBeGreaterThan(10 * storms);
    expect(told).toEqual([]);
  });

  it('in which async functions run too no task, permit, item or timer is left', async () => {
    const random = new Random(2);
    let told: ExceptionContext[] = [];
    const started = await runVirtual(function* () {
      told = unexpectedOf(getRunningLoop());
      const things = new Things();
      let count = 0;
      for (let round = 0; round < storms; round++) {
        count += yield* storm({ random, things, gusts: 5, asyncFunctions: true });
        expect(things.differences()).toEqual([]);
        expect(allTasks().size).toBe(2); // main and the one that is watched
      }
      things.close();
      return count;
    });
    expect(started).toBeGreaterThan(10 * storms);
    expect(told).toEqual([]);
  });

  it('an abort signal that outlives them has no listeners', async () => {
    const random = new Random(3);
    await runVirtual(function* () {
      unexpectedOf(getRunningLoop());
      const things = new Things();
      const [add, remove] = [
        jest.spyOn(things.signal, 'addEventListener'),
        jest.spyOn(things.signal, 'removeEventListener'),
      ];
      yield* storm({ random, things, gusts: 30, asyncFunctions: true });
      expect(add.mock.calls.length).toBeGreaterThan(0); // all tasks share one, as long as there is a task
      expect(remove.mock.calls.length).toBe(add.mock.calls.length);
      things.close();
    });
  });
});
