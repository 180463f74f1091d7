import { inspect } from 'node:util';
import { VirtualTimeScheduler } from 'rxjs';
import { Condition, Event, EventLoop, Lock, Queue, RuntimeError, Semaphore, type Coroutine } from 'rxtasks';

/** Runs `acquire` as a task of a loop of its own, and gives the task as it is when nothing moves any more. */
function onNewLoop<T>(make: () => Coroutine<T>) {
  const scheduler = new VirtualTimeScheduler();
  const task = new EventLoop({ scheduler }).createTask(make());
  scheduler.flush();
  return task;
}

describe('a primitive', () => {
  it('belongs to the loop on which somebody first had to wait, and refuses to make tasks of another one wait', () => {
    const lock = new Lock();
    expect(onNewLoop(() => lock.acquire()).done()).toBe(true);
    expect(onNewLoop(() => lock.acquire()).done()).toBe(false);
    const foreign = onNewLoop(() => lock.acquire());
    expect(foreign.exception()).toBeInstanceOf(RuntimeError);
    expect((foreign.exception() as Error).message).toBe(
      '<Lock locked waiters=1> belongs to another event loop: tasks of one loop have waited for it, and now a task of ' +
        'another loop has to wait; make one for each loop, for example inside the main coroutine of each run()',
    );
  });

  it('may be used on several loops as long as nobody waits', () => {
    const lock = new Lock();
    for (let i = 0; i < 3; i++) {
      onNewLoop(() => lock.acquire())
        .result()
        .release();
      expect(lock.locked()).toBe(false);
    }
  });

  it('of whichever kind refuses', () => {
    const condition = new Condition();
    void onNewLoop(() => condition.acquire());
    const waits: (() => Coroutine<unknown>)[] = [
      (
        (semaphore) => () =>
          semaphore.acquire()
      )(new Semaphore(0)),
      (
        (event) => () =>
          event.wait()
      )(new Event()),
      (
        (queue) => () =>
          queue.get()
      )(new Queue()),
      (
        (queue) => () =>
          queue.join()
      )(unfinished()),
      () => condition.acquire(),
    ];
    for (const wait of waits) {
      expect(onNewLoop(wait).done()).toBe(false);
      expect(onNewLoop(wait).exception()).toBeInstanceOf(RuntimeError);
    }
  });

  it('is shown by console.log as by String()', () => {
    expect(inspect(new Lock())).toBe('<Lock unlocked>');
    expect(inspect({ queue: new Queue(2) })).toBe('{ queue: <Queue maxsize=2 size=0> }');
  });
});

function unfinished(): Queue<number> {
  const queue = new Queue<number>();
  queue.putNowait(1);
  return queue;
}
