import { of } from 'rxjs';
import { Future, Task, coroutine, ensureFuture, getEventLoop, getRunningLoop, run, sleep } from 'rxtasks';
import { idleLoop, runVirtual, thrownBy } from '../../support/virtual.js';

const ok = coroutine(function* () {
  yield;
  return 'ok';
});

describe('ensureFuture', () => {
  it('makes a task of a coroutine, on the loop given, else on the running one, else on the default loop [test_ensure_future_coroutine]', async () => {
    const { loop, runToEnd } = idleLoop();
    const given = ensureFuture(ok(), { loop });
    expect(given).toBeInstanceOf(Task);
    expect(given.loop).toBe(loop);
    expect(given.done()).toBe(false);
    expect(await runToEnd(given)).toBe('ok');

    const running = await runToEnd(function* () {
      const task = ensureFuture(ok());
      expect(task.loop).toBe(getRunningLoop());
      return { task };
    });
    expect(running.task.loop).toBe(loop);
    expect(await runToEnd(running.task)).toBe('ok');

    const alone = ensureFuture(ok());
    expect(alone.loop).toBe(getEventLoop());
    expect(alone.loop).not.toBe(loop);
    expect(await alone).toBe('ok');
  });

  it('gives a future back unchanged, and refuses one of another loop than the one named [test_ensure_future_future]', async () => {
    const { loop, runToEnd } = idleLoop();
    const future = loop.createFuture<string>();
    future.setResult('ko');
    expect(ensureFuture(future)).toBe(future);
    expect(await runToEnd(future)).toBe('ko');
    expect(thrownBy(() => ensureFuture(future, { loop: idleLoop().loop }))).toBeInstanceOf(RangeError);
    expect(ensureFuture(future, { loop })).toBe(future);
  });

  it('gives a task back unchanged, and refuses one of another loop than the one named [test_ensure_future_task]', async () => {
    const { loop, runToEnd } = idleLoop();
    const task = loop.createTask(ok());
    expect(ensureFuture(task)).toBe(task);
    expect(await runToEnd(task)).toBe('ok');
    expect(thrownBy(() => ensureFuture(task, { loop: idleLoop().loop }))).toBeInstanceOf(RangeError);
    expect(ensureFuture(task, { loop })).toBe(task);
  });

  it('makes a task of anything thenable, that ends with its value [test_ensure_future_awaitable]', async () => {
    const result = await runVirtual(function* () {
      const loop = getRunningLoop();
      const awaitable = {
        then: (resolve: (value: string) => void) => void loop.callLater(5, resolve, 'ok'),
      } as unknown as PromiseLike<string>;
      const task = ensureFuture(awaitable);
      expect(task).toBeInstanceOf(Task);
      expect((task as Task<string>).recipe).toBe(awaitable);
      return { value: yield* task, at: loop.time() };
    });
    expect(result).toEqual({ value: 'ok', at: 5 });
  });

  it('makes a task of a thenable that hands over to a coroutine [test_ensure_future_task_awaitable]', async () => {
    const awaitable: PromiseLike<string> = { then: (onValue, onError) => sleep(0, 'ok').then(onValue, onError) };
    const result = await run(function* () {
      const task = ensureFuture(awaitable);
      expect(task).toBeInstanceOf(Task);
      const value = yield* task;
      expect(task.done()).toBe(true);
      expect(task.result()).toBe('ok');
      return value;
    });
    expect(result).toBe('ok');
  });

  it('makes a task of every other source as well', async () => {
    const result = await runVirtual(function* () {
      const futures = [ensureFuture(of(1, 2)), ensureFuture(() => of(3)), ensureFuture(sleep(10, 4))];
      const values: number[] = [];
      for (const future of futures) values.push(yield* future);
      expect(futures.every((future) => Future.is(future))).toBe(true);
      return values;
    });
    expect(result).toEqual([2, 3, 4]);
  });

  it('refuses what is not a source with a TypeError [test_ensure_future_neither]', () => {
    for (const neither of ['ok', 5, null, undefined, {}, [1]]) {
      expect(thrownBy(() => ensureFuture(neither as never))).toBeInstanceOf(TypeError);
    }
    expect(() => ensureFuture('ok' as never)).toThrow(
      /^ensureFuture\(source\): expected a coroutine.*got "ok" \(string\)/,
    );
  });

  it('says of a foreign future that it belongs to another loop than the one given [test_ensure_future_error_msg]', () => {
    const future = idleLoop().loop.createFuture();
    expect(() => ensureFuture(future, { loop: idleLoop().loop })).toThrow(
      new RangeError('ensureFuture(source): <Future pending> belongs to another loop than the one given'),
    );
  });
});
