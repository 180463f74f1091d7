import { NEVER, Observable, from, observable as observableKey, of, timer } from 'rxjs';
import type { Task } from 'rxtasks';
import {
  CancelledError,
  type ExceptionContext,
  Future,
  RuntimeError,
  allTasks,
  coroutine,
  createTask,
  ensureFuture,
  gather,
  getEventLoop,
  getRunningLoop,
  run,
  sleep,
} from 'rxtasks';
import { errorOf, idleLoop, runVirtual, thrownBy } from '../support/virtual.js';

/** Futures of a loop. */
function futures(loop: ReturnType<typeof idleLoop>['loop'], n: number): Future<number>[] {
  return Array.from({ length: n }, () => loop.createFuture<number>());
}

/** Each spec of results runs with the futures themselves, and with coroutines that await them. */
const kinds: [string, (list: Future<number>[]) => unknown[]][] = [
  ['futures', (list) => list],
  [
    'coroutines',
    (list) =>
      list.map((future) =>
        coroutine(function* () {
          return yield* future;
        })(),
      ),
  ],
];

/** Starts a gather on the loop, as a coroutine on that loop would. */
function gatherOn(
  { loop, turn }: ReturnType<typeof idleLoop>,
  ...args: Parameters<typeof gather>
): { gathering: Future<unknown>; called: Future<unknown>[] } {
  let gathering: Future<unknown> | undefined;
  loop.callSoon(() => {
    gathering = gather(...args);
  });
  turn(2);
  if (!gathering) throw new Error('gather() threw');
  const called: Future<unknown>[] = [];
  gathering.addDoneCallback((future) => called.push(future));
  return { gathering, called };
}

describe.each(kinds)('gather of %s', (_kind, wrap) => {
  it.each([undefined, false])(
    'gives results in the order given, whatever the order of completion; returnExceptions: %s [test_success]',
    (returnExceptions) => {
      const one = idleLoop();
      const [a, b, c] = futures(one.loop, 3) as [Future<number>, Future<number>, Future<number>];
      const { gathering, called } = gatherOn(one, wrap([a, b, c]), { returnExceptions });
      b.setResult(1);
      a.setResult(2);
      one.turn(5);
      expect(called.length).toBe(0);
      expect(gathering.done()).toBe(false);
      c.setResult(3);
      one.turn(5);
      expect(called.length).toBe(1);
      expect(called[0]).toBe(gathering);
      expect(gathering.result()).toEqual([2, 1, 3]);
    },
  );

  it('gives the same results with returnExceptions when nothing fails [test_result_exception_success]', () => {
    const one = idleLoop();
    const [a, b, c] = futures(one.loop, 3) as [Future<number>, Future<number>, Future<number>];
    const { gathering, called } = gatherOn(one, wrap([a, b, c]), { returnExceptions: true });
    b.setResult(1);
    a.setResult(2);
    one.turn(5);
    expect(gathering.done()).toBe(false);
    c.setResult(3);
    one.turn(5);
    expect(called.length).toBe(1);
    expect(gathering.result()).toEqual([2, 1, 3]);
  });

  it('fails at once with the first failure; what the others do later changes nothing [test_one_exception]', () => {
    const one = idleLoop();
    const list = futures(one.loop, 5);
    const [a, b, c, d, e] = list as [Future<number>, Future<number>, Future<number>, Future<number>, Future<number>];
    const { gathering, called } = gatherOn(one, wrap(list));
    const error = new RangeError('first');
    a.setResult(1);
    b.setException(error);
    one.turn(5);
    expect(gathering.done()).toBe(true);
    expect(called.length).toBe(1);
    expect(called[0]).toBe(gathering);
    expect(gathering.exception()).toBe(error);

    c.setResult(3);
    d.cancel();
    e.setException(new RuntimeError('late'));
    one.turn(5);
    expect(called.length).toBe(1);
    expect(gathering.exception()).toBe(error);
    expect(one.contexts.map(({ kind }) => kind)).toEqual(['late-failure']);
  });

  it('puts exceptions in the place of results and waits for all, with returnExceptions [test_return_exceptions]', () => {
    const one = idleLoop();
    const list = futures(one.loop, 4);
    const [a, b, c, d] = list as [Future<number>, Future<number>, Future<number>, Future<number>];
    const { gathering, called } = gatherOn(one, wrap(list), { returnExceptions: true });
    const error1 = new RangeError('one');
    const error2 = new RuntimeError('two');
    b.setResult(1);
    c.setException(error1);
    a.setResult(3);
    one.turn(5);
    expect(gathering.done()).toBe(false);
    d.setException(error2);
    one.turn(5);
    expect(gathering.done()).toBe(true);
    expect(called.length).toBe(1);
    const results = gathering.result() as unknown[];
    expect(results).toEqual([3, 1, error1, error2]);
    expect(results[2]).toBe(error1);
    expect(results[3]).toBe(error2);
    expect(one.contexts).toEqual([]);
  });
});

