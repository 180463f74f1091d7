import { type Task, type TaskSource, currentTask, sleep } from 'rxtasks';
import { awaitable } from './coroutines.js';
import { type Script, type Sent, type Style, type Wait, type Waiter, advance, isBare } from './style.js';

type Await = (wait: Wait, waiter: Waiter | null) => PromiseLike<unknown>;

async function drive(script: Script, wait: Await, waiter: Waiter | null): Promise<unknown> {
  let sent: Sent;
  for (;;) {
    const step = advance(script, sent);
    if (step.done) return step.value;
    try {
      sent = { value: await (isBare(step.value) ? step.value.bare() : wait(step.value, waiter)) };
    } catch (error) {
      sent = { error };
    }
  }
}

function asyncStyle(name: Style['name'], wait: Await): Style {
  return {
    name,
    catches: true,
    source: (start, around) => async (task: Task<unknown>) => drive(start(task, task), wait, around ?? task),
    scope: (start, around) => async (scope: Waiter | undefined) => {
      const task = currentTask();
      const waiter = scope ?? around ?? task;
      return drive(start(task, waiter), wait, waiter);
    },
    call: (start, task, waiter) => ({ bare: async () => drive(start(task, waiter), wait, waiter) }),
    sleep: (_, ms) => sleep(ms),
  };
}

/** Async functions whose task is known by the ambient context. */
export const ambient: Style = asyncStyle('async', (wait) => awaitable(wait));

/** Async functions that wait by `task.resultOf` and `scope.resultOf`. */
export const explicit: Style = asyncStyle('explicit', (wait, waiter) => waiter!.resultOf(wait as TaskSource<unknown>));
