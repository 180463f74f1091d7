import { defer } from 'rxjs';
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  type Coroutine,
  Event,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  QueueShutDown,
  Semaphore,
  TimeoutError,
  asCompleted,
  coroutine,
  createTask,
  delayStart,
  eagerTaskFactory,
  ensureFuture,
  gather,
  getRunningLoop,
  resultOf,
  shield,
  sleep,
  wait,
  waitFor,
  withTaskGroup,
  withTimeout,
  withTimeoutAt,
} from 'rxtasks';
import { type ExploredScenario, check } from './scenario.js';

/** Never more than `limit` are in, they get in in the order in which they asked, and nothing is lost if one of them quits. */
function* takeTurns(acquire: () => Coroutine<Disposable>, limit: number) {
  let inside = 0;
  const asked: string[] = [];
  const entered: string[] = [];
  const worker = coroutine(function* worker(name: string) {
    asked.push(name);
    using _held = yield* acquire();
    entered.push(name);
    check(++inside <= limit, `${inside} are inside`);
    try {
      yield* sleep(0);
    } finally {
      inside--;
    }
  });
  const workers = ['a', 'b', 'c', 'd'].map((name) => createTask(worker(name), { name }));
  const quitter = createTask(worker('quitter'), { name: 'quitter' });
  yield* sleep(0);
  quitter.cancel();
  yield* wait([...workers, quitter]);
  const order = asked.filter((name) => entered.includes(name));
  check(order.join() === entered.join(), `asked ${order.join()}, entered ${entered.join()}`);
  check(workers.every((task) => entered.includes(task.name)) && inside === 0, 'somebody never got in');
}

/** Every item that is put is got once; `order` tells whether they may be got in this order. */
function* handOver(queue: Queue<number>, consumers: number, order: (got: number[]) => boolean) {
  const got: number[] = [];
  const producer = coroutine(function* producer(from: number) {
    for (let i = 0; i < 3; i++) yield* queue.put(from + i);
  });
  const consumer = coroutine(function* consumer() {
    try {
      for (;;) {
        got.push(yield* queue.get());
        if (got.length % 2 === 0) yield* sleep(0);
        queue.taskDone();
      }
    } catch (error) {
      if (!(error instanceof QueueShutDown)) throw error;
    }
  });
  const consuming = Array.from({ length: consumers }, () => createTask(consumer()));
  yield* gather([producer(10), producer(20)]);
  yield* queue.join();
  queue.shutdown();
  yield* gather(consuming);
  check([...got].sort().join() === '10,11,12,20,21,22', `got ${got.join()}`);
  check(order(got), `got ${got.join()}`);
}

/** Of each producer in its order. */
const inOrder = (got: number[]): boolean =>
  [10, 20].every(
    (from) => got.filter((item) => item >= from && item < from + 10).join() === [from, from + 1, from + 2].join(),
  );

/** Whoever is cancelled when its turn has come passes the turn on: what is given never lies about while somebody waits. */
function* leaveWhenServed(take: () => Coroutine<unknown>, give: () => Coroutine<unknown>, left: () => number) {
  const quitter = createTask(take(), { name: 'quitter' });
  const takers = ['a', 'b'].map((name) => createTask(take(), { name }));
  yield* sleep(10);
  const giver = createTask(give(), { name: 'giver' });
  const killer = createTask(
    function* () {
      yield* sleep(0);
      quitter.cancel();
    },
    { name: 'killer' },
  );
  yield* sleep(10);
  check(left() === 0, 'nobody has taken it, and somebody waits');
  yield* gather([give(), give()]);
  yield* wait([...takers, quitter, giver, killer]);
  check(left() === (quitter.cancelled() ? 1 : 0), `${left()} left`);
}

