import { delay, of, timer } from 'rxjs';
import { RuntimeError, allTasks, createTask, gather, sleep } from 'rxtasks';
import { VirtualEventLoop } from 'rxtasks/testing';

describe('VirtualEventLoop', () => {
  it('runs a coroutine, a generator function and an Observable synchronously', () => {
    const loop = new VirtualEventLoop();
    expect(loop.runSync(sleep(1000, 'a'))).toBe('a');
    expect(
      loop.runSync(function* () {
        return yield* gather([sleep(3_600_000, 'b'), sleep(10, 'c')]);
      }),
    ).toEqual(['b', 'c']);
    expect(loop.runSync(of('d').pipe(delay(500, loop.scheduler)))).toBe('d');
    expect(loop.time()).toBe(3_601_500);
  });

  it('gives the error of main', () => {
    const loop = new VirtualEventLoop();
    const boom = new Error('boom');
    const main = function* () {
      yield* sleep(1);
      throw boom;
    };
    expect(() => loop.runSync(main)).toThrow(boom);
  });

  it('stands still until it is told to move on', () => {
    const loop = new VirtualEventLoop();
    const seen: string[] = [];
    const mark = (name: string) => seen.push(`${name} ${loop.time()}`);
    loop.callLater(100, mark, 'a');
    loop.callLater(250, mark, 'b');
    loop.callSoon(mark, 'soon');
    expect(seen).toEqual([]);
    loop.advanceBy(0);
    expect(seen).toEqual(['soon 0']);
    loop.advanceBy(99);
    expect(seen).toEqual(['soon 0']);
    loop.advanceBy(1);
    expect([seen.at(-1), loop.time()]).toEqual(['a 100', 100]);
    loop.advanceBy(1000);
    expect([seen.at(-1), loop.time()]).toEqual(['b 250', 1100]);
  });

  it('runs what becomes due on the way, at its own time', () => {
    const loop = new VirtualEventLoop();
    const times: number[] = [];
    loop.createTask(function* () {
      for (;;) {
        yield* sleep(300);
        times.push(loop.time());
      }
    });
    loop.advanceBy(1000);
    expect(times).toEqual([300, 600, 900]);
    expect(loop.time()).toBe(1000);
  });

  it('says when it is idle for ever', () => {
    const loop = new VirtualEventLoop();
    expect(loop.isIdle()).toBe(true);
    const task = loop.createTask(sleep(100));
    expect(loop.isIdle()).toBe(false);
    loop.advanceBy(0);
    expect(loop.isIdle()).toBe(false);
    loop.runUntilIdle();
    expect([loop.isIdle(), task.done(), loop.time()]).toEqual([true, true, 100]);
    loop.createTask(loop.createFuture<void>());
    loop.createTask(sleep(Infinity));
    loop.runUntilIdle();
    expect([loop.isIdle(), allTasks(loop).size]).toEqual([true, 2]);
  });

  it('leaves running what main leaves running, for the next one', () => {
    const loop = new VirtualEventLoop();
    const left = loop.runSync(function* () {
      const task = createTask(sleep(1000, 'left'));
      yield* sleep(1);
      return { task };
    });
    expect(left.task.done()).toBe(false);
    expect(loop.runSync(left.task)).toBe('left');
  });

  it('refuses to be driven from inside, and what is no time', () => {
    const loop = new VirtualEventLoop();
    const refused = [() => loop.runSync(sleep(1)), () => loop.advanceBy(1), () => loop.runUntilIdle()];
    loop.runSync(function* () {
      for (const call of refused) expect(call).toThrow(RuntimeError);
      yield;
    });
    expect(() => loop.advanceBy(Number.NaN)).toThrow(RangeError);
    expect(() => loop.advanceBy('1' as never)).toThrow(TypeError);
  });

  it('refuses a time after which none is left, a main that is no source, and a limit that is none', () => {
    const loop = new VirtualEventLoop();
    expect(() => loop.advanceBy(Infinity)).toThrow(/advanceBy\(ms\): .* runUntilIdle\(\)/);
    expect(loop.time()).toBe(0);
    expect(() => loop.runSync(5 as never)).toThrow(/^runSync\(main\): expected a coroutine.*got 5/);
    for (const maxTurns of [0, 1.5, Number.NaN, '7' as never]) {
      expect(() => new VirtualEventLoop({ maxTurns })).toThrow(RangeError);
    }
  });

  it('ends what never waits for time to pass', () => {
    const loop = new VirtualEventLoop({ maxTurns: 1000 });
    const spin = function* () {
      for (;;) yield;
    };
    expect(() => loop.runSync(spin)).toThrow(/virtual time stands still at 0 ms: something became ready 1000 times/);
  });

  it('lends its clock to RxJS', () => {
    const loop = new VirtualEventLoop();
    const times: number[] = [];
    timer(100, 50, loop.scheduler).subscribe(() => times.push(loop.time()));
    loop.advanceBy(220);
    expect(times).toEqual([100, 150, 200]);
  });
});
