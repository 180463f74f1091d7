import { of, timer } from 'rxjs';
import {
  type Coroutine,
  Event,
  Lock,
  type Resume,
  coroutine,
  createTask,
  currentTask,
  gather,
  getRunningLoop,
  resultOf,
  run,
  sleep,
  wait,
} from 'rxtasks';
import { type Deviation, type ExploreOptions, explore } from 'rxtasks/testing';
import { deadlock } from './deadlock.js';
import { lostUpdate } from './lost-update.js';
import { orderDependence } from './order-dependence.js';
import { failureOf, stepper } from './scenario.js';

/** All logs that a scenario writes, over all orders. */
function logsOf(scenario: (log: string[]) => Generator<void, unknown, Resume>, options?: ExploreOptions) {
  const logs = new Set<string>();
  const result = explore(function* () {
    const log: string[] = [];
    yield* scenario(log);
    logs.add(log.join(' '));
  }, options);
  return { logs: [...logs].sort(), ...result };
}

describe('explore finds', () => {
  const planted = [
    ['a lost update', lostUpdate, 'error', 'a deposit was lost'],
    ['a deadlock', deadlock, 'deadlock', 'deadlock'],
    ['a dependence on an order that nobody promises', orderDependence, 'error', 'the settings are not there yet'],
  ] as const;

  for (const [name, main, kind, message] of planted) {
    it(`${name} within 1,000 orders, three steps out of the usual order at most, and repeats it three times`, () => {
      const found = failureOf(main);
      expect(found).toMatchObject({ kind, message: expect.stringContaining(message) as string });
      expect(found.runs).toBeLessThanOrEqual(1000);
      expect(found.deviations.length).toBeGreaterThan(0);
      expect(found.deviations.length).toBeLessThanOrEqual(3);
      const replayed = [1, 2, 3].map(() => failureOf(main, { replay: found.deviations }));
      for (const again of replayed) {
        expect(again.order).toEqual(found.order);
        expect(again.deviations).toEqual(found.deviations);
        expect(again).toMatchObject({ kind, cause: { name: (found.cause as Error).name } });
        expect(again.message).toBe(replayed[0]?.message);
      }
    });

    it(`${name} from any seed`, () => {
      for (let seed = 2; seed <= 30; seed++) {
        const { deviations, runs } = failureOf(main, { seed });
        expect(runs).toBeLessThanOrEqual(1000);
        expect(deviations.length).toBeLessThanOrEqual(3);
      }
    });
  }

  it('no lost update as long as nothing leaves its own iteration', () => {
    expect(explore(lostUpdate, { reach: 0 }).exhaustive).toBe(true);
  });
});

