import { type Observable, from } from 'rxjs';
import {
  type Coroutine,
  type PriorityQueue,
  type Queue,
  type Task,
  createTask,
  mapTask,
  resultOf,
  sleep,
} from 'rxtasks';
import { expectTypeOf } from './expect-type.js';

declare const queue: Queue<number>;
declare const urgent: PriorityQueue<readonly [number, string]>;

// asynchronous iteration gives the items
async function iterate() {
  for await (const item of queue) expectTypeOf(item).is<number>();
  for await (const item of urgent) expectTypeOf(item).is<readonly [number, string]>();
  const step = await queue[Symbol.asyncIterator]().next();
  if (step.done) expectTypeOf(step.value).is<undefined>();
  else expectTypeOf(step.value).is<number>();
}
// @ts-expect-error plain iteration would have to wait
for (const item of queue);

// and a queue is a source
expectTypeOf(createTask(queue)).is<Task<number>>();
expectTypeOf(resultOf(queue)).is<Coroutine<number>>();
expectTypeOf(mapTask(queue, (n) => sleep(n, 'x'))).is<AsyncIterable<string>>();
expectTypeOf(from(queue)).is<Observable<number>>();
