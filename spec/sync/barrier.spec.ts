import {
  Barrier,
  BrokenBarrierError,
  CancelledError,
  RuntimeError,
  createTask,
  gather,
  wait,
  type Coroutine,
  type Future,
  type Resume,
} from 'rxtasks';
import { errorOf, turns, virtually } from './virtual.js';

const PARTIES = 5;

type Work<T = void> = () => Generator<void, T, Resume>;

/** n tasks that do the same. */
function tasksOf<T>(n: number, work: Work<T>) {
  return Array.from({ length: n }, () => createTask(work));
}

/** The results of n tasks that do the same. */
function resultsOf<T>(n: number, work: Work<T>): Future<T[]> {
  return gather(tasksOf(n, work));
}

/** Did the wait succeed, or was the barrier broken? Other errors go through. */
function* passes(arrival: Coroutine<number>): Generator<void, boolean, Resume> {
  try {
    yield* arrival;
    return true;
  } catch (error) {
    if (error instanceof BrokenBarrierError) return false;
    throw error;
  }
}

/** One party of five that all want to pass twice, and of which the third aborts after the first time: is it broken? */
function* abortsOrFails(barrier: Barrier): Generator<void, boolean, Resume> {
  try {
    if ((yield* barrier.wait()) === 2) {
      yield* barrier.abort();
      return false;
    }
    yield* barrier.wait();
  } catch (error) {
    if (error instanceof BrokenBarrierError) return true;
    throw error;
  }
  throw new Error('a party passed an aborted barrier');
}

function expectUsable(barrier: Barrier): void {
  expect(String(barrier)).toBe(`<Barrier filling waiters=0/${barrier.parties}>`);
  expect(barrier.nWaiting).toBe(0);
  expect(barrier.broken).toBe(false);
}

