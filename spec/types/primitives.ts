import {
  Barrier,
  BoundedSemaphore,
  Condition,
  type Coroutine,
  Event,
  type Guard,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  Semaphore,
  type Truthy,
  coroutine,
  sleep,
} from 'rxtasks';
import { expectTypeOf } from './expect-type.js';

const lock = new Lock();
const semaphore: Semaphore = new BoundedSemaphore(2);
const condition = new Condition(lock);

// locks ----------------------------------------------------------------------------------------------

expectTypeOf(lock.acquire()).is<Coroutine<Guard>>();
expectTypeOf(semaphore.acquire()).is<Coroutine<Guard>>();
expectTypeOf(condition.acquire()).is<Coroutine<Guard>>();
expectTypeOf(lock.runExclusive(() => sleep(1, 'x'))).is<Coroutine<string>>();
expectTypeOf(semaphore.runExclusive(async () => 5)).is<Coroutine<number>>();
expectTypeOf(
  condition.runExclusive(function* () {
    yield* sleep(1);
    return true;
  }),
).is<Coroutine<boolean>>();
coroutine(function* () {
  using held = yield* lock.acquire();
  expectTypeOf(held.release()).is<void>();
});
// @ts-expect-error a body waits for something
lock.runExclusive(() => 5);
// @ts-expect-error a condition has a lock, no semaphore
new Condition(semaphore);
// @ts-expect-error a number of permits
new Semaphore('two');

// waiting --------------------------------------------------------------------------------------------

declare const found: string | undefined;
declare const count: number;
expectTypeOf(condition.wait()).is<Coroutine<true>>();
expectTypeOf(condition.waitFor(() => found)).is<Coroutine<string>>();
expectTypeOf(condition.waitFor(() => count > 0)).is<Coroutine<true>>();
declare const truthy: Truthy<'' | 'x' | 0 | null | Date>;
expectTypeOf(truthy).is<'x' | Date>();
expectTypeOf(new Event().wait()).is<Coroutine<true>>();
expectTypeOf(new Event().isSet()).is<boolean>();
const barrier = new Barrier(2);
expectTypeOf(barrier.wait()).is<Coroutine<number>>();
expectTypeOf(barrier.parties).is<number>();
// @ts-expect-error a barrier has a number of parties
new Barrier();

// queues ---------------------------------------------------------------------------------------------

const queue = new Queue<string>(5);
expectTypeOf(queue.get()).is<Coroutine<string>>();
expectTypeOf(queue.put('x')).is<Coroutine<void>>();
expectTypeOf(queue.getNowait()).is<string>();
expectTypeOf(queue.join()).is<Coroutine<void>>();
const stack: Queue<string> = new LifoQueue<string>();
expectTypeOf(new PriorityQueue(0, (a: Date, b: Date) => a.getTime() - b.getTime()).getNowait()).is<Date>();
// @ts-expect-error another item
queue.putNowait(5);
// @ts-expect-error the comparison of another item
new PriorityQueue<string>(0, (a: number, b: number) => a - b);