describe('An order', () => {
  it('may begin with the first step of any task', () => {
    const { logs, exhaustive } = logsOf(function* (log) {
      yield* wait([stepper(log, 'a', 1), stepper(log, 'b', 1), stepper(log, 'c', 1)]);
    });
    expect(exhaustive).toBe(true);
    expect(logs).toEqual(['a1 b1 c1', 'a1 c1 b1', 'b1 a1 c1', 'b1 c1 a1', 'c1 a1 b1', 'c1 b1 a1']);
  });

  it.each([0, 1, 2, 4])('lets a step be overtaken by what was queued %i iterations later, not more', (reach) => {
    const { logs, exhaustive } = logsOf(
      function* (log) {
        yield* wait([stepper(log, 'a', 8), stepper(log, 'b', 1)]);
      },
      { reach },
    );
    expect(exhaustive).toBe(true);
    const before = logs.map((log) => log.split(' ').indexOf('b1'));
    expect([...new Set(before)].sort()).toEqual(Array.from({ length: reach + 2 }, (_, i) => i));
  });

  it('keeps the callbacks in theirs, while tasks go between them', () => {
    const { logs, exhaustive } = logsOf(function* (log) {
      const loop = getRunningLoop();
      const future = loop.createFuture<void>();
      loop.callSoon(() => log.push('soon1'));
      future.addDoneCallback(() => log.push('done'));
      future.setResult();
      loop.callSoon(() => log.push('soon2'));
      yield* wait([stepper(log, 'a', 1)]);
      yield* sleep(1);
    });
    expect(exhaustive).toBe(true);
    expect(logs).toEqual(['a1 soon1 done soon2', 'soon1 a1 done soon2', 'soon1 done a1 soon2', 'soon1 done soon2 a1']);
  });

  it('keeps timers of different deadlines in theirs; those of the same deadline go in any', () => {
    const { logs } = logsOf(function* (log) {
      const loop = getRunningLoop();
      loop.callAt(10, () => log.push('x10'));
      loop.callAt(10, () => log.push('y10'));
      loop.callAt(11, () => log.push('z11'));
      yield* sleep(20);
    });
    expect(logs).toEqual(['x10 y10 z11', 'y10 x10 z11']);
  });

  it('lets those who wait for a lock go on as they have asked, and those who wait for an event in any order', () => {
    const waiting = (enter: () => Coroutine<unknown>, open: () => void, log: string[]) =>
      coroutine(function* () {
        const waiter = coroutine(function* (name: string) {
          log.push(`${name}?`);
          yield* enter();
          log.push(name);
          open();
        });
        const tasks = ['a', 'b'].map((name) => createTask(waiter(name)));
        yield* sleep(1);
        log.push('|');
        open();
        yield* gather(tasks);
      })();
    const orders = (logs: string[]) => logs.map((log) => log.replaceAll('?', '').split(' | '));
    const lock = logsOf(function* (log) {
      const lock = new Lock();
      yield* lock.acquire();
      yield* waiting(
        () => lock.acquire(),
        () => lock.release(),
        log,
      );
    });
    expect(orders(lock.logs)).toEqual([
      ['a b', 'a b'],
      ['b a', 'b a'],
    ]);
    const event = logsOf(function* (log) {
      const event = new Event();
      yield* waiting(
        () => event.wait(),
        () => event.set(),
        log,
      );
    });
    expect(orders(event.logs)).toEqual([
      ['a b', 'a b'],
      ['a b', 'b a'],
      ['b a', 'a b'],
      ['b a', 'b a'],
    ]);
  });

  it('runs in virtual time, in a loop of its own', () => {
    const loops = new Set<unknown>();
    const { runs } = explore(function* () {
      const loop = getRunningLoop();
      loops.add(loop);
      if (loop.time() !== 0) throw new Error('it has not begun at 0');
      yield* gather([sleep(3_600_000), sleep(3_600_000)]);
      if (loop.time() !== 3_600_000) throw new Error('not an hour');
    });
    expect(loops.size).toBe(runs);
    expect(() => getRunningLoop()).toThrow('no loop runs this code');
  });

  it('knows tasks without a name by the order in which they are made', () => {
    const { logs } = logsOf(function* (log) {
      const task = createTask(function* () {
        log.push(currentTask()?.name ?? '');
      });
      yield* task;
    });
    expect(logs).toEqual(['Task-1']);
  });
});

describe('How many orders', () => {
  it('there are is told when all were tried', () => {
    const result = explore(function* () {
      yield* wait([sleep(0)]);
    });
    expect(result).toMatchObject({ exhaustive: true, orders: 1 });
    expect(String(result)).toBe('exhaustive, 1 order');
  });

  it('were tried is told when there are more', () => {
    const log: string[] = [];
    const result = explore(
      function* () {
        yield* gather(Array.from({ length: 6 }, () => stepper(log, 'x', 6)));
      },
      { runs: 200 },
    );
    expect(result).toMatchObject({ exhaustive: false, runs: 200, orders: undefined });
    expect(String(result)).toBe('not exhaustive, 200 tried');
  });

  it('are tried is up to `runs`, unless there are no more than about 10,000 of them', () => {
    const some = (log: string[]) =>
      function* () {
        yield* wait([stepper(log, 'a', 3), stepper(log, 'b', 3), stepper(log, 'c', 1)]);
      };
    const few = explore(some([]), { runs: 5 });
    expect(few).toMatchObject({ exhaustive: true, runs: 5 + (few.orders ?? NaN) });
  });

  it('goes by the seed: the same, the same; another, others', () => {
    const firstLogs = (seed: number) => {
      const logs: string[] = [];
      explore(
        function* () {
          const log: string[] = [];
          yield* gather(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => stepper(log, name, 6)));
          logs.push(log.join(' '));
        },
        { runs: 20, seed },
      );
      return logs;
    };
    const [one, again, other] = [firstLogs(1), firstLogs(1), firstLogs(2)];
    expect(again).toEqual(one);
    expect(other[0]).toBe(one[0]); // the usual order comes first
    expect(other.slice(1)).not.toEqual(one.slice(1));
    expect(new Set(one).size).toBe(20);
  });
});

