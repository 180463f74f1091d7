import { deepStrictEqual } from 'node:assert';

import type { Observable } from 'rxjs';
import type { TestScheduler } from 'rxjs/testing';
import { type Future, type Task, createTask, sleep } from 'rxtasks';
import { type TaskRunHelpers, TaskTestScheduler } from 'rxtasks/testing';
import { expectTypeOf } from './expect-type.js';

declare const task: Task<string, boolean>;
declare const future: Future<number>;

// it is one of RxJS's
const scheduler: TestScheduler = new TaskTestScheduler();
new TaskTestScheduler((actual, expected) => expect(actual).toEqual(expected));
new TaskTestScheduler(deepStrictEqual);
// @ts-expect-error no function
new TaskTestScheduler(5);

const result = new TaskTestScheduler().run(({ cold, hot, expectTask, expectObservable, expectSubscriptions, time }) => {
  expectTypeOf(expectTask(task).toBe('s-(r|)', { r: 5 }, new Error())).is<void>();
  expectTask(createTask(sleep(5))).toBe('s-|');
  expectTask('by name').toBe('s#', undefined, 'error');
  expectObservable(cold('a|')).toBe('a|');
  expectSubscriptions(hot('a').subscriptions).toBe('^');
  expectTypeOf(time('--|')).is<number>();
  // @ts-expect-error a future has no lane
  expectTask(future).toBe('s');
  // @ts-expect-error a diagram is a string
  expectTask(task).toBe(['s']);
  // @ts-expect-error values by their letters
  expectTask(task).toBe('s', 5);
  return createTask(sleep(1, 'x'));
});
expectTypeOf(result).is<Task<string>>();

function helper({ cold, expectTask }: TaskRunHelpers): Observable<string> {
  expectTask(task).toBe('s');
  return cold('a|');
}
expectTypeOf(new TaskTestScheduler().run(helper)).is<Observable<string>>();
scheduler.run(({ cold }) => cold('a'));
