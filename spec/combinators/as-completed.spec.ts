import { type Observable, firstValueFrom, lastValueFrom, map, merge, of, take, toArray } from 'rxjs';
import {
  AsCompleted,
  CancelledError,
  type Coroutine,
  type Future,
  type Resume,
  Task,
  TimeoutError,
  allTasks,
  asCompleted,
  coroutine,
  createTask,
  ensureFuture,
  getEventLoop,
  getRunningLoop,
  resultOf,
  run,
  sleep,
  wait,
} from 'rxtasks';
import { inChildProcess } from '../support/child-process.js';
import { errorOf, idleLoop, runVirtual, thrownBy } from '../support/virtual.js';

const returning = coroutine(function* <T>(value: T) {
  yield;
  return value;
});

describe('asCompleted', () => {
  it('gives results in the order of completion, in plain and in async iteration [test_as_completed]', async () => {
    const sources = () => [sleep(5, 'b'), sleep(12, 'c'), sleep(1, 'a')];
    const plain = await runVirtual(function* () {
      const loop = getRunningLoop();
      const values: [string, number][] = [];
      for (const next of asCompleted(sources())) values.push([yield* next, loop.time()]);
      return values;
    });
    expect(plain).toEqual([
      ['a', 1],
      ['b', 5],
      ['c', 12],
    ]);
    const later = await run(async () => {
      const values: string[] = [];
      for await (const task of asCompleted(sources())) values.push(await task);
      return values;
    });
    expect(later).toEqual(['a', 'b', 'c']);
  });

  it('hands out the very tasks given, and new ones for coroutines, in async iteration [test_as_completed_same_tasks_in_as_out]', async () => {
    await run(async () => {
      const cold = [returning(0), returning(1), returning(2), returning(3)];
      const made: unknown[] = [];
      for await (const task of asCompleted(cold)) made.push(task);
      expect(made.length).toBe(4);
      expect(made.every((task) => task instanceof Task)).toBe(true);
      expect(made.map((task) => cold.indexOf(task as (typeof cold)[0]))).toEqual([-1, -1, -1, -1]);

      const b = createTask(returning('b'));
      const d = createTask(returning('d'));
      const out = new Set<unknown>();
      for await (const task of asCompleted<Task<string> | Coroutine<string>>([returning('a'), b, returning('c'), d])) {
        out.add(task);
      }
      expect(out.size).toBe(4);
      expect([out.has(b), out.has(d)]).toEqual([true, true]);
    });
    await runVirtual(function* () {
      const b = createTask(returning('b'));
      const completing = asCompleted([b]);
      expect((yield* completing.nextDone()) === b).toBe(true);
      expect(yield* completing.nextDone()).toBeUndefined();
    });
  });

  it('gives a TimeoutError for each item that is left when the time is up, and cancels nothing [test_as_completed_with_timeout]', async () => {
    await runVirtual(function* () {
      const loop = getRunningLoop();
      const tasks = [createTask(sleep(100, 'a')), createTask(sleep(150, 'b')), createTask(sleep(200, 'c'))];
      const seen: [unknown, number][] = [];
      for (const next of asCompleted(tasks, { timeout: 120 })) {
        try {
          seen.push([yield* next, loop.time()]);
        } catch (error) {
          seen.push([(error as Error).name, loop.time()]);
          expect(error).toBeInstanceOf(TimeoutError);
        }
      }
      expect(seen).toEqual([
        ['a', 100],
        ['TimeoutError', 120],
        ['TimeoutError', 120],
      ]);
      expect(tasks.map((task) => task.done())).toEqual([true, false, false]);
      yield* wait(tasks);
      expect(tasks.map((task) => task.result())).toEqual(['a', 'b', 'c']);
    });

    await run(async () => {
      const tasks = [createTask(sleep(1, 'a')), createTask(sleep(600, 'b'))];
      const seen: unknown[] = [];
      try {
        for await (const task of asCompleted(tasks, { timeout: 300 })) seen.push(await task);
      } catch (error) {
        seen.push(error);
      }
      expect(seen).toEqual([
        'a',
        new TimeoutError('asCompleted: the time limit was reached before all sources had ended'),
      ]);
      expect(tasks[1]?.done()).toBe(false);
      expect(await tasks[1]).toBe('b');
    });
  });

  it('with a timeout that is not reached is as without, and its timer is gone [test_as_completed_with_unused_timeout]', async () => {
    await runVirtual(function* () {
      const loop = getRunningLoop();
      for (const next of asCompleted([sleep(10, 'a')], { timeout: 1000 })) expect(yield* next).toBe('a');
      expect(loop.time()).toBe(10);
      expect(loop.pending.timers).toBe(0);
    });
    const seen: string[] = [];
    await run(async () => {
      for await (const task of asCompleted([sleep(1, 'a')], { timeout: 1000 })) seen.push(await task);
    });
    expect(seen).toEqual(['a']);
  });

  it('can be left, and iterated again from where it was left [test_as_completed_resume_iterator]', async () => {
    const sources = () => [0, 1, 2, 3].map((n) => returning(n));
    await runVirtual(function* () {
      const completing = asCompleted(sources());
      const collected: number[] = [];
      for (const next of completing) {
        collected.push(yield* next);
        if (collected.length === 2) break;
      }
      expect(collected).toEqual([0, 1]);
      for (const next of completing) collected.push(yield* next);
      expect(collected).toEqual([0, 1, 2, 3]);
      expect([...completing]).toEqual([]);
    });
    await run(async () => {
      const completing = asCompleted(sources());
      const collected: number[] = [];
      for await (const task of completing) {
        collected.push(await task);
        if (collected.length === 2) break;
      }
      expect(collected).toEqual([0, 1]);
      for await (const task of completing) collected.push(await task);
      expect(collected).toEqual([0, 1, 2, 3]);
    });
  });

  it('gives the first completion to the item that is awaited first, whichever that is [test_as_completed_reverse_wait]', async () => {
    await runVirtual(function* () {
      const loop = getRunningLoop();
      const items = [...asCompleted(new Set([sleep(50, 'a'), sleep(100, 'b')]))];
      expect(items.length).toBe(2);
      expect(yield* items[1] as Coroutine<string>).toBe('a');
      expect(loop.time()).toBe(50);
      expect(yield* items[0] as Coroutine<string>).toBe('b');
      expect(loop.time()).toBe(100);
    });
  });

  it('gives items that can be awaited at the same time [test_as_completed_concurrent]', async () => {
    await runVirtual(function* () {
      const items = [...asCompleted([sleep(50, 'a'), sleep(50, 'b')])];
      expect(items.length).toBe(2);
      const { done } = yield* wait(items.map((item) => ensureFuture(item)));
      expect([...done].map((task) => task.result())).toEqual(['a', 'b']);
      expect(getRunningLoop().time()).toBe(50);
    });
    await run(async () => {
      const tasks: unknown[] = []; // TypeScript 7 takes an item of `for await` for what it resolves to, 6 for what it is
      for await (const task of asCompleted([sleep(1, 'a'), sleep(1, 'b')])) tasks.push(task);
      const { done } = await wait(tasks as Task<string>[]);
      expect([...done].map((task) => task.result())).toEqual(['a', 'b']);
    });
  });

  it('starts and gives what is given twice once [test_as_completed_duplicate_coroutines]', async () => {
    await runVirtual(function* () {
      const ham = returning('ham');
      const before = allTasks().size;
      const values: string[] = [];
      const completing = asCompleted([ham, ham, returning('spam')]);
      expect(allTasks().size).toBe(before + 2);
      for (const next of completing) values.push(yield* next);
      expect(values).toEqual(['ham', 'spam']);
    });
    const later = await run(async () => {
      const ham = returning('ham');
      const values: string[] = [];
      for await (const task of asCompleted([ham, ham, returning('spam')])) values.push(await task);
      return values;
    });
    expect(later).toEqual(['ham', 'spam']);
  });

  it('of coroutines, where no loop runs, starts them on the default loop [test_as_completed_coroutine_without_loop]', async () => {
    const completing = asCompleted([returning(42)]);
    const task = await firstValueFrom(completing.pipe(map((done) => ({ done }))));
    expect(task.done.loop).toBe(getEventLoop());
    expect(task.done.result()).toBe(42);
  });

  it('starts coroutines on the running loop [test_as_completed_coroutine_use_running_loop]', async () => {
    await runVirtual(function* () {
      const items = [...asCompleted([returning(42)])];
      expect(items.length).toBe(1);
      expect([...allTasks()].at(-1)?.loop).toBe(getRunningLoop());
      expect(yield* items[0] as Coroutine<number>).toBe(42);
    });
  });

  it.each([
    ['a future', () => idleLoop().loop.createFuture(), '<Future pending>'],
    ['a coroutine', () => returning(1), 'a coroutine()'],
    ['an Observable', () => of(1), '<Observable>'],
    ['a number', () => 5, '5 (number)'],
    ['undefined', () => undefined, 'undefined'],
  ])(
    'refuses %s instead of a list with a TypeError, at the call [test_as_completed_invalid_args]',
    (_name, source, got) => {
      const error = thrownBy(() => asCompleted(source() as never)) as Error;
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toBe(`asCompleted(sources): expected a list of sources, [a, b], got ${got}`);
    },
  );

  it('refuses a list that holds anything but sources, a wrong timeout, and futures of different loops', () => {
    expect(thrownBy(() => asCompleted([5 as never]))).toBeInstanceOf(TypeError);
    expect(() => asCompleted([], { timeout: NaN })).toThrow(
      new RangeError('asCompleted(sources): expected timeout in milliseconds, got NaN'),
    );
    const foreign = [idleLoop().loop.createFuture(), idleLoop().loop.createFuture()];
    expect(thrownBy(() => asCompleted(foreign))).toBeInstanceOf(RangeError);
  });

  it('throws the error of a task where its item is awaited', async () => {
    await runVirtual(function* () {
      const boom = new Error('boom');
      const failing = coroutine(function* () {
        yield* sleep(1);
        throw boom;
      });
      const seen: unknown[] = [];
      for (const next of asCompleted([sleep(5, 'fine'), failing()])) {
        try {
          seen.push(yield* next);
        } catch (error) {
          seen.push(error);
        }
      }
      expect(seen).toEqual([boom, 'fine']);
    });
  });

  it('starts everything at the call, without any iteration', async () => {
    await runVirtual(function* () {
      const started: string[] = [];
      const work = (name: string) =>
        coroutine(function* () {
          started.push(name);
          yield;
        })();
      asCompleted([work('a'), work('b')]);
      expect(started).toEqual([]);
      yield;
      expect(started).toEqual(['a', 'b']);
    });
  });

  it('of nothing is over at once', async () => {
    await runVirtual(function* () {
      expect([...asCompleted([])]).toEqual([]);
      expect(yield* asCompleted([]).nextDone()).toBeUndefined();
      expect(yield* createTask(asCompleted([]).pipe(toArray()))).toEqual([]);
    });
  });

  it('as Observable emits the tasks as they end, failed ones too, to each subscriber from the start', async () => {
    await runVirtual(function* () {
      const a = createTask(sleep(20, 'a'));
      const b = createTask(function* () {
        yield* sleep(10);
        throw new Error('boom');
      });
      const completing = asCompleted<Task<string>>([a, b]);
      expect(completing).toBeInstanceOf(AsCompleted);
      const seen: string[] = [];
      const watch = (name: string) =>
        completing.subscribe({
          next: (task) => seen.push(`${name} ${task === a ? 'a' : 'b'} ${task.done()}`),
          complete: () => seen.push(`${name} complete`),
        });
      watch('early');
      yield* sleep(15);
      watch('middle');
      yield* sleep(15);
      watch('late');
      b.exception();
      expect(seen).toEqual([
        'early b true',
        'middle b true',
        'early a true',
        'middle a true',
        'early complete',
        'middle complete',
        'late b true',
        'late a true',
        'late complete',
      ]);
    });
  });

  it('no longer watches what is left when the time is up', async () => {
    await runVirtual(function* () {
      const loop = getRunningLoop();
      const future = loop.createFuture<void>();
      const [next] = asCompleted([future], { timeout: 10 });
      expect(yield* errorOf(next as Coroutine<void>)).toBeInstanceOf(TimeoutError);
      future.setResult();
      expect(loop.pending).toEqual({ ready: 0, timers: 0 }); // nobody is to be called back
    });
  });

  it('as Observable ends with one TimeoutError when the time is up', async () => {
    await runVirtual(function* () {
      const seen: string[] = [];
      asCompleted([sleep(10, 'a'), sleep(200, 'b'), sleep(300, 'c')], { timeout: 50 }).subscribe({
        next: (task) => seen.push(String(task.result())),
        error: (error: unknown) => seen.push(`${(error as Error).name} at ${getRunningLoop().time()}`),
      });
      yield* sleep(400);
      expect(seen).toEqual(['a', 'TimeoutError at 50']);
    });
  });

  it('gives the tasks in the order in which merge gives their values', async () => {
    await runVirtual(function* () {
      const tasks = [7, 3, 9, 1, 3].map((ms, i) => createTask(sleep(ms, i)));
      const merged = createTask(merge(...tasks).pipe(toArray()));
      const order: number[] = [];
      asCompleted(tasks).subscribe((task) => order.push(tasks.indexOf(task)));
      const expected = yield* merged;
      expect(order).toEqual(expected);
      expect(order).toEqual([3, 1, 4, 0, 2]);
    });
  });

  it('stops nothing when it is unsubscribed or its iteration is cancelled', async () => {
    await runVirtual(function* () {
      const task = createTask(sleep(50, 'a'));
      asCompleted([task]).subscribe().unsubscribe();
      const iterating = createTask(function* () {
        for (const next of asCompleted([task])) yield* next;
      });
      yield* sleep(10);
      iterating.cancel();
      expect((yield* errorOf(iterating)) as Error).toMatchObject({ name: 'CancelledError' });
      expect(yield* task).toBe('a');
    });
  });

  describe('left', () => {
    /** What would be called back if `future` ended now, and what timers are left. */
    function heldBy(future: Future<void>): { ready: number; timers: number } {
      const before = future.loop.pending;
      future.setResult();
      const { ready, timers } = future.loop.pending;
      return { ready: ready - before.ready, timers };
    }
    const nothing = { ready: 0, timers: 0 };

    it.each<[string, (completing: AsCompleted<Future<unknown>, unknown>) => Generator<void, void, Resume>]>([
      [
        'by break',
        function* (completing) {
          for (const next of completing) {
            yield* next;
            break;
          }
        },
      ],
      [
        'before an item was awaited',
        function* (completing) {
          for (const _ of completing) break;
        },
      ],
      [
        'by an error in the body of the loop',
        function* (completing) {
          yield* errorOf(
            (function* () {
              for (const next of completing) {
                yield* next;
                throw new Error('boom');
              }
            })(),
          );
        },
      ],
      [
        'by a cancellation',
        function* (completing) {
          const iterating = createTask(function* () {
            for (const next of completing) yield* next;
          });
          yield* sleep(5);
          iterating.cancel();
          yield* errorOf(iterating);
        },
      ],
      [
        'by destructuring, and the item was awaited later',
        function* (completing) {
          const [first] = completing;
          yield* first as Coroutine<unknown>;
        },
      ],
      [
        'by a cancelled nextDone()',
        function* (completing) {
          yield* completing.nextDone();
          const next = createTask(completing.nextDone());
          yield;
          next.cancel();
          yield* errorOf(next);
        },
      ],
      [
        'by its last subscriber',
        function* (completing) {
          yield* resultOf(completing.pipe(take(1)));
        },
      ],
    ])('%s, it leaves nothing in the futures and no timer', async (_, use) => {
      await runVirtual(function* () {
        const never = getRunningLoop().createFuture<void>();
        const completing = asCompleted<Future<unknown>>([createTask(sleep(1)), never], { timeout: 1000 });
        yield* use(completing);
        expect(heldBy(never)).toEqual(nothing);
      });
    });

    it.each<[string, (completing: AsyncIterable<unknown>) => Promise<void>]>([
      [
        'by break',
        async (completing) => {
          for await (const _ of completing) break;
        },
      ],
      [
        'by an error in the body of the loop',
        async (completing) => {
          const iterating = async () => {
            for await (const _ of completing) throw new Error('boom');
          };
          await expect(iterating()).rejects.toThrow('boom');
        },
      ],
      [
        'by a cancellation',
        async (completing) => {
          const iterating = createTask(async () => {
            for await (const _ of completing);
          });
          await sleep(5);
          iterating.cancel();
          await expect(iterating).rejects.toBeInstanceOf(CancelledError);
        },
      ],
      [
        'by a cancellation that came while it was busy',
        async (completing) => {
          const iterating = createTask(async (task) => {
            for await (const _ of completing) if (task.cancelling() === 0) task.cancel();
          });
          await expect(iterating).rejects.toBeInstanceOf(CancelledError);
        },
      ],
    ])('in async iteration %s, it leaves nothing in the futures and no timer', async (_, use) => {
      await run(async () => {
        const never = getRunningLoop().createFuture<void>();
        await use(asCompleted<Future<unknown>>([createTask(sleep(1)), never], { timeout: 60_000 }));
        expect(heldBy(never)).toEqual(nothing);
      });
    });

    it('goes on to watch for an Observable, and for another iteration', async () => {
      await runVirtual(function* () {
        const tasks = [30, 20, 10].map((ms) => createTask(sleep(ms, ms)));
        const completing = asCompleted<Task<number>>(tasks);
        const seen: number[] = [];
        const subscription = completing.subscribe((task) => seen.push(task.result()));
        for (const next of completing) {
          yield* next;
          break;
        }
        yield* sleep(15); // at 25
        expect(seen).toEqual([10, 20]);
        const other = createTask(function* () {
          const values: number[] = [];
          for (const next of completing) values.push(yield* next);
          return values;
        });
        yield;
        subscription.unsubscribe();
        expect(yield* other).toEqual([20, 30]);
      });
    });

    it('gives, when it is taken up again, what has ended meanwhile in the order of the list', async () => {
      await runVirtual(function* () {
        const completing = asCompleted([50, 40, 30, 20, 10].map((ms) => sleep(ms, ms)));
        const values: number[] = [];
        for (const next of completing) {
          values.push(yield* next);
          break;
        }
        yield* sleep(35); // at 45: 40, 30 and 20 have ended, in the opposite order
        for (const next of completing) values.push(yield* next);
        expect(values).toEqual([10, 40, 30, 20, 50]);
      });
    });

    it('gives an end that was on its way when it was left, once', async () => {
      await runVirtual(function* () {
        const futures = [1, 2].map(() => getRunningLoop().createFuture<number>());
        const completing = asCompleted(futures);
        const [first] = completing;
        for (const _ of completing) {
          futures[0]!.setResult(0); // the callback is queued
          break;
        }
        futures[1]!.setResult(1);
        expect(yield* first as Coroutine<number>).toBe(0);
        expect(yield* resultOf(completing.pipe(toArray()))).toEqual(futures);
      });
    });

    it.each([
      ['before it', 20, ['a at 20', 'b at 40', 'TimeoutError at 50']],
      ['after it', 100, ['b at 100', 'a at 100', 'TimeoutError at 100']],
    ])('keeps its deadline when it is taken up again %s', async (_, ms, expected) => {
      await runVirtual(function* () {
        const loop = getRunningLoop();
        const told: string[] = [];
        const completing = asCompleted([sleep(200, 'c'), sleep(40, 'b'), sleep(10, 'a')], { timeout: 50 });
        const [first] = completing;
        yield* sleep(ms);
        for (const next of [...completing, first as Coroutine<string>]) {
          let text: string;
          try {
            text = yield* next;
          } catch (error) {
            text = (error as Error).name;
          }
          told.push(`${text} at ${loop.time()}`);
        }
        expect(told).toEqual(expected);
      });
    });

    it('may be closed more than once, and stays over', async () => {
      await run(async () => {
        const iterator = asCompleted([sleep(1)])[Symbol.asyncIterator]();
        expect(await iterator.return()).toEqual({ done: true, value: undefined });
        expect(await iterator.return()).toEqual({ done: true, value: undefined });
        const plain = asCompleted([sleep(1)])[Symbol.iterator]();
        expect(plain.return?.()).toEqual({ done: true, value: undefined });
      });
    });
  });

  it('left 3,000 times, holds no result of a round that is over, though one of the futures lives on', async () => {
    const { stdout, stderr } = await inChildProcess(`
      const { asCompleted, createTask, getRunningLoop, resultOf, run } = rxtasks;
      const ways = {
        async 'for await, break'(sources) {
          for await (const task of asCompleted(sources)) break;
        },
        async 'for await, throw'(sources) {
          try {
            for await (const task of asCompleted(sources)) throw 1;
          } catch {}
        },
        async 'for, break'(sources) {
          await resultOf(function* () {
            for (const next of asCompleted(sources)) {
              yield* next;
              break;
            }
          });
        },
        async 'the first of a list'(sources) {
          const [first] = asCompleted(sources);
          await first;
        },
        async 'as Observable'(sources) {
          await resultOf(asCompleted(sources).pipe(rx.take(1), rx.map(() => 0)));
        },
      };
      for (const [name, way] of Object.entries(ways)) {
        await run(async () => {
          const never = getRunningLoop().createFuture();
          const results = [];
          for (let round = 0; round < 3000; round++) {
            const work = createTask(function* () {
              yield;
              const result = { round };
              results.push(new WeakRef(result));
              return result;
            });
            await way([work, never]);
          }
          for (let i = 0; i < 3; i++) {
            await new Promise((resolve) => setTimeout(resolve, 1));
            gc();
          }
          const held = results.filter((result) => result.deref() !== undefined).length;
          console.log(name + ':', results.length, held <= 1 ? 'at most one' : held); // the machine may remember the last
          never.setResult(); // it has lived until now
        });
      }
    `);
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual([
      'for await, break: 3000 at most one',
      'for await, throw: 3000 at most one',
      'for, break: 3000 at most one',
      'the first of a list: 3000 at most one',
      'as Observable: 3000 at most one',
    ]);
  });

  it('does not unwrap the tasks that its async iterator yields', async () => {
    await run(async () => {
      const task = createTask(sleep(1, 'a'));
      const step = await asCompleted([task])[Symbol.asyncIterator]().next();
      expect(step.done).toBe(false);
      expect(step.value === task).toBe(true);
    });
  });

  it('takes Observables and async functions', async () => {
    const values = await run(function* () {
      const results: string[] = [];
      const sources: (Observable<string> | (() => Promise<string>))[] = [of('x', 'y'), async () => 'async'];
      for (const next of asCompleted(sources)) results.push(yield* next);
      return results;
    });
    expect(values).toEqual(['y', 'async']);
    expect(await lastValueFrom(asCompleted([of(1)]).pipe(map((task) => task.result())))).toBe(1);
  });
});