describe('A run fails', () => {
  it('if everybody waits for what cannot come, with who waits', () => {
    const error = failureOf(function* main() {
      yield* new Event().wait();
    });
    expect(error).toMatchObject({ kind: 'deadlock', runs: 1, deviations: [], cause: { name: 'DeadlockError' } });
    expect(error.message).toContain('the usual order fails: DeadlockError: deadlock');
  });

  it('if something is told to the exception handler: a callback that throws, a failure that nobody looks at', () => {
    const callback = failureOf(function* () {
      getRunningLoop().callSoon(() => {
        throw new RangeError('in a callback');
      });
      yield* sleep(1);
    });
    expect(callback).toMatchObject({ kind: 'reported', cause: { message: 'in a callback' } });
    const lost = failureOf(function* () {
      createTask(function* () {
        throw new RangeError('nobody looks');
      });
      yield* sleep(1);
    });
    expect(lost).toMatchObject({ kind: 'reported', cause: { message: 'nobody looks' } });
  });

  it('if tasks are left when main has ended, unless they are to be cancelled', () => {
    const leaves = function* () {
      createTask(sleep(100), { name: 'left behind' });
      yield* sleep(1);
    };
    expect(failureOf(leaves)).toMatchObject({
      kind: 'unfinished',
      message: expect.stringContaining('left behind') as string,
    });
    expect(explore(leaves, { unfinished: 'cancel' }).exhaustive).toBe(true);
  });

  it('if what is left fails when it is cancelled, or does not end', () => {
    const failing = function* () {
      createTask(function* () {
        try {
          yield* sleep(100);
        } finally {
          throw new RangeError('in the clean-up'); // eslint-disable-line no-unsafe-finally
        }
      });
      yield* sleep(1);
    };
    expect(failureOf(failing, { unfinished: 'cancel' })).toMatchObject({ kind: 'reported' });
    const stubborn = function* () {
      createTask(function* () {
        try {
          yield* sleep(100);
        } catch {
          yield* new Event().wait();
        }
      });
      yield* sleep(1);
    };
    expect(failureOf(stubborn, { unfinished: 'cancel' })).toMatchObject({ kind: 'unfinished' });
  });

  it('if it makes more steps than are allowed, whether its time stands still or not', () => {
    for (const ms of [0, 1]) {
      const endless = function* () {
        for (;;) yield* sleep(ms);
      };
      const error = failureOf(endless, { maxSteps: 1000 });
      expect(error.kind).toBe('endless');
      expect(error.message).toContain('more than 1000 steps');
    }
  });
});

