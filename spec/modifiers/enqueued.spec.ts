import { QueueFull, allTasks, enqueued, gather, getRunningLoop, run, sleep } from 'rxtasks';
import { workshop } from '../operators/work.js';
import { errorOf, runVirtual, thrownBy } from '../support/virtual.js';

describe('enqueued', () => {
  it('runs the calls one after the other, in their order', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const append = enqueued((name: string, ms: number) => work(name, ms));
      expect(yield* gather([append('a', 10), append('b', 1), append('c', 1)])).toEqual(['a', 'b', 'c']);
      expect(events).toEqual([
        'a starts at 0',
        'a ends at 10',
        'b starts at 10',
        'b ends at 11',
        'c starts at 11',
        'c ends at 12',
      ]);
    }));

  it('goes on after a failure, and after a task that was cancelled while it waited', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const append = enqueued((name: string) => work(name, 10, { fails: name === 'a' }));
      const [a, b, c] = [append('a'), append('b'), append('c')] as const;
      b.cancel();
      expect(yield* errorOf(a)).toEqual(new Error('a'));
      expect(yield* c).toBe('c');
      expect(events.filter((event) => event.startsWith('b'))).toEqual([]);
    }));

  it('fails a call beyond those that may wait with QueueFull', () =>
    runVirtual(function* () {
      const { work } = workshop();
      const append = enqueued((name: string) => work(name, 10), { maxQueue: 1 });
      const tasks = ['a', 'b', 'c'].map((name) => append(name));
      const error = yield* errorOf(tasks[2]!);
      expect(error).toBeInstanceOf(QueueFull);
      expect((error as Error).message).toBe('enqueued: as many calls wait as may wait (maxQueue)');
      expect(yield* gather(tasks.slice(0, 2))).toEqual(['a', 'b']);
    }));

  it('has a line for every key, and lets n run at the same time', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const append = enqueued((file: string, n: number) => work(`${file}${n}`, 10), {
        key: (file) => file,
        concurrency: 2,
      });
      yield* gather([append('a', 1), append('a', 2), append('a', 3), append('b', 1)]);
      expect(events.slice(0, 3)).toEqual(['a1 starts at 0', 'a2 starts at 0', 'b1 starts at 0']);
      expect(getRunningLoop().time()).toBe(20);
    }));

  it('leaves nothing behind when run() ends while calls wait', async () => {
    const { work } = workshop();
    const append = enqueued((name: string) => work(name, 1000));
    await runVirtual(function* () {
      for (let i = 0; i < 1000; i++) append(String(i));
      yield* sleep(1);
      expect(allTasks().size).toBe(1001);
    });
    const quick = run(function* () {
      const task = append('fresh');
      yield* sleep(1);
      const text = String(task);
      task.cancel();
      return text;
    });
    expect(await quick).toContain('awaiting <Future pending>');
  });

  it('refuses what is no function, and numbers that make no sense', () => {
    expect(String(thrownBy(() => enqueued(null as never)))).toMatch(/^TypeError: enqueued\(make\)/);
    expect(String(thrownBy(() => enqueued(() => sleep(1), { maxQueue: NaN })))).toMatch(
      /^RangeError: enqueued\(make, { maxQueue }\): expected a number of 0 or more, got NaN/,
    );
  });
});
