import { CancelledError, Event, Lock, Queue, Semaphore, createTask, gather, type Coroutine } from 'rxtasks';
import { errorOf, turns, virtually } from './virtual.js';

/** Of each operation of a primitive: how it is made to wait, how it is let go on, and how it is seen that nothing is lost. */
const operations = [
  {
    name: 'acquire() of a Lock',
    make() {
      const lock = new Lock();
      return {
        start: (): Coroutine<unknown> => lock.acquire(),
        close: () => void createTask(lock.acquire(), { eager: true }),
        open: () => lock.release(),
        text: () => String(lock),
      };
    },
    free: '<Lock unlocked>',
    taken: '<Lock locked>',
    waiting: '<Lock locked waiters=1>',
  },
  {
    name: 'acquire() of a Semaphore',
    make() {
      const semaphore = new Semaphore(1);
      return {
        start: (): Coroutine<unknown> => semaphore.acquire(),
        close: () => void createTask(semaphore.acquire(), { eager: true }),
        open: () => semaphore.release(),
        text: () => String(semaphore),
      };
    },
    free: '<Semaphore unlocked value=1>',
    taken: '<Semaphore locked>',
    waiting: '<Semaphore locked waiters=1>',
  },
  {
    name: 'put() of a Queue',
    make() {
      const queue = new Queue<number>(1);
      return {
        start: (): Coroutine<unknown> => queue.put(1),
        close: () => queue.putNowait(0),
        open: () => {
          queue.getNowait();
          queue.taskDone();
        },
        text: () => String(queue),
      };
    },
    free: '<Queue maxsize=1 size=0>',
    taken: '<Queue maxsize=1 size=1 unfinished=1>',
    waiting: '<Queue maxsize=1 size=1 putters=1 unfinished=1>',
  },
  {
    name: 'get() of a Queue',
    make() {
      const queue = new Queue<number>();
      queue.putNowait(0);
      return {
        start: (): Coroutine<unknown> => queue.get(),
        close: () => void queue.getNowait(),
        open: () => queue.putNowait(1),
        text: () => String(queue).replace(/ unfinished=\d/, ''),
      };
    },
    free: '<Queue maxsize=0 size=1>',
    taken: '<Queue maxsize=0 size=0>',
    waiting: '<Queue maxsize=0 size=0 getters=1>',
  },
  {
    name: 'wait() of an Event',
    make() {
      const event = new Event();
      event.set();
      return {
        start: (): Coroutine<unknown> => event.wait(),
        close: () => event.clear(),
        open: () => event.set(),
        text: () => String(event),
      };
    },
    free: '<Event set>',
    taken: '<Event unset>',
    waiting: '<Event unset waiters=1>',
  },
];

describe.each(operations)('$name', ({ name, make, free, taken, waiting }) => {
  const leavesFree = name.includes('wait()'); // an event is not used up
  const after = leavesFree ? free : taken;

  it('has the name of the method', () => {
    expect(String(make().start())).toBe(name.replace(/ .*/, ''));
  });

  it('does nothing before somebody waits for it', () => {
    const { start, text } = make();
    start();
    expect(text()).toBe(free);
  });

  it('does not let others run if it need not wait, as part of a task and as a task', () =>
    virtually(function* () {
      const { start, open, text } = make();
      let others = 0;
      createTask(function* () {
        others++;
      });
      yield* start();
      expect(others).toBe(0);
      expect(text()).toBe(after);
      if (!leavesFree) open();
      const task = createTask(start(), { eager: true });
      expect(task.done()).toBe(true);
      expect(text()).toBe(after);
    }));

  it('runs afresh each time that somebody waits for it, also at the same time', () =>
    virtually(function* () {
      const { start, close, open, text } = make();
      close();
      const recipe = start();
      const both = [1, 2].map(() =>
        createTask(function* () {
          yield* recipe;
        }),
      );
      yield;
      expect(text()).toBe(waiting.replace('ers=1', 'ers=2'));
      open();
      yield* turns(2);
      if (!leavesFree) {
        expect(both.map((task) => task.done())).toEqual([true, false]);
        open();
      }
      yield* gather(both);
    }));

  // The step in which it is cancelled, among: queued, begun, waiting, let go on, and after that.
  it.each([0, 1, 2, 3, 4])(
    'loses nothing when the task is cancelled in turn %i and it is let go on in turn 2',
    (turn) =>
      virtually(function* () {
        for (const order of ['cancelled first', 'let go on first']) {
          for (const alone of [true, false]) {
            const { start, close, open, text } = make();
            close();
            const within = function* () {
              return yield* start();
            };
            const task = alone ? createTask(start()) : createTask(within);
            for (let now = 0; now < 5; now++) {
              if (order === 'cancelled first' && now === turn) task.cancel();
              if (now === 2) open();
              if (order === 'let go on first' && now === turn) task.cancel();
              yield;
            }
            expect(task.done()).toBe(true);
            expect(text()).toBe(task.cancelled() ? free : after);
          }
        }
      }),
  );

  it('leaves the turn to the next one when it is cancelled in the turn in which its own came', () =>
    virtually(function* () {
      const { start, close, open, text } = make();
      close();
      const first = createTask(start());
      const second = createTask(start());
      yield;
      open();
      first.cancel();
      yield* turns(3);
      expect(first.cancelled()).toBe(true);
      expect(second.done()).toBe(true);
      expect(text()).toBe(after);
    }));

  it('leaves when what waits is closed, as when its pipeline is unsubscribed', () =>
    virtually(function* () {
      const { start, close, open, text } = make();
      close();
      const subscription = start().subscribe();
      yield;
      expect(text()).toBe(waiting);
      subscription.unsubscribe();
      yield* turns(2);
      expect(text()).toBe(taken);
      open();
      expect(text()).toBe(free);
    }));

  it('leaves when somebody iterates it by hand and stops', () =>
    virtually(function* () {
      const { start, close, open, text } = make();
      close();
      const run = (start() as unknown as Iterable<unknown>)[Symbol.iterator]();
      run.next();
      expect(text()).toBe(waiting);
      expect(run.return?.('over')).toEqual({ done: true, value: 'over' });
      expect(text()).toBe(taken);
      run.return?.();
      open();
      expect(text()).toBe(free);
    }));

  it('refuses to be iterated as a collection, and leaves', () =>
    virtually(function* () {
      const { start, close, open, text } = make();
      close();
      const mistaken = createTask(function* () {
        for (const each of start() as unknown as Iterable<unknown>) void each;
      });
      const error = yield* errorOf(mistaken);
      expect(String(error)).toContain('was iterated as a collection: write `yield* future`');
      expect(text()).toBe(taken);
      open();
      expect(text()).toBe(free);
    }));

  it('gives the message of who cancelled it', () =>
    virtually(function* () {
      const { start, close } = make();
      close();
      const task = createTask(start());
      yield;
      task.cancel('no more');
      const error = yield* errorOf(task);
      expect(error).toBeInstanceOf(CancelledError);
      expect((error as Error).message).toBe('no more');
    }));
});