describe('A replay', () => {
  const scenario = coroutine(function* () {
    const log: string[] = [];
    const tasks = ['a', 'b'].map((name) => createTask(stepper(log, name, 3), { name }));
    for (const task of tasks) yield* task;
  });

  it('runs once, and passes if the order fails no more', () => {
    expect(explore(scenario, { replay: [{ step: 'a:2', later: 2 }] })).toMatchObject({ runs: 1, exhaustive: false });
  });

  const misfits: [Deviation[], string][] = [
    [
      [{ step: 'foo', later: 1 }],
      "deviation 1 of 1, { step: 'foo', later: 1 }, does not fit: the run had no such step: there was no foo at all, only main, a, b",
    ],
    [
      [{ step: 'c:1', later: 1 }],
      "deviation 1 of 1, { step: 'c:1', later: 1 }, does not fit: the run had no such step: there was no c at all, only main, a, b",
    ],
    [
      [
        { step: 'a:1', later: 1 },
        { step: 'b:7', later: 1 },
      ],
      "deviation 2 of 2, { step: 'b:7', later: 1 }, does not fit: the run had no such step: the last one was b:3",
    ],
    [
      [{ step: 'a:2', later: 9 }],
      "deviation 1 of 1, { step: 'a:2', later: 9 }, does not fit: only 2 could go first: nothing else was ready, or within reach",
    ],
    [
      [{ step: 'b:2', earlier: 4 }],
      "deviation 1 of 1, { step: 'b:2', earlier: 4 }, does not fit: only 1 were ready to be overtaken",
    ],
  ];
  for (const [replay, message] of misfits) {
    it(`is refused if it does not fit: ${message.slice(message.indexOf('{'))}`, () => {
      expect(() => explore(scenario, { replay })).toThrow(RangeError);
      expect(() => explore(scenario, { replay })).toThrow(`explore(main, { replay }): ${message}`);
    });
  }

  it('is refused if it is no list of deviations, with the position', () => {
    const refused = (replay: unknown) => () => explore(scenario, { replay: replay as Deviation[] });
    expect(refused('a:2')).toThrow(
      new TypeError(
        'explore(main, { replay }): expected the list of deviations that a failed explore() printed, got "a:2" (string)',
      ),
    );
    const good = { step: 'a:2', later: 1 };
    for (const bad of [
      null,
      5,
      {},
      { step: 'a:2' },
      { step: 'a:2', later: 0 },
      { step: 'a:2', later: 1, earlier: 1 },
    ]) {
      expect(refused([good, bad])).toThrow(TypeError);
      expect(refused([good, bad])).toThrow('deviation 2 of 2: expected { step:');
    }
    expect(refused([good, good])).toThrow(
      new RangeError("explore(main, { replay }): deviation 2 of 2: the step 'a:2' is moved twice"),
    );
  });
});

describe('explore refuses', () => {
  const asAny = explore as (main: unknown, options?: unknown) => unknown;

  it('what is no function', () => {
    expect(() => asAny(sleep(1))).toThrow(TypeError);
    expect(() => asAny(sleep(1))).toThrow('expected a function that makes the scenario afresh for each run');
  });

  it('async functions and promises, wherever they turn up, and says why', () => {
    const cases = [
      async () => 1,
      () => Promise.resolve(1),
      function* () {
        yield* resultOf(Promise.resolve(1));
      },
      function* () {
        yield* createTask(async () => 1);
      },
    ];
    for (const main of cases) {
      expect(() => asAny(main)).toThrow(TypeError);
      expect(() => asAny(main)).toThrow('promises settle in microtasks of the runtime, whose order no loop decides');
    }
  });

  it('options that make no sense', () => {
    const main = () => sleep(0);
    expect(() => asAny(main, { runs: 0 })).toThrow(
      new RangeError('explore(main): expected runs to be a whole number, at least 1, got 0 (number)'),
    );
    for (const options of [{ runs: 1.5 }, { reach: -1 }, { seed: NaN }, { maxSteps: '9' }, { unfinished: 'x' }]) {
      expect(() => asAny(main, options)).toThrow(RangeError);
    }
  });

  it('to run inside of a loop', async () => {
    const inside = run(function* () {
      explore(() => sleep(0));
    });
    await expect(inside).rejects.toThrow('explore(main): a loop is running this very code');
  });

  it('a scenario that is not the same each time, with what it had failed with', () => {
    let calls = 0;
    const forgetful = function* () {
      if (++calls === 3) throw new Error('the third time');
      yield* gather([sleep(0), sleep(0)]);
    };
    expect(() => explore(forgetful)).toThrow(
      /gave other steps the second time; make everything afresh .*the third time/,
    );
    let runs = 0;
    const growing = function* () {
      runs++;
      yield* wait([sleep(0), sleep(0), ...(runs % 7 === 0 ? [sleep(0)] : [])]);
    };
    expect(() => explore(growing)).toThrow('gave other steps the second time');
  });
});

describe('What runs', () => {
  it('may be a generator function, a maker of coroutines, or a function that gives an Observable', () => {
    for (const main of [function* () {}, () => sleep(1), coroutine(function* () {}), () => of(1)]) {
      expect(explore(main).exhaustive).toBe(true);
    }
    expect(explore(() => timer(10, getRunningLoop().scheduler)).exhaustive).toBe(true);
  });
});
