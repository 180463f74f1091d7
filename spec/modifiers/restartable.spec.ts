import { createTask, currentTask, getRunningLoop, restartable, resultOf, run, sleep, type Task } from 'rxtasks';
import { workshop } from '../operators/work.js';
import { errorOf, runVirtual, thrownBy } from '../support/virtual.js';

describe('restartable', () => {
  it('lets the newest call win, after the clean-up of the one that it replaces', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const load = restartable((name: string) => work(name, 10, { cleanUp: 5 }));
      const a = load('a');
      yield* sleep(3);
      const b = load('b');
      expect(yield* b).toBe('b');
      expect(a.cancelled()).toBe(true);
      expect(yield* errorOf(a)).toMatchObject({
        message: 'restartable: a newer call takes its place',
        source: 'restartable',
      });
      expect(events).toEqual(['a starts at 0', 'a cancelled at 3', 'a clean at 8', 'b starts at 8', 'b ends at 18']);
    }));

  it('gives up those that wait for a clean-up, but the newest', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const load = restartable((name: string) => work(name, 10, { cleanUp: 5 }));
      const tasks = [load('a')];
      yield* sleep(1);
      tasks.push(load('b'));
      yield* sleep(1);
      tasks.push(load('c'));
      yield* sleep(1);
      tasks.push(load('d'));
      expect(yield* tasks[3]!).toBe('d');
      expect(tasks.map((task) => task.cancelled())).toEqual([true, true, true, false]);
      expect(events).toEqual(['a starts at 0', 'a cancelled at 1', 'a clean at 6', 'd starts at 6', 'd ends at 16']);
    }));

  it('never starts a call that is replaced before its first step', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const load = restartable((name: string) => work(name, 10));
      const tasks = ['a', 'b', 'c'].map((name) => load(name));
      expect(yield* tasks[2]!).toBe('c');
      expect(events).toEqual(['c starts at 0', 'c ends at 10']);
    }));

  it('has a slot for every key', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const load = restartable((user: string, page: number) => work(`${user}${page}`, 10), { key: (user) => user });
      const tasks = [load('a', 1), load('b', 1)];
      yield* sleep(5);
      tasks.push(load('a', 2));
      yield* tasks[2]!;
      expect(tasks.map((task) => task.cancelled())).toEqual([true, false, false]);
      expect(events).toContain('b1 ends at 10');
      expect(events).toContain('a2 ends at 15');
    }));

  it('lets the n newest run', () =>
    runVirtual(function* () {
      const { work } = workshop();
      const load = restartable((name: string) => work(name, 10), { concurrency: 2 });
      const tasks = ['a', 'b', 'c'].map((name) => load(name));
      yield* tasks[2]!;
      expect(tasks.map((task) => task.cancelled())).toEqual([true, false, false]);
    }));

  it('runs again after a failure, and after its task was cancelled', () =>
    runVirtual(function* () {
      const { work } = workshop();
      const load = restartable((name: string) => work(name, 10, { fails: name === 'bad' }));
      expect(yield* errorOf(load('bad'))).toEqual(new Error('bad'));
      const cancelled = load('a');
      yield* sleep(1);
      cancelled.cancel('enough');
      expect(yield* errorOf(cancelled)).toMatchObject({ message: 'enough' });
      expect(yield* load('b')).toBe('b');
    }));

  it('goes on with the next when a task that waits for its turn is cancelled', () =>
    runVirtual(function* () {
      const { events, work } = workshop();
      const load = restartable((name: string) => work(name, 10, { cleanUp: 5 }));
      const a = load('a');
      yield* sleep(1);
      const b = load('b');
      yield* sleep(1);
      b.cancel('not this one');
      expect(yield* errorOf(b)).toMatchObject({ message: 'not this one' });
      expect(a.done()).toBe(false);
      const c = load('c');
      expect(yield* c).toBe('c');
      expect(events.at(-2)).toBe('c starts at 6');
    }));

  it('waits for one that refuses to be cancelled; the result of that is its own', () =>
    runVirtual(function* () {
      const load = restartable(function* (name: string) {
        try {
          yield* sleep(10);
        } catch {
          yield* sleep(10);
        }
        return name;
      });
      const a = load('a');
      yield* sleep(1);
      const b = load('b');
      expect(yield* a).toBe('a');
      expect(yield* b).toBe('b');
      expect(getRunningLoop().time()).toBe(21);
    }));

  it('takes makers of every kind, with `this` and the arguments', async () => {
    class Api {
      readonly base = '/';
      load = restartable(async function (this: Api, path: string, n: number) {
        await sleep(1);
        return this.base + path + n;
      });
    }
    expect(await run(async () => new Api().load('x', 1))).toBe('/x1');
    const named = restartable(function load() {
      return Promise.resolve(1);
    });
    expect(named.name).toBe('load');
    expect(await run(() => named())).toBe(1);
  });

  it('names its tasks, and they tell what they run', () =>
    runVirtual(function* () {
      const load = restartable(
        function* load(id: number) {
          yield* sleep(1);
          return [id, currentTask()?.name];
        },
        { name: (id) => `load ${id}` },
      );
      const task = load(7);
      yield;
      expect(String(task)).toMatch(/^<Task pending name='load 7' running load\(\) awaiting/);
      expect(yield* task).toEqual([7, 'load 7']);
    }));

  it('reports the progress of what it runs', () =>
    runVirtual(function* () {
      const load = restartable(function* () {
        currentTask()!.report('half');
        yield* sleep(1);
      });
      const task: Task<void> = load();
      const seen: unknown[] = [];
      task.progress$.subscribe((report) => seen.push(report));
      yield* task;
      expect(seen).toEqual(['half']);
    }));

  it('can be used from one run() after the other', async () => {
    const { work } = workshop();
    const load = restartable((name: string) => work(name, 1000));
    for (const name of ['a', 'b']) {
      await runVirtual(function* () {
        load(name);
        yield* sleep(1);
      });
    }
    expect(await runVirtual(() => load('c'))).toBe('c');
  });

  it('can be called from what it runs', () =>
    runVirtual(function* () {
      const events: string[] = [];
      const load: (depth: number) => Task<string> = restartable(function* (depth: number) {
        if (depth > 0) {
          load(depth - 1);
          events.push(`${depth} goes on`);
        }
        yield* sleep(1);
        events.push(`${depth} ends`);
        return String(depth);
      });
      const outer = load(2);
      yield* sleep(10);
      expect(outer.cancelled()).toBe(true);
      expect(events).toEqual(['2 goes on', '1 goes on', '0 ends']);
    }));

  it('refuses what is no function, and numbers that make no sense', () => {
    const make = () => sleep(1);
    expect(String(thrownBy(() => restartable(sleep(1) as never)))).toMatch(
      /^TypeError: restartable\(make\): expected a function that gives a source, got/,
    );
    expect(String(thrownBy(() => restartable(make, { key: 'id' as never })))).toMatch(
      /^TypeError: restartable\(make, { key }\)/,
    );
    for (const concurrency of [0, NaN, -1, '2' as never]) {
      expect(String(thrownBy(() => restartable(make, { concurrency })))).toMatch(
        /^RangeError: restartable\(make, { concurrency }\): expected a number of 1 or more/,
      );
    }
  });

  it('fails the task with what the maker throws, and with a TypeError where it gives no source', () =>
    runVirtual(function* () {
      const boom = new Error('boom');
      const throws = restartable((): Promise<void> => {
        throw boom;
      });
      expect(yield* errorOf(throws())).toBe(boom);
      const none = restartable((() => 5) as never);
      expect(yield* errorOf((none as () => Task<void>)())).toBeInstanceOf(TypeError);
      expect(yield* errorOf(createTask(resultOf(throws())))).toBe(boom);
    }));
});
