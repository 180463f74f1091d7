import {
  CancelledError,
  Event,
  LifoQueue,
  PriorityQueue,
  Queue,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  TimeoutError,
  createTask,
  gather,
  getEventLoop,
  sleep,
  waitFor,
  withTaskGroup,
  type Resume,
} from 'rxtasks';
import { errorOf, turns, virtually } from './virtual.js';

describe('Queue', () => {
  it('is empty until something is put, and again when it was taken [QueueBasicTests.test_empty]', () =>
    virtually(function* () {
      const queue = new Queue<number>();
      expect(queue.empty()).toBe(true);
      yield* queue.put(1);
      expect(queue.empty()).toBe(false);
      expect(yield* queue.get()).toBe(1);
      expect(queue.empty()).toBe(true);
    }));

  it('is full at its maximum size, and never without one [QueueBasicTests.test_full]', () =>
    virtually(function* () {
      const unbounded = new Queue<number>();
      yield* unbounded.put(1);
      expect(unbounded.full()).toBe(false);
      const queue = new Queue<number>(1);
      expect(queue.full()).toBe(false);
      yield* queue.put(1);
      expect(queue.full()).toBe(true);
      const negative = new Queue<number>(-1);
      negative.putNowait(1);
      expect(negative.full()).toBe(false);
    }));

  it('gives first what was put first [QueueBasicTests.test_order]', () =>
    virtually(function* () {
      const queue = new Queue<number>();
      for (const item of [1, 3, 2]) yield* queue.put(item);
      expect([yield* queue.get(), yield* queue.get(), yield* queue.get()]).toEqual([1, 3, 2]);
    }));

  it('makes put() wait at its maximum size, until something is taken [QueueBasicTests.test_maxsize]', () =>
    virtually(function* () {
      const queue = new Queue<number>(2);
      expect(queue.maxsize).toBe(2);
      const put: number[] = [];
      const putter = createTask(function* () {
        for (const item of [0, 1, 2]) {
          yield* queue.put(item);
          put.push(item);
        }
        return true;
      });
      yield* turns(2);
      expect(put).toEqual([0, 1]);
      expect(yield* queue.get()).toBe(0);
      yield;
      expect(put).toEqual([0, 1, 2]);
      expect(yield* queue.get()).toBe(1);
      expect(yield* queue.get()).toBe(2);
      expect(putter.result()).toBe(true);
    }));

  it('refuses a maximum size that is no number', () => {
    expect(() => new Queue('2' as unknown as number)).toThrow(
      new TypeError(
        'new Queue(maxsize): expected a number, got "2" (string); pass the number of items it may hold, 0 for any number',
      ),
    );
    expect(() => new Queue({ maxsize: 2 } as unknown as number)).toThrow(TypeError);
    expect(() => new Queue(NaN)).toThrow(RangeError);
  });

  it('shows its state', () =>
    virtually(function* () {
      const queue = new Queue<number>(1);
      expect(String(queue)).toBe('<Queue maxsize=1 size=0>');
      const getter = createTask(queue.get());
      yield;
      expect(String(queue)).toBe('<Queue maxsize=1 size=0 getters=1>');
      getter.cancel();
      yield;
      queue.putNowait(1);
      const putter = createTask(queue.put(2));
      yield;
      expect(String(queue)).toBe('<Queue maxsize=1 size=1 putters=1 unfinished=1>');
      queue.shutdown(true);
      yield;
      expect(putter.exception()).toBeInstanceOf(QueueShutDown);
      expect(String(queue)).toBe('<Queue maxsize=1 size=0 shutdown>');
      expect(String(new PriorityQueue())).toBe('<PriorityQueue maxsize=0 size=0>');
      expect(String(new LifoQueue(3))).toBe('<LifoQueue maxsize=3 size=0>');
    }));

  describe('get', () => {
    it('does not wait for an item that is there [QueueGetTests.test_blocking_get]', () =>
      virtually(function* () {
        const queue = new Queue<number>();
        queue.putNowait(1);
        let turned = false;
        getEventLoop().callSoon(() => (turned = true));
        expect(yield* queue.get()).toBe(1);
        expect(turned).toBe(false);
      }));

    it('wakes the first of those that wait to put [QueueGetTests.test_get_with_putters]', () =>
      virtually(function* () {
        const queue = new Queue<number>(1);
        yield* queue.put(1);
        const first = createTask(queue.put(2));
        const second = createTask(queue.put(3));
        yield;
        expect(yield* queue.get()).toBe(1);
        yield;
        expect(first.done()).toBe(true);
        expect(second.done()).toBe(false);
        expect(String(queue)).toBe('<Queue maxsize=1 size=1 putters=1 unfinished=2>');
      }));

    it('waits until something is put, here by a timer [QueueGetTests.test_blocking_get_wait]', () =>
      virtually(function* () {
        const queue = new Queue<number>();
        const started = new Event();
        let finished = false;
        const getter = createTask(function* () {
          started.set();
          const item = yield* queue.get();
          finished = true;
          return item;
        });
        yield* started.wait();
        expect(finished).toBe(false);
        getEventLoop().callLater(10, () => queue.putNowait(1));
        expect(yield* getter).toBe(1);
        expect(finished).toBe(true);
        expect(getEventLoop().time()).toBe(10);
      }));

    it('has a form that does not wait and takes what is there [QueueGetTests.test_nonblocking_get]', () => {
      const queue = new Queue<number>();
      queue.putNowait(1);
      expect(queue.getNowait()).toBe(1);
    });

    it('has a form that does not wait and refuses when there is nothing [QueueGetTests.test_nonblocking_get_exception]', () => {
      expect(() => new Queue().getNowait()).toThrow(QueueEmpty);
      expect(() => new Queue().getNowait()).toThrow(
        'Queue.getNowait(): the queue is empty; wait for an item with get()',
      );
    });

    it('swallows no item when it is cancelled: the next one gets it [QueueGetTests.test_get_cancelled_race]', () =>
      virtually(function* () {
        const queue = new Queue<string>();
        const first = createTask(queue.get());
        const second = createTask(queue.get());
        yield;
        first.cancel();
        yield;
        expect(first.done()).toBe(true);
        yield* queue.put('a');
        yield;
        expect(yield* second).toBe('a');
      }));

    it('gets the items of those that wait to put in order [QueueGetTests.test_get_with_waiting_putters]', () =>
      virtually(function* () {
        const queue = new Queue<string>(1);
        createTask(queue.put('a'));
        createTask(queue.put('b'));
        expect(yield* queue.get()).toBe('a');
        expect(yield* queue.get()).toBe('b');
      }));

    it('comes to the end with one producer, one consumer and room for one item [QueueGetTests.test_why_are_getters_waiting]', () =>
      virtually(function* () {
        const queue = new Queue<number>(1);
        const got: number[] = [];
        yield* withTaskGroup(function* (group) {
          group.createTask(function* () {
            for (let item = 0; item < 5; item++) yield* queue.put(item);
          });
          group.createTask(function* () {
            for (let item = 0; item < 5; item++) got.push(yield* queue.get());
          });
          yield;
        });
        expect(got).toEqual([0, 1, 2, 3, 4]);
      }));

    it('leaves the waiting list at its time limit [QueueGetTests.test_cancelled_getters_not_being_held_in_self_getters]', () =>
      virtually(function* () {
        const queue = new Queue<number>(5);
        expect(yield* errorOf(waitFor(queue.get(), 100))).toBeInstanceOf(TimeoutError);
        expect(String(queue)).toBe('<Queue maxsize=5 size=0>');
      }));

    it('waits on when somebody else takes the item first', () =>
      virtually(function* () {
        const queue = new Queue<number>();
        const getter = createTask(queue.get());
        yield;
        queue.putNowait(1);
        expect(queue.getNowait()).toBe(1);
        yield* turns(2);
        expect(getter.done()).toBe(false);
        queue.putNowait(2);
        expect(yield* getter).toBe(2);
      }));
  });

  describe('put', () => {
    it('does not wait without a maximum size [QueuePutTests.test_blocking_put]', () =>
      virtually(function* () {
        const queue = new Queue<number>();
        let turned = false;
        getEventLoop().callSoon(() => (turned = true));
        yield* queue.put(1);
        expect(turned).toBe(false);
        expect(yield* queue.get()).toBe(1);
      }));

    it('waits until there is room, here made by a timer [QueuePutTests.test_blocking_put_wait]', () =>
      virtually(function* () {
        const queue = new Queue<number>(1);
        const started = new Event();
        let finished = false;
        getEventLoop().callLater(10, () => queue.getNowait());
        const putter = createTask(function* () {
          started.set();
          yield* queue.put(1);
          yield* queue.put(2);
          finished = true;
        });
        yield* started.wait();
        expect(finished).toBe(false);
        yield* putter;
        expect(finished).toBe(true);
        expect(getEventLoop().time()).toBe(10);
      }));

    it('has a form that does not wait and stores the item [QueuePutTests.test_nonblocking_put]', () => {
      const queue = new Queue<number>();
      queue.putNowait(1);
      expect(queue.qsize()).toBe(1);
      expect(queue.getNowait()).toBe(1);
    });

    it('loses no item that is put while the only getter is being cancelled [QueuePutTests.test_get_cancel_drop_one_pending_reader]', () =>
      virtually(function* () {
        const queue = new Queue<number>();
        const reader = createTask(queue.get());
        yield;
        queue.putNowait(1);
        queue.putNowait(2);
        reader.cancel();
        expect(yield* errorOf(reader)).toBeInstanceOf(CancelledError);
        expect(yield* createTask(queue.get())).toBe(1);
      }));

    it('reaches the other getters when one of several is cancelled [QueuePutTests.test_get_cancel_drop_many_pending_readers]', () =>
      virtually(function* () {
        const queue = new Queue<number>();
        const readers = [1, 2, 3].map(() => createTask(queue.get()));
        yield;
        queue.putNowait(1);
        queue.putNowait(2);
        readers[0]!.cancel();
        expect(yield* errorOf(readers[0]!)).toBeInstanceOf(CancelledError);
        yield* readers[2]!;
        expect([readers[1]!.result(), readers[2]!.result()].sort()).toEqual([1, 2]);
      }));

    it('loses no room when it is cancelled in the turn in which it was woken [QueuePutTests.test_put_cancel_drop]', () =>
      virtually(function* () {
        const queue = new Queue<number>(1);
        queue.putNowait(1);
        const writer = createTask(queue.put(2));
        yield;
        expect(queue.getNowait()).toBe(1);
        writer.cancel();
        expect(yield* errorOf(writer)).toBeInstanceOf(CancelledError);
        yield* createTask(queue.put(2));
        expect(queue.getNowait()).toBe(2);
        expect(queue.qsize()).toBe(0);
      }));

    it('has a form that does not wait and refuses when the queue is full [QueuePutTests.test_nonblocking_put_exception]', () => {
      const queue = new Queue<number>(1);
      queue.putNowait(1);
      expect(() => queue.putNowait(2)).toThrow(QueueFull);
      expect(() => queue.putNowait(2)).toThrow(
        'Queue.putNowait(): the queue is full, it holds 1 of 1 items; wait for room with put()',
      );
      expect(queue.qsize()).toBe(1);
    });

    it('takes a fractional maximum size as full once it is reached [QueuePutTests.test_float_maxsize]', () =>
      virtually(function* () {
        const queue = new Queue<number>(1.3);
        queue.putNowait(1);
        expect(queue.full()).toBe(false);
        queue.putNowait(2);
        expect(queue.full()).toBe(true);
        expect(() => queue.putNowait(3)).toThrow(QueueFull);

        const other = new Queue<number>(1.3);
        yield* other.put(1);
        yield* other.put(2);
        expect(other.full()).toBe(true);
      }));

    it('completes when it needs no room [QueuePutTests.test_put_cancelled]', () =>
      virtually(function* () {
        const queue = new Queue<number>();
        const putter = createTask(function* () {
          yield* queue.put(1);
          return true;
        });
        expect(yield* queue.get()).toBe(1);
        expect(putter.result()).toBe(true);
      }));

    it('is skipped when it is cancelled, and the others keep their order [QueuePutTests.test_put_cancelled_race]', () =>
      virtually(function* () {
        const queue = new Queue<string>(1);
        const a = createTask(queue.put('a'));
        const b = createTask(queue.put('b'));
        const cancelled = createTask(queue.put('X'));
        yield;
        expect(a.done()).toBe(true);
        expect(b.done()).toBe(false);
        cancelled.cancel();
        yield;
        expect(cancelled.done()).toBe(true);
        expect(queue.getNowait()).toBe('a');
        yield;
        expect(queue.getNowait()).toBe('b');
        yield* b;
      }));

    it('hands its item to the getter that waits [QueuePutTests.test_put_with_waiting_getters]', () =>
      virtually(function* () {
        const queue = new Queue<string>();
        const getter = createTask(queue.get());
        yield;
        yield* queue.put('a');
        expect(yield* getter).toBe('a');
      }));

    it('lets all putters finish when items are taken without waiting [QueuePutTests.test_why_are_putters_waiting]', () =>
      virtually(function* () {
        const queue = new Queue<number>(2);
        yield* withTaskGroup(function* (group) {
          group.createTask(function* () {
            yield;
            for (let left = queue.qsize(); left > 0; left--) queue.getNowait();
          });
          for (const item of [0, 1, 2, 3]) group.createTask(queue.put(item));
          yield;
        });
        expect([queue.getNowait(), queue.getNowait()]).toEqual([2, 3]);
      }));

    it('leaves the waiting list when it is cancelled [QueuePutTests.test_cancelled_puts_not_being_held_in_self_putters]', () =>
      virtually(function* () {
        const queue = new Queue<number>(1);
        queue.putNowait(1);
        const putter = createTask(queue.put(1));
        yield;
        expect(String(queue)).toBe('<Queue maxsize=1 size=1 putters=1 unfinished=1>');
        putter.cancel();
        expect(yield* errorOf(putter)).toBeInstanceOf(CancelledError);
        expect(String(queue)).toBe('<Queue maxsize=1 size=1 unfinished=1>');
      }));

    it('ends with the cancellation alone when it is cancelled after it was woken [QueuePutTests.test_cancelled_put_silence_value_error_exception]', () =>
      virtually(function* () {
        const queue = new Queue<number>(1);
        queue.putNowait(1);
        const putter = createTask(queue.put(1));
        yield;
        queue.getNowait();
        putter.cancel();
        expect(yield* errorOf(putter)).toBeInstanceOf(CancelledError);
        expect(queue.empty()).toBe(true);
      }));

    it('wakes the next putter when the woken one is cancelled', () =>
      virtually(function* () {
        const queue = new Queue<string>(1);
        queue.putNowait('a');
        const cancelled = createTask(queue.put('b'));
        const next = createTask(queue.put('c'));
        yield;
        queue.getNowait();
        cancelled.cancel();
        yield* next;
        expect(queue.getNowait()).toBe('c');
      }));
  });

  // What follows holds whatever the order in which a queue gives its items.
  const kinds: readonly (new <T>(maxsize?: number) => Queue<T>)[] = [Queue, LifoQueue, PriorityQueue];

  /** The same for each kind of queue. */
  function forEach(body: (kind: (typeof kinds)[number]) => Generator<void, void, Resume>): void {
    for (const kind of kinds) virtually(() => body(kind));
  }

  /** Every way in and out of a queue that is shut down and empty. */
  function* expectShutDown(queue: Queue<string>): Generator<void, void, Resume> {
    yield* expectClosed(queue);
    expect(yield* errorOf(queue.get())).toBeInstanceOf(QueueShutDown);
    expect(() => queue.getNowait()).toThrow(QueueShutDown);
  }

  /** Every way into a queue that is shut down. */
  function* expectClosed(queue: Queue<string>): Generator<void, void, Resume> {
    expect(yield* errorOf(queue.put('data'))).toBeInstanceOf(QueueShutDown);
    expect(() => queue.putNowait('data')).toThrow(QueueShutDown);
  }

  describe('join', () => {
    it('refuses one taskDone() too many [_QueueJoinTestMixin.test_task_done_underflow]', () => {
      for (const kind of kinds) {
        expect(() => new kind().taskDone()).toThrow(
          new RangeError(
            'Queue.taskDone(): expected an unfinished item, and every item that was put is done; call it once for each item got',
          ),
        );
        expect(() => new kind().taskDone()).toThrow(RangeError);
      }
    });

    it('returns when taskDone() was called for each item [_QueueJoinTestMixin.test_task_done]', () =>
      forEach(function* (kind) {
        const queue = new kind<number>();
        for (let item = 0; item < 100; item++) queue.putNowait(item);
        let sum = 0;
        const worker = function* () {
          for (;;) {
            const item = yield* queue.get();
            sum += item;
            yield* sleep(1);
            queue.taskDone();
          }
        };
        const workers = [createTask(worker), createTask(worker)];
        yield* queue.join();
        expect(sum).toBe(4950);
        expect(getEventLoop().time()).toBe(50);
        for (const task of workers) task.cancel();
        yield* gather(workers, { returnExceptions: true });
      }));

    it('returns at once on an unused queue, again and again [_QueueJoinTestMixin.test_join_empty_queue]', () =>
      forEach(function* (kind) {
        const queue = new kind();
        yield* queue.join();
        yield* queue.join();
      }));
  });

  describe('shutdown', () => {
    it('gives the error to getters that wait and to all that comes later, and join() returns [_QueueShutdownTestMixin.test_shutdown_empty]', () =>
      forEach(function* (kind) {
        const queue = new kind<string>();
        const getter = createTask(queue.get());
        yield;
        queue.shutdown();
        expect(queue.qsize()).toBe(0);
        yield* queue.join();
        yield;
        expect(getter.done()).toBe(true);
        expect(yield* errorOf(getter)).toBeInstanceOf(QueueShutDown);
        yield* expectShutDown(queue);
      }));

    it('gives the error to putters that wait, while what is left can be taken; join() waits for taskDone() [_QueueShutdownTestMixin.test_shutdown_nonempty]', () =>
      forEach(function* (kind) {
        const queue = new kind<string>(1);
        queue.putNowait('data');
        const join = createTask(queue.join());
        const putter = createTask(queue.put('data2'));
        yield;
        expect(putter.done()).toBe(false);

        queue.shutdown();
        expect(queue.qsize()).toBe(1);
        yield;
        expect(putter.done()).toBe(true);
        expect(yield* errorOf(putter)).toBeInstanceOf(QueueShutDown);
        yield* expectClosed(queue);
        expect(yield* queue.get()).toBe('data');
        yield;
        expect(join.done()).toBe(false);
        yield* expectShutDown(queue);

        queue.taskDone();
        yield;
        expect(join.done()).toBe(true);
        yield* join;
        expect(() => queue.taskDone()).toThrow(RangeError);
      }));

    it('drops what is left, counts it as done and wakes join() in its immediate form [_QueueShutdownTestMixin.test_shutdown_immediate]', () =>
      forEach(function* (kind) {
        const queue = new kind<string>();
        queue.putNowait('data');
        const join = createTask(queue.join());
        yield;
        queue.shutdown(true);
        expect(queue.qsize()).toBe(0);
        yield;
        expect(join.done()).toBe(true);
        yield* join;
        yield* expectShutDown(queue);
        expect(() => queue.taskDone()).toThrow(RangeError);
      }));

    it('lets join() wait in its immediate form for an item that was taken and is not done [_QueueShutdownTestMixin.test_shutdown_immediate_with_unfinished]', () =>
      forEach(function* (kind) {
        const queue = new kind<string>();
        queue.putNowait('data');
        queue.putNowait('data');
        const join = createTask(queue.join());
        expect(yield* queue.get()).toBe('data');
        queue.shutdown(true);
        expect(queue.qsize()).toBe(0);
        yield;
        expect(join.done()).toBe(false);
        yield* expectShutDown(queue);

        queue.taskDone();
        expect(() => queue.taskDone()).toThrow(RangeError);
        yield;
        expect(join.done()).toBe(true);
        yield* join;
      }));

    it('says in the error what happened', () => {
      const queue = new Queue<number>();
      queue.shutdown();
      expect(() => queue.putNowait(1)).toThrow('Queue.put(): the queue was shut down, it takes no more items');
      expect(() => queue.getNowait()).toThrow('Queue.get(): the queue was shut down, and it holds no more items');
    });
  });
});