/** What holds in every legal order of the steps. */
export const primitives: readonly ExploredScenario[] = [
  {
    of: ['Lock'],
    title: 'Lock',
    *main() {
      const lock = new Lock();
      yield* takeTurns(() => lock.acquire(), 1);
      check(!lock.locked(), 'it is still locked');
    },
  },

  {
    of: ['Semaphore'],
    title: 'Semaphore',
    *main() {
      const semaphore = new Semaphore(2);
      yield* takeTurns(() => semaphore.acquire(), 2);
      check(String(semaphore) === '<Semaphore unlocked value=2>', String(semaphore));
    },
  },

  {
    of: ['BoundedSemaphore'],
    title: 'BoundedSemaphore',
    *main() {
      const semaphore = new BoundedSemaphore(2);
      yield* takeTurns(() => semaphore.acquire(), 2);
      check(String(semaphore).includes('value=2'), String(semaphore));
    },
  },

  {
    of: ['Event'],
    title: 'Event',
    *main() {
      const event = new Event();
      let woken = 0;
      const waiter = coroutine(function* waiter() {
        yield* event.wait();
        woken++;
      });
      const waiters = [1, 2, 3].map(() => createTask(waiter()));
      const quitter = createTask(waiter());
      const setter = createTask(function* () {
        yield* sleep(0);
        event.set();
        event.clear();
        event.set();
      });
      yield* sleep(0);
      const asked = quitter.cancel();
      yield* wait([...waiters, quitter, setter]);
      check(woken === (asked && quitter.cancelled() ? 3 : 4), `${woken} went on`);
    },
  },

  {
    of: ['Condition'],
    title: 'Condition',
    *main() {
      const condition = new Condition();
      const items: number[] = [];
      yield* leaveWhenServed(
        coroutine(function* take() {
          using _held = yield* condition.acquire();
          yield* condition.waitFor(() => items.length > 0);
          items.shift();
        }),
        coroutine(function* give() {
          using _held = yield* condition.acquire();
          items.push(1);
          condition.notify();
        }),
        () => items.length,
      );
      check(!condition.locked(), 'it is still locked');
    },
  },

  {
    of: ['Barrier'],
    title: 'Barrier',
    *main() {
      const barrier = new Barrier(3);
      const rounds: number[] = [0, 0];
      const places: number[][] = [[], []];
      const party = coroutine(function* party() {
        for (const round of [0, 1]) {
          (rounds[round] as number)++;
          (places[round] as number[]).push(yield* barrier.wait());
          check(rounds[round] === 3, `one of round ${round} went on before all had come`);
        }
      });
      yield* gather([party(), party(), party()]);
      check(
        places.every((round) => round.sort().join() === '0,1,2'),
        JSON.stringify(places),
      );
    },
  },

  {
    of: ['Queue'],
    title: 'Queue',
    *main() {
      yield* handOver(new Queue<number>(2), 1, inOrder);
    },
  },

  {
    of: ['Queue'],
    title: 'Queue of several consumers',
    *main() {
      yield* handOver(new Queue<number>(1), 3, () => true);
    },
  },

  {
    of: ['Queue'],
    title: 'Queue whose first getter leaves',
    *main() {
      const queue = new Queue<number>();
      yield* leaveWhenServed(
        () => queue.get(),
        () => queue.put(1),
        () => queue.qsize(),
      );
    },
  },

  {
    of: ['PriorityQueue'],
    title: 'PriorityQueue',
    *main() {
      yield* handOver(new PriorityQueue<number>(2), 2, () => true);
    },
  },

  {
    of: ['LifoQueue'],
    title: 'LifoQueue',
    *main() {
      yield* handOver(new LifoQueue<number>(2), 2, () => true);
    },
  },

  {
    of: ['Queue'],
    title: 'Queue whose getters wait first',
    *main() {
      const queue = new Queue<number>();
      const asked: string[] = [];
      const served: string[] = [];
      const getter = coroutine(function* getter(name: string) {
        asked.push(name);
        const item = yield* queue.get();
        served[item] = name;
      });
      const getters = ['a', 'b', 'c'].map((name) => createTask(getter(name), { name }));
      yield* sleep(10);
      for (let item = 0; item < 3; item++) queue.putNowait(item);
      yield* gather(getters);
      check(asked.join() === served.join(), `asked ${asked.join()}, served ${served.join()}`);
    },
  },

  {
    of: ['gather', 'coroutine', 'Coroutine', 'sleep'],
    title: 'gather',
    *main() {
      const work = coroutine(function* work(value: number, hops: number) {
        for (let i = 0; i < hops; i++) yield* sleep(0);
        return value;
      });
      const results = yield* gather([work(1, 3), work(2, 0), work(3, 1)]);
      check(results.join() === '1,2,3', results.join());
      const settled = yield* gather([work(1, 1), sleep(0), work(3, 0)], { returnExceptions: true });
      check(settled.length === 3, 'not all');
    },
  },

  {
    of: ['gather', 'createTask'],
    title: 'gather of one that fails',
    *main() {
      const cleaned: string[] = [];
      const failing = coroutine(function* failing() {
        yield* sleep(0);
        throw new RangeError('on purpose');
      });
      const other = coroutine(function* other() {
        try {
          yield* sleep(5);
        } finally {
          cleaned.push('other');
        }
      });
      const second = createTask(other());
      try {
        yield* gather([failing(), second]);
        check(false, 'it has not failed');
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
      second.cancel();
      yield* wait([second]);
      check(cleaned.length === 1 && second.cancelled(), 'not cleaned');
    },
  },

  {
    of: ['wait'],
    title: 'wait',
    *main() {
      const tasks = [3, 1, 2].map((ms) => createTask(sleep(ms, ms)));
      const { done, pending } = yield* wait(tasks, { returnWhen: 'FIRST_COMPLETED' });
      check(done.size === 1 && pending.size === 2, `${done.size} done`);
      const rest = yield* wait(pending, { timeout: 1 });
      check(rest.done.size + rest.pending.size === 2, 'some are missing');
      for (const task of rest.pending) task.cancel();
      yield* wait(tasks);
      check(
        tasks.every((task) => task.done()),
        'not all done',
      );
    },
  },

  {
    of: ['asCompleted', 'AsCompleted'],
    title: 'asCompleted',
    *main() {
      const seen: number[] = [];
      for (const next of asCompleted([sleep(2, 2), sleep(1, 1), sleep(0, 0), sleep(2, 3)])) seen.push(yield* next);
      check(seen.slice(0, 2).join() === '0,1' && [...seen].sort().join() === '0,1,2,3', seen.join());
    },
  },

  {
    of: ['TaskGroup', 'withTaskGroup'],
    title: 'TaskGroup',
    *main() {
      const ended: string[] = [];
      const child = coroutine(function* child(name: string, ms: number) {
        try {
          yield* sleep(ms);
          if (name === 'bad') throw new RangeError('on purpose');
        } finally {
          ended.push(name);
          yield* sleep(0);
        }
      });
      try {
        yield* withTaskGroup(function* (group) {
          group.createTask(child('a', 1));
          group.createTask(child('bad', 2));
          group.createTask(child('b', 2));
          group.createTask(child('c', 9));
          yield* sleep(1);
        });
        check(false, 'it has not failed');
      } catch (error) {
        check(error instanceof AggregateError && error.errors.length === 1, String(error));
      }
      check(ended.length === 4, `ended ${ended.join()}`);
    },
  },

  {
    of: ['withTimeout', 'waitFor', 'shield'],
    title: 'withTimeout and waitFor at the very moment of the result',
    *main() {
      const lock = new Lock();
      const holder = createTask(function* () {
        using _held = yield* lock.acquire();
        yield* sleep(5);
      });
      yield* sleep(0);
      let timedOut = false;
      try {
        yield* withTimeout(5, function* () {
          using _held = yield* lock.acquire();
          yield* sleep(0);
        });
      } catch (error) {
        if (!(error instanceof TimeoutError)) throw error;
        timedOut = true;
      }
      yield* holder;
      check(!lock.locked(), `it is still locked, ${timedOut ? 'timed out' : 'in time'}`);
      const inner = createTask(sleep(5, 'value'));
      try {
        check((yield* waitFor(shield(inner), 5)) === 'value', 'another value');
      } catch (error) {
        if (!(error instanceof TimeoutError)) throw error;
      }
      check((yield* inner) === 'value', 'the shielded one was cancelled');
    },
  },

  {
    of: ['Task', 'Lock', 'Queue'],
    title: 'cancelling at any moment',
    *main() {
      const lock = new Lock();
      const queue = new Queue<string>(1);
      const worker = coroutine(function* worker() {
        using _held = yield* lock.acquire();
        yield* queue.put('x');
        yield* queue.get();
      });
      const tasks = [1, 2].map(() => createTask(worker()));
      const killer = createTask(function* () {
        yield* sleep(0);
        tasks[0]?.cancel();
      });
      yield* wait([...tasks, killer]);
      check(!lock.locked(), 'it is still locked');
      for (const task of tasks) if (!task.cancelled()) check(task.exception() === null, String(task.exception()));
    },
  },

  {
    of: ['Future', 'ensureFuture'],
    title: 'a future that two wait for, one of whom is cancelled',
    *main() {
      const future = getRunningLoop().createFuture<number>();
      const waiters = [0, 1].map(() => createTask(ensureFuture(future)));
      const setter = createTask(function* () {
        yield* sleep(0);
        if (!future.done()) future.setResult(1);
      });
      yield* sleep(0);
      waiters[0]?.cancel();
      yield* wait([...waiters, setter]);
      check(future.done(), 'it has not ended');
      for (const task of waiters) check(task.cancelled() || task.result() === 1, String(task));
    },
  },
  {
    of: ['eagerTaskFactory'],
    title: 'a Lock among eager tasks',
    *main() {
      getRunningLoop().setTaskFactory(eagerTaskFactory);
      const lock = new Lock();
      yield* takeTurns(() => lock.acquire(), 1);
      check(!lock.locked(), 'it is still locked');
    },
  },
  {
    of: ['delayStart', 'resultOf'],
    title: 'delayStart',
    *main() {
      const log: string[] = [];
      const note = coroutine(function* note(text: string) {
        log.push(text);
        yield;
        return text;
      });
      yield* gather([delayStart(2, note('b')), resultOf(defer(() => note('a')).pipe(delayStart(1)))]);
      check(log.join() === 'a,b', log.join());
    },
  },
  {
    of: ['Timeout', 'withTimeoutAt'],
    title: 'withTimeoutAt that is moved at the very moment when it is reached',
    *main() {
      const start = getRunningLoop().time();
      let moved = false;
      try {
        yield* withTimeoutAt(start + 5, function* (limit) {
          yield* sleep(5);
          if (!limit.expired()) limit.reschedule(start + 20);
          moved = !limit.expired();
          yield* sleep(5);
        });
        check(moved, 'it has not interrupted the body');
      } catch (error) {
        if (!(error instanceof TimeoutError)) throw error;
        check(!moved, 'it was moved, and came all the same');
      }
    },
  },
];
