import {
  Coroutine,
  Future,
  type Resume,
  type Task,
  type TaskSource,
  coroutine,
  currentTask,
  resultOf,
  sleep,
} from 'rxtasks';
import { type Script, type Sent, type Start, type Style, type Wait, type Waiter, advance, isBare } from './style.js';

/** What `yield*` and `await` take. */
export function awaitable(wait: Wait): Coroutine<unknown> | Future<unknown> {
  if (isBare(wait)) throw new TypeError('only async functions wait for what is not of the library');
  return Future.is(wait) || Coroutine.is(wait) ? wait : resultOf(wait as TaskSource<unknown>);
}

function* drive(script: Script): Generator<void, unknown, Resume> {
  let sent: Sent;
  for (;;) {
    const step = advance(script, sent);
    if (step.done) return step.value;
    try {
      sent = { value: yield* awaitable(step.value) };
    } catch (error) {
      sent = { error };
    }
  }
}

/** A coroutine that runs the script. */
export const scripted = coroutine(function* (start: Start, task?: Task<unknown> | null, waiter?: Waiter | null) {
  const self = task ?? currentTask();
  return yield* drive(start(self, waiter ?? self));
});

/** Everything is a generator, every wait a `yield*`. */
export const coroutines: Style = {
  name: 'coroutine',
  catches: true,
  source: (start) =>
    function* (task: Task<unknown>) {
      return yield* drive(start(task, task));
    },
  scope: (start) =>
    function* (scope: Waiter | undefined) {
      return yield* drive(start(currentTask(), scope ?? currentTask()));
    },
  call: (start, task, waiter) => scripted(start, task, waiter),
  sleep: (_, ms) => sleep(ms),
};
