import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  Semaphore,
  isCancelled,
  BrokenBarrierError,
  sleep,
  type Guard,
  type Task,
} from 'rxtasks';
import { ask, kinds } from './bodies.js';
import { type Options, type Scenario, cancelEverywhere } from './harness.js';

async function expectAllSafe(scenario: Scenario, options: Options): Promise<void> {
  const { runs, problems } = await cancelEverywhere(scenario, options);
  expect(problems).toEqual([]);
  expect(runs).toBeGreaterThan(10);
}

describe.each(kinds)('cancelled at every step, as $name:', ({ make, options }) => {
  const expectSafe = (scenario: Scenario) => expectAllSafe(scenario, options);

  it('a Lock is neither lost nor held by two', () =>
    expectSafe({
      name: 'Lock',
      set(world) {
        const lock = new Lock();
        let holders = 0;
        const worker = (name: string) =>
          make(world, function* () {
            const guard: Guard = yield* ask(lock.acquire());
            const left = world.entered(name);
            try {
              if (++holders > 1) world.problems.push('two hold the lock');
              yield* ask(sleep(10));
            } finally {
              left();
              holders--;
              guard.release();
            }
          });
        for (const name of ['a', 'b', 'c']) world.task(name, worker(name));
        return () => expect(lock.locked()).toBe(false);
      },
    }));

  it('a Lock released by runExclusive is free again', () =>
    expectSafe({
      name: 'Lock.runExclusive',
      set(world) {
        const lock = new Lock();
        const worker = (name: string) =>
          make(world, function* () {
            const left = world.entered(name);
            try {
              yield* ask(lock.runExclusive(() => sleep(5)));
              yield* ask(sleep(1));
            } finally {
              left();
            }
          });
        for (const name of ['a', 'b', 'c']) world.task(name, worker(name));
        return () => expect(lock.locked()).toBe(false);
      },
    }));

  it.each([
    ['Semaphore', Semaphore],
    ['BoundedSemaphore', BoundedSemaphore],
  ])('a %s keeps its permits', (_, Kind) =>
    expectSafe({
      name: 'Semaphore',
      set(world) {
        const semaphore = new Kind(2);
        let holders = 0;
        const worker = (name: string, ms: number) =>
          make(world, function* () {
            const guard: Guard = yield* ask(semaphore.acquire());
            const left = world.entered(name);
            try {
              if (++holders > 2) world.problems.push('three hold two permits');
              yield* ask(sleep(ms));
            } finally {
              left();
              holders--;
              guard.release();
            }
          });
        ['a', 'b', 'c', 'd'].forEach((name, i) => world.task(name, worker(name, 5 + (i % 2) * 5)));
        return () => {
          const free: unknown[] = [];
          while (!semaphore.locked()) {
            void world.loop.createTask(semaphore.acquire(), { eager: true });
            free.push(null);
          }
          expect(free).toHaveLength(2);
        };
      },
    }),
  );

  it.each([
    ['Queue', Queue],
    ['LifoQueue', LifoQueue],
  ])('a %s loses no item: each that was put is got, or lies there', (_, Kind) =>
    expectSafe({
      name: 'Queue',
      set(world) {
        const queue = new Kind<number>(1);
        const put: number[] = [];
        const got: number[] = [];
        const producer = (first: number) =>
          make(world, function* () {
            for (let i = first; i < first + 3; i++) {
              yield* ask(queue.put(i));
              put.push(i);
            }
          });
        const consumer = make(world, function* () {
          for (;;) {
            try {
              got.push(yield* ask(queue.get()));
            } catch (error) {
              if (isCancelled(error)) throw error;
              return;
            }
            queue.taskDone();
            yield* ask(sleep(1));
          }
        });
        const producers = [world.task('p1', producer(0)), world.task('p2', producer(10))];
        const consumers = [world.task('c1', consumer), world.task('c2', consumer)];
        let left = producers.length;
        for (const task of producers) task.addDoneCallback(() => --left === 0 && queue.shutdown());
        // a queue that nobody empties any more would keep its producers waiting
        let taking = consumers.length;
        for (const task of consumers) task.addDoneCallback(() => --taking === 0 && queue.shutdown());
        return () => {
          while (!queue.empty()) got.push(queue.getNowait());
          const lost = put.filter((item) => !got.includes(item));
          expect(lost).toEqual([]);
          expect(new Set(got).size).toBe(got.length);
        };
      },
    }),
  );

  it('a PriorityQueue loses no item', () =>
    expectSafe({
      name: 'PriorityQueue',
      set(world) {
        const queue = new PriorityQueue<number>(2);
        const got: number[] = [];
        const put: number[] = [];
        world
          .task(
            'producer',
            make(world, function* () {
              for (const i of [3, 1, 2, 5, 4]) {
                yield* ask(queue.put(i));
                put.push(i);
              }
            }),
          )
          .addDoneCallback(() => queue.shutdown());
        world
          .task(
            'consumer',
            make(world, function* () {
              for (;;) {
                try {
                  got.push(yield* ask(queue.get()));
                } catch (error) {
                  if (isCancelled(error)) throw error;
                  return;
                }
                yield* ask(sleep(1));
              }
            }),
          )
          .addDoneCallback(() => queue.shutdown());
        return () => {
          while (!queue.empty()) got.push(queue.getNowait());
          expect(put.filter((item) => !got.includes(item))).toEqual([]);
        };
      },
    }));

  it('an Event wakes all, and a cancelled waiter leaves nothing behind', () =>
    expectSafe({
      name: 'Event',
      set(world) {
        const event = new Event();
        const waiter = (name: string) =>
          make(world, function* () {
            const left = world.entered(name);
            try {
              yield* ask(event.wait());
            } finally {
              left();
            }
          });
        for (const name of ['a', 'b']) world.task(name, waiter(name));
        world
          .task(
            'setter',
            make(world, function* () {
              try {
                yield* ask(sleep(5));
              } finally {
                event.set();
              }
            }),
          )
          .addDoneCallback(() => event.set());
      },
    }));

  it('a Condition gives its lock back, and passes a notification on', () =>
    expectSafe({
      name: 'Condition',
      set(world) {
        const condition = new Condition();
        let items = 0;
        let taken = 0;
        const consumer = (name: string) =>
          make(world, function* () {
            const guard: Guard = yield* ask(condition.acquire());
            const left = world.entered(name);
            try {
              yield* ask(condition.waitFor(() => items > 0));
              items--;
              taken++;
            } finally {
              left();
              guard.release();
            }
          });
        const tasks = ['a', 'b', 'c'].map((name) => world.task(name, consumer(name)));
        const feed = make(world, function* () {
          for (let i = 0; i < 3; i++) {
            yield* ask(sleep(3));
            const guard: Guard = yield* ask(condition.acquire());
            try {
              items++;
              condition.notify();
            } finally {
              guard.release();
            }
          }
        });
        world.task('producer', feed).addDoneCallback((producer) => {
          // a producer that was cancelled feeds nobody any more
          if (producer.cancelled()) for (const task of tasks) task.cancel();
        });
        return () => {
          expect(condition.locked()).toBe(false);
          const finished = tasks.filter((task) => !task.cancelled()).length;
          expect(taken).toBeGreaterThanOrEqual(Math.min(finished, taken));
        };
      },
    }));

  it('a Barrier counts nobody who has left', () =>
    expectSafe({
      name: 'Barrier',
      set(world) {
        const barrier = new Barrier(2);
        const party = (name: string, ms: number) =>
          make(world, function* () {
            const left = world.entered(name);
            try {
              yield* ask(sleep(ms));
              yield* ask(barrier.wait());
            } catch (error) {
              if (!(error instanceof BrokenBarrierError)) throw error;
            } finally {
              left();
            }
          });
        const tasks = [world.task('a', party('a', 1)), world.task('b', party('b', 4))];
        // whoever is left alone is freed
        for (const task of tasks) {
          task.addDoneCallback(() => {
            if (task.cancelled()) for (const other of tasks) other.cancel();
          });
        }
        return () => expect(barrier.nWaiting).toBe(0);
      },
    }));
});

describe('cancelled at every step, async iteration:', () => {
  it('for await over a Queue loses no item, and is over when the queue is', () =>
    expectAllSafe(
      {
        name: 'for await over a Queue',
        set(world) {
          const queue = new Queue<number>(1);
          const put: number[] = [];
          const got: number[] = [];
          const producer = world.task('producer', async () => {
            for (let i = 0; i < 4; i++) {
              await queue.put(i);
              put.push(i);
            }
          });
          producer.addDoneCallback(() => queue.shutdown());
          const consume = async (task: Task<unknown>) => {
            const left = world.entered(task.name);
            try {
              for await (const item of queue) {
                got.push(item);
                await sleep(1);
              }
            } finally {
              left();
            }
          };
          const consumers = [world.task('c1', consume), world.task('c2', consume)];
          let taking = consumers.length;
          for (const task of consumers) task.addDoneCallback(() => --taking === 0 && queue.shutdown());
          return () => {
            while (!queue.empty()) got.push(queue.getNowait());
            expect(put.filter((item) => !got.includes(item))).toEqual([]);
            expect(new Set(got).size).toBe(got.length);
          };
        },
      },
      { ticks: 8 },
    ));
});
