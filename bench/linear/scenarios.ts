import { NEVER, takeUntil } from 'rxjs';
import {
  Barrier,
  Condition,
  Event,
  Lock,
  Queue,
  type Resume,
  Semaphore,
  createTask,
  enqueued,
  gather,
  sleep,
  wait,
} from 'rxtasks';
import { assertResult } from '../assert-result.js';

/** What is done with `count` things, each of which must take no longer when there are many. Fails if it comes out wrong. */
export type Scenario = (count: number) => Generator<void, void, Resume>;

function cancelEveryOther(tasks: readonly { cancel(): boolean }[]): void {
  for (let i = 0; i < tasks.length; i += 2) tasks[i]!.cancel();
}

/** By what they say of it. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  *'a Lock serves many waiters, of which half are cancelled'(count) {
    const lock = new Lock();
    const held = yield* lock.acquire();
    let served = 0;
    const tasks = Array.from({ length: count }, () =>
      createTask(function* () {
        (yield* lock.acquire()).release();
        served++;
      }),
    );
    yield;
    cancelEveryOther(tasks);
    held.release();
    yield* tasks[count - 1]!;
    assertResult(served, count / 2);
    assertResult(String(lock), '<Lock unlocked>');
  },

  *'a Lock looks past many cancelled waiters once, not at every acquire'(count) {
    const lock = new Lock();
    const guard = yield* lock.acquire();
    const tasks = Array.from({ length: count }, () => createTask(lock.acquire()));
    yield;
    for (const task of tasks) task.cancel();
    guard.release();
    for (let i = 0; i < count; i++) (yield* lock.acquire()).release();
    assertResult(String(lock), `<Lock unlocked waiters=${count}>`);
    yield;
    assertResult(String(lock), '<Lock unlocked>');
  },

  *'a Semaphore serves many waiters, released in one go, of which half are cancelled'(count) {
    const semaphore = new Semaphore(0);
    let served = 0;
    const tasks = Array.from({ length: count }, () =>
      createTask(function* () {
        yield* semaphore.acquire();
        served++;
      }),
    );
    yield;
    cancelEveryOther(tasks);
    for (let i = 0; i < count; i++) semaphore.release();
    yield* wait(tasks);
    assertResult(served, count / 2);
    assertResult(String(semaphore), `<Semaphore unlocked value=${count / 2}>`);
  },

  *'a Condition wakes many waiters one by one'(count) {
    const condition = new Condition();
    let woken = 0;
    const tasks = Array.from({ length: count }, () =>
      createTask(function* () {
        using _held = yield* condition.acquire();
        yield* condition.wait();
        woken++;
      }),
    );
    yield;
    yield* condition.acquire();
    for (let i = 0; i < count; i++) condition.notify();
    condition.release();
    yield* tasks[count - 1]!;
    assertResult(woken, count);
    assertResult(String(condition), '<Condition unlocked>');
  },

  *'an Event pulses many times over many waiters'(count) {
    const event = new Event();
    const tasks = Array.from({ length: count }, () => createTask(event.wait()));
    yield;
    for (let i = 0; i < count; i++) {
      event.set();
      event.clear();
    }
    yield;
    assertResult(tasks.filter((task) => task.done()).length, count);
    assertResult(String(event), '<Event unset>');
  },

  *'a Barrier meets many parties'(count) {
    const barrier = new Barrier(count);
    const places = yield* gather(Array.from({ length: count }, () => barrier.wait()));
    assertResult(new Set(places).size, count);
    assertResult(barrier.nWaiting, 0);
  },

  *'a Queue serves many getters, of which half are cancelled'(count) {
    const queue = new Queue<number>();
    let sum = 0;
    const tasks = Array.from({ length: count }, () =>
      createTask(function* () {
        const item = yield* queue.get();
        sum += item;
      }),
    );
    yield;
    cancelEveryOther(tasks);
    for (let i = 0; i < count / 2; i++) queue.putNowait(1);
    yield* tasks[count - 1]!;
    assertResult(sum, count / 2);
    assertResult(String(queue), `<Queue maxsize=0 size=0 unfinished=${count / 2}>`);
  },

  *'a Queue holds many items'(count) {
    const queue = new Queue<number>();
    for (let i = 0; i < count; i++) queue.putNowait(i);
    let inOrder = 0;
    for (let i = 0; i < count; i++) if (queue.getNowait() === i) inOrder++;
    assertResult(inOrder, count);
  },

  *'a task is given up by many watchers, as takeUntil does'(count) {
    const shutdown = createTask(sleep(Infinity));
    yield;
    const watching = Array.from({ length: count }, () => NEVER.pipe(takeUntil(shutdown)).subscribe());
    for (const each of watching) each.unsubscribe();
    assertResult(watching.filter((each) => each.closed).length, count);
    shutdown.cancel();
  },

  *'an enqueued function has many calls in its line'(count) {
    let served = 0;
    const serve = enqueued(function* () {
      served++;
    });
    yield* wait(Array.from({ length: count }, () => serve()));
    assertResult(served, count);
  },
};
