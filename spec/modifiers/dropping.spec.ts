import { dropping, sleep } from 'rxtasks';
import { workshop } from '../operators/work.js';
import { errorOf, runVirtual, thrownBy } from '../support/virtual.js';

describe('dropping', () => {
  it('drops the calls that come while one runs: their tasks are cancelled, and never run', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const submit = dropping((name: string) => work(name, 10));
      const a = submit('a');
      yield* sleep(5);
      const b = submit('b');
      expect(yield* errorOf(b)).toMatchObject({
        name: 'CancelledError',
        message: 'dropping: others run',
        source: 'dropping',
      });
      expect(b.cancelled()).toBe(true);
      expect(yield* a).toBe('a');
      expect(yield* submit('c')).toBe('c');
      expect(events).toEqual(['a starts at 0', 'a ends at 10', 'c starts at 10', 'c ends at 20']);
    }));

  it('takes calls again when the clean-up of the cancelled one has ended, not before', () =>
    runVirtual(function* () {
      const { work } = workshop();
      const submit = dropping((name: string) => work(name, 10, { cleanUp: 5 }));
      const a = submit('a');
      yield* sleep(1);
      a.cancel();
      yield* sleep(1);
      const b = submit('b');
      yield* errorOf(a);
      expect(b.cancelled()).toBe(true);
      expect(yield* submit('c')).toBe('c');
    }));

  it('lets so many wait, and drops those beyond', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const submit = dropping((name: string) => work(name, 10), { maxQueue: 1 });
      const tasks = ['a', 'b', 'c'].map((name) => submit(name));
      yield* tasks[1]!;
      expect(tasks.map((task) => task.cancelled())).toEqual([false, false, true]);
      expect(events).toEqual(['a starts at 0', 'a ends at 10', 'b starts at 10', 'b ends at 20']);
    }));

  it('has a slot for every key', () =>
    runVirtual(function* () {
      const { work } = workshop();
      const submit = dropping((order: number) => work(String(order), 10), { key: (order) => order });
      const tasks = [1, 2, 1].map((order) => submit(order));
      yield* sleep(20);
      expect(tasks.map((task) => task.cancelled())).toEqual([false, false, true]);
    }));

  it('refuses what is no function, and numbers that make no sense', () => {
    expect(String(thrownBy(() => dropping(5 as never)))).toMatch(/^TypeError: dropping\(make\)/);
    expect(String(thrownBy(() => dropping(() => sleep(1), { maxQueue: -1 })))).toMatch(
      /^RangeError: dropping\(make, { maxQueue }\): expected a number of 0 or more, got -1/,
    );
  });
});
