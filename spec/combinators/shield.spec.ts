import { Observable, of } from 'rxjs';
import {
  CancelledError,
  RuntimeError,
  coroutine,
  createTask,
  ensureFuture,
  gather,
  getEventLoop,
  getRunningLoop,
  run,
  shield,
  sleep,
} from 'rxtasks';
import { errorOf, idleLoop, runVirtual } from '../support/virtual.js';

const ok = coroutine(function* () {
  yield;
  return 42;
});

describe('shield', () => {
  it('gives the result of the inner future [test_shield_result]', async () => {
    const { loop, runToEnd } = idleLoop();
    const inner = loop.createFuture<number>();
    const outer = shield(inner);
    expect(outer).not.toBe(inner);
    inner.setResult(42);
    expect(outer.done()).toBe(false);
    expect(await runToEnd(outer)).toBe(42);
  });

  it('fails with the very exception of the inner future [test_shield_exception]', () => {
    const { loop, turn } = idleLoop();
    const inner = loop.createFuture();
    const outer = shield(inner);
    turn();
    const error = new RuntimeError('expected');
    inner.setException(error);
    turn();
    expect(outer.exception()).toBe(error);
  });

  it('is cancelled when the inner future is [test_shield_cancel_inner]', () => {
    const { loop, turn } = idleLoop();
    const inner = loop.createFuture();
    const outer = shield(inner);
    turn();
    inner.cancel();
    expect(outer.done()).toBe(false);
    turn();
    expect(outer.cancelled()).toBe(true);
  });

  it('that is cancelled leaves the inner future alone, and no longer watches it [test_shield_cancel_outer]', () => {
    const { loop, turn, contexts } = idleLoop();
    const inner = loop.createFuture<number>();
    const outer = shield(inner);
    turn();
    expect(outer.cancel('mine')).toBe(true);
    turn();
    expect(outer.cancelled()).toBe(true);
    expect(() => outer.result()).toThrow(new CancelledError('mine'));
    expect(inner.done()).toBe(false);
    inner.setResult(1);
    expect(loop.pending.ready).toBe(0); // nobody is to be called back
    turn();
    expect(inner.result()).toBe(1);
    expect(outer.cancelled()).toBe(true);
    expect(contexts).toEqual([]);
  });

  it('of a finished future gives its result [test_shield_shortcut]', async () => {
    const { loop, runToEnd } = idleLoop();
    const future = loop.createFuture<number>();
    future.setResult(42);
    const outer = shield(future);
    expect(outer.done()).toBe(true);
    expect(await runToEnd(outer)).toBe(42);
  });

  it('lets a coroutine run on when the task that awaits it is cancelled [test_shield_effect]', async () => {
    const { loop, runToEnd, turn } = idleLoop();
    const proof: string[] = [];
    const waiter = loop.createFuture<void>();
    const inner = coroutine(function* () {
      yield* waiter;
      proof.push('inner');
    });
    const task = ensureFuture(
      function* () {
        yield* shield(inner());
        proof.push('outer');
      },
      { loop },
    );
    turn(2);
    task.cancel();
    await expect(runToEnd(task)).rejects.toThrow(CancelledError);
    expect(waiter.cancelled()).toBe(false);
    waiter.setResult();
    turn();
    expect(proof).toEqual(['inner']);
  });

  it('around a gather leaves the gather and its children running when it is cancelled [test_shield_gather]', () => {
    const { loop, turn } = idleLoop();
    const child1 = loop.createFuture<number>();
    const child2 = loop.createFuture<number>();
    const parent = gather([child1, child2]);
    const outer = shield(parent);
    turn();
    outer.cancel();
    turn();
    expect(outer.cancelled()).toBe(true);
    expect(parent.done()).toBe(false);
    child1.setResult(1);
    child2.setResult(2);
    turn();
    expect(parent.result()).toEqual([1, 2]);
  });

  it('in a gather that is cancelled is cancelled, what it protects is not [test_gather_shield]', () => {
    const { loop, turn } = idleLoop();
    const child1 = loop.createFuture<number>();
    const child2 = loop.createFuture<number>();
    const inner1 = shield(child1);
    const inner2 = shield(child2);
    const parent = gather([inner1, inner2]);
    turn();
    parent.cancel();
    turn();
    expect(parent.cancelled()).toBe(false);
    expect(parent.exception()).toBeInstanceOf(CancelledError);
    expect(inner1.cancelled()).toBe(true);
    expect(inner2.cancelled()).toBe(true);
    child1.setResult(1);
    child2.setResult(2);
    turn();
    expect([child1.result(), child2.result()]).toEqual([1, 2]);
  });

  it('of a coroutine, where no loop runs, starts it on the default loop [test_shield_coroutine_without_loop]', async () => {
    const outer = shield(ok());
    expect(outer.loop).toBe(getEventLoop());
    expect(await outer).toBe(42);
  });

  it('makes a task of a coroutine on the running loop [test_shield_coroutine_use_running_loop]', async () => {
    const { loop, runToEnd } = idleLoop();

    const { outer } = await runToEnd(function* () {
      return { outer: shield(ok()) };
    });
    expect(outer.loop).toBe(loop);
    expect(await runToEnd(outer)).toBe(42);
  });

  it('gives every waiter the message that it was cancelled with, and none when the work was', async () => {
    await runVirtual(function* () {
      const work = createTask(sleep(10, 'saved'));
      const protecting = shield(work);
      yield;
      protecting.cancel('left');
      expect(yield* errorOf(protecting)).toEqual(new CancelledError('left'));
      expect(yield* work).toBe('saved');

      const other = createTask(sleep(10));
      const watching = shield(other);
      yield;
      other.cancel('stopped');
      expect(yield* errorOf(watching)).toEqual(new CancelledError());
      expect(yield* errorOf(other)).toEqual(new CancelledError('stopped'));
    });
  });

  it('leaves an error that comes after its cancellation with the task of the work', async () => {
    const reports: unknown[] = [];
    await runVirtual(
      function* () {
        const work = createTask(function* () {
          yield* sleep(10);
          throw new RangeError('late');
        });
        const outer = shield(work);
        yield;
        outer.cancel();
        yield* sleep(20);
        expect(outer.cancelled()).toBe(true);
        expect(reports).toEqual([]);
      },
      { onContext: ({ kind, exception }) => reports.push([kind, exception]) },
    );
    expect(reports).toEqual([['unretrieved', new RangeError('late')]]);
  });

  it('keeps an Observable subscribed and an async function running', async () => {
    const events: string[] = [];
    await runVirtual(function* () {
      const source$ = new Observable<string>((subscriber) => {
        const timer = getRunningLoop().callLater(10, () => {
          events.push('observable ended');
          subscriber.complete();
        });
        subscriber.next('value');
        return () => timer.cancel();
      });
      const waiter = createTask(function* () {
        yield* shield(source$);
      });
      yield* sleep(1);
      waiter.cancel();
      expect(yield* errorOf(waiter)).toBeInstanceOf(CancelledError);
      yield* sleep(20);
    });
    expect(events).toEqual(['observable ended']);

    await run(function* () {
      const waiter = createTask(async () => {
        await shield(async () => {
          await sleep(2);
          events.push('async function ended');
        });
      });
      yield* sleep(1);
      waiter.cancel();
      expect(yield* errorOf(waiter)).toBeInstanceOf(CancelledError);
      yield* sleep(5);
    });
    expect(events).toEqual(['observable ended', 'async function ended']);
  });

  it('takes every kind of source, and refuses what is none', async () => {
    await runVirtual(function* () {
      expect(yield* shield(of(1, 2))).toBe(2);
      expect(yield* shield(() => of(3))).toBe(3);
      expect(
        yield* shield(function* () {
          return yield* ok();
        }),
      ).toBe(42);
      expect(() => shield(5 as never)).toThrow(TypeError);
    });
  });
});
