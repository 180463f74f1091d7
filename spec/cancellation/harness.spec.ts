import { Lock, sleep } from 'rxtasks';
import { ask, kinds } from './bodies.js';
import { type Scenario, cancelEverywhere } from './harness.js';

const coroutines = kinds.find(({ name }) => name === 'coroutines');
const asyncFunctions = kinds.find(({ name }) => name === 'async functions with ambient context');

/** The harness is only worth something if it finds what is wrong. */
describe('the harness that cancels everywhere', () => {
  it.each([coroutines, asyncFunctions])('finds a lock that is lost between acquire and try, in $name', async (kind) => {
    const scenario: Scenario = {
      name: 'planted',
      set(world) {
        const lock = new Lock();
        world.task(
          'a',
          kind!.make(world, function* () {
            yield* ask(lock.acquire());
            yield* ask(sleep(1)); // a cancellation here loses the lock
            try {
              yield* ask(sleep(5));
            } finally {
              lock.release();
            }
          }),
        );
        return () => {
          if (lock.locked()) throw new Error('the lock is lost');
        };
      },
    };
    const { problems } = await cancelEverywhere(scenario, kind!.options);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every((problem) => problem.includes('the lock is lost'))).toBe(true);
  });

  it('finds a finally that is left out', async () => {
    const { problems } = await cancelEverywhere({
      name: 'planted',
      set(world) {
        world.task(
          'a',
          coroutines!.make(world, function* () {
            const left = world.entered('body');
            yield* ask(sleep(5)); // not in a try
            left();
          }),
        );
      },
    });
    expect(problems.join()).toContain('the finally of body ran 0 times, its try was entered 1 times');
  });

  it('finds a timer that is left in the loop', async () => {
    const { problems } = await cancelEverywhere({
      name: 'planted',
      set(world) {
        world.task(
          'a',
          coroutines!.make(world, function* () {
            const timer = world.loop.callLater(1_000, () => {});
            yield* ask(sleep(5)); // a cancellation here leaves the timer
            timer.cancel();
          }),
        );
      },
    });
    expect(problems.join()).toContain('1 timers are left in the loop');
    expect(problems.join()).not.toContain('without a cancellation');
  });

  it('finds a request that nobody ever sees', async () => {
    const { problems } = await cancelEverywhere({
      name: 'planted',
      set(world) {
        const task = world.task(
          'deaf',
          coroutines!.make(world, function* () {
            for (let i = 0; i < 4; i++) yield* ask(sleep(1));
          }),
        );
        task.cancel = () => true; // says yes, and does nothing
      },
    });
    expect(problems.join()).toContain('steps after cancel() had returned true');
  });
});