describe('Barrier', () => {
  it('cannot be waited for itself, only wait() can [BarrierTests.test_barrier]', () =>
    virtually(function* () {
      const barrier = new Barrier(PARTIES);
      const mistaken = createTask(function* () {
        yield* barrier as unknown as Future<void>;
      });
      expect(yield* errorOf(mistaken)).toBeInstanceOf(TypeError);
      expect('then' in barrier).toBe(false);
      expectUsable(barrier);
    }));

  it('refuses less than one party [BarrierTests.test_barrier_parties]', () => {
    expect(() => new Barrier(0)).toThrow(
      new RangeError(
        'new Barrier(parties): expected a whole number, at least 1, got 0 (number); pass the number of tasks that shall meet',
      ),
    );
    expect(() => new Barrier(0)).toThrow(RangeError);
    expect(() => new Barrier(-4)).toThrow(RangeError);
    expect(new Barrier(PARTIES).parties).toBe(PARTIES);
  });

  it('refuses what is no whole number of parties', () => {
    expect(() => new Barrier(1.5)).toThrow(RangeError);
    expect(() => new Barrier(Infinity)).toThrow(RangeError);
    expect(() => new Barrier(NaN)).toThrow(RangeError);
    expect(() => new Barrier(undefined as unknown as number)).toThrow(TypeError);
    expect(() => new Barrier('2' as unknown as number)).toThrow(TypeError);
  });

  it('gives each arrival its index, from 0 to n - 1 [BarrierTests.test_context_manager]', () =>
    virtually(function* () {
      const barrier = new Barrier(3);
      const indices = yield* resultsOf(3, function* () {
        return yield* barrier.wait();
      });
      expect(indices).toEqual([0, 1, 2]);
      expectUsable(barrier);
    }));

  it('never blocks a single party [BarrierTests.test_filling_one_task]', () =>
    virtually(function* () {
      const barrier = new Barrier(1);
      expect(yield* barrier.wait()).toBe(0);
      expectUsable(barrier);
    }));

  it('can be passed again and again [BarrierTests.test_filling_one_task_twice]', () =>
    virtually(function* () {
      const barrier = new Barrier(1);
      const first = createTask(barrier.wait());
      yield;
      expect(barrier.nWaiting).toBe(0);
      const second = createTask(barrier.wait());
      yield;
      expect(first.result()).toBe(0);
      expect(second.result()).toBe(0);
      expectUsable(barrier);
    }));

  it('counts each arrival, and nobody once all have left [BarrierTests.test_filling_task_by_task]', () =>
    virtually(function* () {
      const barrier = new Barrier(3);
      const first = createTask(barrier.wait());
      yield;
      expect(barrier.nWaiting).toBe(1);
      expect(String(barrier)).toBe('<Barrier filling waiters=1/3>');
      const second = createTask(barrier.wait());
      yield;
      expect(barrier.nWaiting).toBe(2);
      const third = createTask(barrier.wait());
      yield;
      yield* wait([first, second, third]);
      expectUsable(barrier);
    }));

  it('serves the same tasks twice [BarrierTests.test_filling_tasks_wait_twice]', () =>
    virtually(function* () {
      const barrier = new Barrier(PARTIES);
      const log: number[] = [];
      yield* resultsOf(PARTIES, function* () {
        yield* barrier.wait();
        log.push(1);
        yield* barrier.wait();
        log.push(2);
      });
      expect(log.filter((round) => round === 1)).toHaveLength(PARTIES);
      expect(log.filter((round) => round === 2)).toHaveLength(PARTIES);
      expectUsable(barrier);
    }));

  it('hands out every index once in each round [BarrierTests.test_filling_tasks_check_return_value]', () =>
    virtually(function* () {
      const barrier = new Barrier(PARTIES);
      const indices = yield* resultsOf(PARTIES, function* () {
        const first = yield* barrier.wait();
        return [first, yield* barrier.wait()] as const;
      });
      for (const round of [0, 1] as const) {
        expect(indices.map((pair) => pair[round]).sort()).toEqual([0, 1, 2, 3, 4]);
      }
      expectUsable(barrier);
    }));

  it('drains until the last party has left, and fills from then on [BarrierTests.test_draining_state]', () =>
    virtually(function* () {
      const barrier = new Barrier(PARTIES);
      const states: string[] = [];
      yield* resultsOf(PARTIES, function* () {
        yield* barrier.wait();
        states.push(String(barrier));
      });
      const draining = '<Barrier draining waiters=0/5>';
      expect(states).toEqual([draining, draining, draining, draining, '<Barrier filling waiters=0/5>']);
      expectUsable(barrier);
    }));

  it('blocks who arrives while a round leaves until it has left [BarrierTests.test_blocking_tasks_while_draining]', () =>
    virtually(function* () {
      const rewait = 2;
      const barrier = new Barrier(PARTIES);
      const others = new Barrier(PARTIES - rewait);
      let left = rewait;
      let done = 0;
      yield* resultsOf(PARTIES, function* () {
        yield* barrier.wait();
        if (left > 0) {
          left--;
          yield* barrier.wait();
        } else {
          yield* others.wait();
          yield* barrier.wait();
        }
        done++;
      });
      expect(done).toBe(PARTIES);
      expectUsable(barrier);
    }));

  it('does not count a cancelled party, and the others do not notice [BarrierTests.test_filling_tasks_cancel_one]', () =>
    virtually(function* () {
      const barrier = new Barrier(3);
      const first = createTask(barrier.wait());
      yield;
      const second = createTask(barrier.wait());
      yield;
      expect(barrier.nWaiting).toBe(2);
      first.cancel();
      yield;
      expect(barrier.nWaiting).toBe(1);
      expect(yield* errorOf(first)).toBeInstanceOf(CancelledError);
      const third = createTask(barrier.wait());
      yield;
      expect(barrier.nWaiting).toBe(2);
      const fourth = createTask(barrier.wait());
      yield* gather([second, third, fourth]);
      expectUsable(barrier);
    }));

  it.each([
    ['the first', [0]],
    ['one in the middle', [1]],
    ['the last', [2]],
    ['several, in any order', [2, 0, 1]],
    ['all', [3, 1, 0, 2]],
  ])('gives the lowest free index when %s has left while it fills, so that a round has each once', (_, leaving) =>
    virtually(function* () {
      const barrier = new Barrier(PARTIES);
      const arrive = (n: number) => Array.from({ length: n }, () => createTask(barrier.wait()));
      for (let round = 0; round < 2; round++) {
        const first = arrive(4);
        yield;
        for (const index of leaving) first[index]!.cancel();
        yield* turns(3);
        expect(barrier.nWaiting).toBe(4 - leaving.length);
        const later = arrive(1 + leaving.length);
        const stayed = first.filter((_, index) => !leaving.includes(index));
        const kept = [0, 1, 2, 3].filter((index) => !leaving.includes(index));
        expect(yield* gather(stayed)).toEqual(kept);
        expect(yield* gather(later)).toEqual([...leaving.toSorted(), 4]);
      }
    }),
  );

  it('begins with the index 0 again after a reset or an abort, whoever had left before', () =>
    virtually(function* () {
      const barrier = new Barrier(2);
      for (const end of [() => barrier.reset(), () => barrier.abort()]) {
        const left = createTask(barrier.wait());
        yield;
        left.cancel();
        yield* errorOf(left);
        const waiting = createTask(passes(barrier.wait()));
        yield;
        yield* end();
        expect(yield* waiting).toBe(false);
        yield* barrier.reset();
        expect(yield* gather([barrier.wait(), barrier.wait()])).toEqual([0, 1]);
      }
    }));

  it('stays usable when it is reset unused [BarrierTests.test_reset_barrier]', () =>
    virtually(function* () {
      const barrier = new Barrier(1);
      yield* barrier.reset();
      expectUsable(barrier);
    }));

  it('sends those who wait away when it is reset, and is usable again [BarrierTests.test_reset_barrier_while_tasks_waiting]', () =>
    virtually(function* () {
      const barrier = new Barrier(PARTIES);
      const tasks = tasksOf(PARTIES - 1, () => passes(barrier.wait()));
      yield;
      const reset = createTask(barrier.reset());
      yield;
      expect(String(barrier)).toBe('<Barrier resetting waiters=0/5>');
      expect(yield* gather(tasks)).toEqual([false, false, false, false]);
      yield* reset;
      expectUsable(barrier);
      yield* resultsOf(PARTIES, () => passes(barrier.wait()));
    }));

  it('says in the error what happened', () =>
    virtually(function* () {
      const barrier = new Barrier(2);
      const reset = createTask(barrier.wait());
      yield;
      yield* barrier.reset();
      expect(((yield* errorOf(reset)) as Error).message).toBe(
        'Barrier.wait(): the barrier was reset before all 2 parties arrived',
      );
      const aborted = createTask(barrier.wait());
      yield;
      yield* barrier.abort();
      const error = yield* errorOf(aborted);
      expect(error).toBeInstanceOf(BrokenBarrierError);
      expect(error).toBeInstanceOf(RuntimeError);
      expect((error as Error).message).toBe('Barrier.wait(): the barrier was aborted before all 2 parties arrived');
      expect(((yield* errorOf(barrier.wait())) as Error).message).toBe(
        'Barrier.wait(): the barrier is broken, it was aborted; barrier.reset() repairs it',
      );
    }));

  it('breaks, when it is reset while it drains, those that have not left yet [BarrierTests.test_reset_barrier_when_tasks_half_draining]', () =>
    virtually(function* () {
      const barrier = new Barrier(PARTIES);
      const rest = 2;
      let gone = 0;
      let broken = 0;
      yield* resultsOf(PARTIES, function* () {
        if (!(yield* passes(barrier.wait()))) broken++;
        else if (++gone === PARTIES - rest) yield* barrier.reset();
      });
      expect(broken).toBe(rest);
      expectUsable(barrier);
    }));

  it('does not break, when it is reset while it drains, those that wait for the next round [BarrierTests.test_reset_barrier_when_tasks_half_draining_half_blocking]', () =>
    virtually(function* () {
      const barrier = new Barrier(PARTIES);
      const blocked = 2;
      let gone = 0;
      const broken: string[] = [];
      yield* resultsOf(PARTIES, function* () {
        if (!(yield* passes(barrier.wait()))) {
          broken.push('draining');
          yield* barrier.wait();
          return;
        }
        if (++gone > blocked) {
          yield* barrier.reset();
          yield* barrier.wait();
        } else if (!(yield* passes(barrier.wait()))) {
          broken.push('blocked');
        }
      });
      expect(broken).toEqual(['draining', 'draining']);
      expectUsable(barrier);
    }));

  it('lets broken parties wait again at once and form the next round [BarrierTests.test_reset_barrier_while_tasks_waiting_and_waiting_again]', () =>
    virtually(function* () {
      const barrier = new Barrier(PARTIES);
      let broken = 0;
      let passed = 0;
      const tasks = tasksOf(PARTIES - 1, function* () {
        if (!(yield* passes(barrier.wait()))) broken++;
        yield* barrier.wait();
        passed++;
      });
      createTask(barrier.reset());
      yield;
      const last = createTask(function* () {
        yield* barrier.wait();
        passed++;
      });
      yield* gather([...tasks, last]);
      expect(broken).toBe(PARTIES - 1);
      expect(passed).toBe(PARTIES);
      expectUsable(barrier);
    }));

  it('breaks nobody when the last one that leaves resets it [BarrierTests.test_reset_barrier_while_tasks_draining]', () =>
    virtually(function* () {
      const barrier = new Barrier(PARTIES);
      let left = 0;
      let again = 0;
      let passed = 0;
      yield* resultsOf(PARTIES, function* () {
        yield* barrier.wait();
        if (++left === PARTIES) {
          yield* barrier.reset();
          yield* barrier.wait();
        } else {
          yield* barrier.wait(); // an error here would fail the gather
          again++;
        }
        yield* barrier.wait();
        passed++;
      });
      expect(again).toBe(PARTIES - 1);
      expect(passed).toBe(PARTIES);
      expectUsable(barrier);
    }));

  it('is broken by abort() [BarrierTests.test_abort_barrier]', () =>
    virtually(function* () {
      const barrier = new Barrier(1);
      yield* barrier.abort();
      expect(barrier.broken).toBe(true);
      expect(barrier.nWaiting).toBe(0);
      expect(String(barrier)).toBe('<Barrier broken>');
      expect(yield* errorOf(barrier.wait())).toBeInstanceOf(BrokenBarrierError);
    }));

  it('breaks, when it is aborted while it drains, those that leave and those that wait for the next round [BarrierTests.test_abort_barrier_when_tasks_half_draining_half_blocking]', () =>
    virtually(function* () {
      const barrier = new Barrier(PARTIES);
      const blocked = 2;
      let gone = 0;
      const broken: string[] = [];
      yield* resultsOf(PARTIES, function* () {
        if (!(yield* passes(barrier.wait()))) {
          broken.push('draining');
          return;
        }
        if (++gone > blocked) yield* barrier.abort();
        else if (!(yield* passes(barrier.wait()))) broken.push('blocked');
      });
      expect(broken.sort()).toEqual(['blocked', 'blocked', 'draining', 'draining']);
      expect(String(barrier)).toBe('<Barrier broken>');
      expect(barrier.nWaiting).toBe(0);
    }));

  it('gives all others, now and later, the error after a party failed and aborted it [BarrierTests.test_abort_barrier_when_exception]', () =>
    virtually(function* () {
      const barrier = new Barrier(PARTIES);
      let broken = 0;
      yield* resultsOf(PARTIES, function* () {
        if (yield* abortsOrFails(barrier)) broken++;
      });
      expect(broken).toBe(PARTIES - 1);
      expect(barrier.broken).toBe(true);
      expect(barrier.nWaiting).toBe(0);
    }));

  it('is repaired by reset() after an abort [BarrierTests.test_abort_barrier_when_exception_then_resetting]', () =>
    virtually(function* () {
      const barrier = new Barrier(PARTIES);
      const meeting = new Barrier(PARTIES);
      let broken = 0;
      let passed = 0;
      yield* resultsOf(PARTIES, function* () {
        if (yield* abortsOrFails(barrier)) broken++;
        if ((yield* meeting.wait()) === 2) yield* barrier.reset();
        yield* meeting.wait();
        yield* barrier.wait();
        passed++;
      });
      expect(broken).toBe(PARTIES - 1);
      expect(passed).toBe(PARTIES);
      expectUsable(barrier);
    }));

  it('does not lose a round to a party that is cancelled while it drains', () =>
    virtually(function* () {
      const barrier = new Barrier(3);
      const tasks = [1, 2, 3].map(() => createTask(barrier.wait()));
      yield;
      yield;
      tasks[1]!.cancel();
      yield* turns(5);
      expect(tasks.map((task) => task.done())).toEqual([true, true, true]);
      expectUsable(barrier);
      yield* resultsOf(3, () => passes(barrier.wait()));
    }));
});