describe('gather', () => {
  it('of nothing, where no loop runs, belongs to the default loop [test_constructor_empty_sequence_without_loop]', () => {
    const gathering = gather([]);
    expect(gathering.loop).toBe(getEventLoop());
    expect(gathering.done()).toBe(true);
    expect(gathering.result()).toEqual([]);
  });

  it('of nothing is a finished future of the running loop [test_constructor_empty_sequence_use_running_loop]', async () => {
    await runVirtual(function* () {
      const gathering = gather([]);
      expect(gathering).toBeInstanceOf(Future);
      expect(gathering.loop).toBe(getRunningLoop());
      expect(gathering.done()).toBe(true);
      expect(gathering.result()).toEqual([]);
      expect(yield* gather({})).toEqual({});
      expect(yield* gather(new Set())).toEqual([]);
    });
  });

  it('refuses children of different loops with a RangeError [test_constructor_heterogenous_futures]', () => {
    const one = idleLoop().loop.createFuture();
    const other = idleLoop().loop.createFuture();
    expect(() => gather([one, other])).toThrow(
      new RangeError('gather(sources): <Future pending> belongs to another loop than the first future given'),
    );
    expect(thrownBy(() => gather({ one, other }))).toBeInstanceOf(RangeError);
  });

  it('belongs to the loop of its children, which several gathers may share [test_constructor_homogenous_futures]', () => {
    const { loop, turn } = idleLoop();
    const children = futures(loop, 3);
    const first = gather(children);
    expect(first.loop).toBe(loop);
    turn(3);
    expect(first.done()).toBe(false);
    const second = gather(children);
    expect(second.loop).toBe(loop);
    turn(3);
    expect(second.done()).toBe(false);
    children.forEach((child, i) => child.setResult(i));
    turn();
    expect(first.result()).toEqual([0, 1, 2]);
    expect(second.result()).toEqual([0, 1, 2]);
  });

  it('with a cancelled child fails with a CancelledError, and is not cancelled itself [test_one_cancellation]', () => {
    const one = idleLoop();
    const list = futures(one.loop, 5);
    const [a, b, c, d, e] = list as [Future<number>, Future<number>, Future<number>, Future<number>, Future<number>];
    const { gathering, called } = gatherOn(one, list);
    a.setResult(1);
    b.cancel('b is off');
    one.turn(2);
    expect(gathering.done()).toBe(true);
    expect(called.length).toBe(1);
    expect(gathering.cancelled()).toBe(false);
    expect(gathering.exception()).toEqual(new CancelledError('b is off'));
    expect(gathering.exception()).toBeInstanceOf(CancelledError);
    c.setResult(3);
    d.cancel();
    e.setException(new RuntimeError());
    one.turn(2);
    expect(called.length).toBe(1);
    expect(gathering.exception()).toEqual(new CancelledError('b is off'));
    expect(thrownBy(() => gathering.result())).toBeInstanceOf(CancelledError);
    e.exception();
  });

  it('takes a cancelled child as a CancelledError in the list, with returnExceptions [test_result_exception_one_cancellation]', () => {
    const one = idleLoop();
    const list = futures(one.loop, 6);
    const [a, b, c, d, e, f] = list as [
      Future<number>,
      Future<number>,
      Future<number>,
      Future<number>,
      Future<number>,
      Future<number>,
    ];
    const { gathering, called } = gatherOn(one, list, { returnExceptions: true });
    const error1 = new RangeError('one');
    const error2 = new RuntimeError('two');
    a.setResult(1);
    b.setException(error1);
    c.cancel('c is off');
    one.turn(2);
    expect(gathering.done()).toBe(false);
    d.setResult(3);
    e.cancel();
    f.setException(error2);
    one.turn(2);
    const results = gathering.result() as unknown[];
    expect(results).toEqual([1, error1, new CancelledError('c is off'), 3, new CancelledError(), error2]);
    expect(results[2]).toBeInstanceOf(CancelledError);
    expect(results[4]).toBeInstanceOf(CancelledError);
    expect(called.length).toBe(1);
  });

  it('of coroutines, where no loop runs, starts them on the default loop [test_constructor_without_loop]', async () => {
    const gathering = gather([sleep(1, 'a'), sleep(1, 'b')]);
    expect(gathering.loop).toBe(getEventLoop());
    expect(await gathering).toEqual(['a', 'b']);
  });

  it('makes tasks of coroutines on the running loop [test_constructor_use_running_loop]', async () => {
    await runVirtual(function* () {
      const before = allTasks().size;
      const gathering = gather([sleep(1, 'a'), sleep(1, 'b')]);
      expect(gathering.loop).toBe(getRunningLoop());
      expect(allTasks().size).toBe(before + 2);
      expect(yield* gathering).toEqual(['a', 'b']);
    });
  });

  it('starts what is given several times once, and gives its result at each position [test_duplicate_coroutines]', async () => {
    await runVirtual(function* () {
      let runs = 0;
      const work = coroutine(function* (result: string) {
        runs++;
        yield;
        return result;
      });
      const abc = work('abc');
      const before = allTasks().size;
      const gathering = gather([abc, abc, work('def'), abc]);
      expect(allTasks().size).toBe(before + 2);
      expect(yield* gathering).toEqual(['abc', 'abc', 'def', 'abc']);
      expect(runs).toBe(2);

      const generator = (function* () {
        yield;
        return 'once';
      })();
      expect(yield* gather({ x: generator, y: generator })).toEqual({ x: 'once', y: 'once' });
    });
  });

  it('starts functions and Observables at each position, as forkJoin does', async () => {
    await runVirtual(function* () {
      let subscriptions = 0;
      const source$ = new Observable<number>((subscriber) => {
        subscriber.next(++subscriptions);
        subscriber.complete();
      });
      expect(yield* gather([source$, source$])).toEqual([1, 2]);
      let calls = 0;
      const work = () => of(++calls);
      expect(yield* gather([work, work])).toEqual([1, 2]);
    });
  });

  it('is cancelled with the task that awaits it: every child is, and afterwards cancel() is false [test_cancellation_broadcast]', async () => {
    const { loop, runToEnd, turn } = idleLoop();
    const proof: string[] = [];
    const waiter = loop.createFuture<void>();
    const inner = coroutine(function* () {
      yield* waiter;
      proof.push('inner');
    });
    const child1 = ensureFuture(inner(), { loop });
    const child2 = ensureFuture(inner(), { loop });
    let gatherer: Future<unknown> | undefined;
    const outer = loop.createTask(function* () {
      gatherer = gather([child1, child2]);
      yield* gatherer;
      proof.push('outer');
    });
    turn(2);
    expect(outer.cancel()).toBe(true);
    await expect(runToEnd(outer)).rejects.toThrow(CancelledError);
    expect(gatherer?.cancel()).toBe(false);
    expect(waiter.cancelled()).toBe(true);
    expect(child1.cancelled()).toBe(true);
    expect(child2.cancelled()).toBe(true);
    turn(2);
    expect(proof).toEqual([]);
  });

  it('reports a failure after the first one once, as it happens, to the exception handler [test_exception_marking]', async () => {
    const contexts: ExceptionContext[] = [];
    await runVirtual(
      function* () {
        const loop = getRunningLoop();
        const a = loop.createFuture<void>();
        const b = loop.createFuture<void>();
        const inner = coroutine(function* (gate: Future<void>, message: string) {
          yield* gate;
          throw new RuntimeError(message);
        });
        const outer = createTask(function* () {
          yield* gather([inner(a, 'first'), inner(b, 'second')]);
        });
        yield;
        yield;
        a.setResult();
        yield* sleep(1);
        expect(outer.exception()).toEqual(new RuntimeError('first'));
        expect(contexts).toEqual([]);
        b.setResult();
        yield* sleep(1);
        expect(contexts.length).toBe(1);
      },
      { onContext: (context) => contexts.push(context) },
    );
    // Also at the end of the run nothing else is reported.
    expect(contexts.map(({ kind, exception }) => [kind, exception])).toEqual([
      ['late-failure', new RuntimeError('second')],
    ]);
  });

  it('refuses a bad source after a good one with a TypeError, and starts neither [test_issue46672]', async () => {
    await runVirtual(function* () {
      const events: string[] = [];
      const good = coroutine(function* () {
        events.push('ran');
        yield;
      });
      const before = allTasks().size;
      const error = thrownBy(() => gather([good(), {}] as never));
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toMatch(/^gather\(sources\): expected a coroutine.*got \{\}$/);
      expect(allTasks().size).toBe(before);
      yield* sleep(1);
      expect(events).toEqual([]);
    });
  });

  it('refuses to be cancelled once all children are done, and keeps the result [test_cancel_gather_1]', async () => {
    const { loop, runToEnd } = idleLoop();
    const future = loop.createFuture<number>();
    const { gathering } = await runToEnd(function* () {
      yield;
      const child = coroutine(function* () {
        return yield* future;
      });
      return { gathering: gather([child()]) };
    });
    let answer: boolean | undefined;
    const wrapped = loop.createTask(function* () {
      return yield* gathering;
    });
    await runToEnd(sleep(1));
    const child = [...allTasks(loop)].find((task) => task !== (wrapped as Task<unknown>)) as Task<unknown>;
    child.addDoneCallback(() => {
      answer = gathering.cancel();
    });
    future.setResult(42);
    expect(await runToEnd(wrapped)).toEqual([42]);
    expect(answer).toBe(false);
    expect(gathering.cancelled()).toBe(false);
    expect(gathering.result()).toEqual([42]);
  });

  it.each([
    { given: [] as [], message: '' },
    { given: [undefined] as [undefined], message: '' },
    { given: ['my message'] as [string], message: 'my message' },
  ])(
    'with returnExceptions lets the cancellation of the task that awaits it through, message $given [test_cancel_gather_2]',
    async ({ given, message }) => {
      const main = runVirtual(function* () {
        const loop = getRunningLoop();
        const task = createTask(function* () {
          for (let time = 50; time <= 1000; time += 50) {
            yield* gather([sleep(50)], { returnExceptions: true });
          }
        });
        yield* sleep(220);
        task.cancel(...given);
        try {
          yield* task;
        } finally {
          expect(loop.time()).toBe(220);
        }
      });
      const error = (await main.catch((e: unknown) => e)) as Error;
      expect(error).toBeInstanceOf(CancelledError);
      expect(error.message).toBe(message);
      expect(error.cause).toBeUndefined();
    },
  );

  it('of a dictionary gives a dictionary, in the order of its keys', async () => {
    await runVirtual(function* () {
      const got = yield* gather({ user: sleep(20, 'ann'), cart: sleep(10, 3), sent: createTask(sleep(1, true)) });
      expect(got).toEqual({ user: 'ann', cart: 3, sent: true });
      expect(Object.keys(got)).toEqual(['user', 'cart', 'sent']);
      const error = new Error('boom');
      const failing = coroutine(function* () {
        yield;
        throw error;
      });
      expect(yield* gather({ good: sleep(1, 1), bad: failing() }, { returnExceptions: true })).toEqual({
        good: 1,
        bad: error,
      });
      expect(yield* errorOf(gather({ good: sleep(1, 1), bad: failing() }))).toBe(error);
      expect(yield* gather(Object.assign(Object.create(null) as object, { a: sleep(1, 'a') }))).toEqual({ a: 'a' });
    });
  });

  it('of a set gives a list in its order', async () => {
    await runVirtual(function* () {
      const pending: ReadonlySet<Task<number>> = new Set([createTask(sleep(20, 1)), createTask(sleep(10, 2))]);
      expect(yield* gather(pending)).toEqual([1, 2]);
    });
  });

  it('takes every kind of source', async () => {
    const result = await run(function* () {
      return yield* gather([
        sleep(1, 'coroutine'),
        createTask(sleep(1, 'task')),
        (function* () {
          yield;
          return 'generator';
        })(),
        function* () {
          yield;
          return 'generator function';
        },
        from(['an', 'Observable']),
        Promise.resolve('promise'),
        async () => {
          await sleep(1);
          return 'async function';
        },
        () => of('function to Observable'),
        (async function* () {
          yield 'first';
          await sleep(1);
          yield 'async iterable';
        })(),
        {
          [observableKey]: () => of('interop'),
        } as unknown as Observable<string>,
      ]);
    });
    expect(result).toEqual([
      'coroutine',
      'task',
      'generator',
      'generator function',
      'Observable',
      'promise',
      'async function',
      'function to Observable',
      'async iterable',
      'interop',
    ]);
  });

  it('cancels children of every kind that can be', async () => {
    await runVirtual(function* () {
      const events: string[] = [];
      const source$ = new Observable<never>(() => () => events.push('unsubscribed'));
      const body = coroutine(function* () {
        try {
          yield* sleep(1000);
        } finally {
          yield* sleep(5);
          events.push(`cleaned up at ${getRunningLoop().time()}`);
        }
      });
      const gathering = gather([source$, body(), NEVER, timer(1000, getRunningLoop().scheduler)]);
      yield* sleep(10);
      expect(gathering.cancel('enough')).toBe(true);
      const error = yield* errorOf(gathering);
      expect(error).toBeInstanceOf(CancelledError);
      expect(gathering.cancelled()).toBe(false);
      yield* sleep(10);
      expect(events).toEqual(['unsubscribed', 'cleaned up at 15']);
    });
  });

  it('wraps what was thrown and is no Error, with returnExceptions', async () => {
    await runVirtual(function* () {
      const throwing = coroutine(function* (thrown: unknown) {
        yield;
        throw thrown;
      });
      const [text, nothing] = yield* gather([throwing('text'), throwing(undefined)], { returnExceptions: true });
      expect(text).toBeInstanceOf(Error);
      expect(text.message).toBe('a task threw "text"');
      expect(text.cause).toBe('text');
      expect(nothing).toBeInstanceOf(Error);
      expect(yield* errorOf(gather([throwing('text')]))).toBe('text');
    });
  });

  it.each([
    ['a future', () => idleLoop().loop.createFuture(), 'got <Future pending>; gather takes a list: gather([a, b])'],
    ['an Observable', () => of(1), 'got <Observable>; gather takes a list: gather([a, b])'],
    ['a number', () => 5, 'got 5 (number)'],
    ['null', () => null, 'got null'],
    ['a map', () => new Map(), 'got <Map>'],
  ])('refuses %s alone with a TypeError', (_name, source, message) => {
    const error = thrownBy(() => gather(source() as never)) as Error;
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain('gather(sources): expected a list, a set or a plain dictionary of sources, ');
    expect(error.message).toContain(message);
  });

  it('refuses gather(a, b) and tells how it is written', () => {
    const { loop } = idleLoop();
    const expected = new TypeError('gather(sources, options): gather takes a list, gather([a, b]), not gather(a, b)');
    expect(() => gather(loop.createFuture() as never, loop.createFuture() as never)).toThrow(expected);
    expect(() => gather([sleep(1)], of(1) as never)).toThrow(expected);
    expect(() => gather([sleep(1)], 5 as never)).toThrow(expected);
  });
});
