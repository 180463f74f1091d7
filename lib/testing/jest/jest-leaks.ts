import { type EventLoop, type Task, allTasks, getEventLoop, got, text } from '../../kernel/index.js';
import { leakText } from '../reports/leak-error.js';
import { rememberPlace } from '../reports/places.js';
import { realHost } from '../clock/real-host.js';

/** Where checks of every test are registered: Jest's globals, or those of @jest/globals. */
export interface TestHooks {
  beforeEach(hook: () => void): unknown;
  afterEach(hook: () => Promise<void>): unknown;
}

/**
 * From here on each test fails that leaves tasks running on the default loop, with a list of them: what they wait for, and where
 * they were made. Call it once, in a file of Jest's `setupFilesAfterEnv`:
 *
 * ```ts no-run
 * import { checkLeaks } from 'rxtasks/testing/jest';
 *
 * checkLeaks();
 * ```
 *
 * Each task is told once, by the test that made it. A task that ends within a turn of the event loop of Node is none; the hooks
 * `afterEach` of the test's own file run later than this check if they stand outside of any `describe`.
 *
 * **Cancellation:** what is told is cancelled, so that it disturbs no other test: its clean-up runs, and has one turn before the
 * next test begins.
 *
 * @param hooks default: the global `beforeEach` and `afterEach`
 *
 * **Errors:** TypeError for what are no hooks, or where there are no global ones.
 */
export function checkLeaks(hooks: TestHooks = globalHooks()): void {
  if (typeof hooks?.beforeEach !== 'function' || typeof hooks.afterEach !== 'function') {
    throw new TypeError(`checkLeaks(hooks): expected { beforeEach, afterEach } of @jest/globals, got ${got(hooks)}`);
  }
  const loop = getEventLoop();
  rememberPlaces(loop);
  const known = new WeakSet<Task<unknown>>();
  const fresh = () => [...allTasks(loop)].filter((task) => !known.has(task));
  hooks.beforeEach(() => {
    for (const task of fresh()) known.add(task);
  });
  hooks.afterEach(async () => {
    if (fresh().length === 0) return;
    await turn();
    const leaks = fresh();
    if (leaks.length === 0) return;
    const text = leakText(leaks, 'the test ended');
    for (const task of leaks) {
      known.add(task);
      task.cancel('it was still running when its test ended');
    }
    await turn();
    throw new Error(text);
  });
}

/** Beside whoever observes the loop already. */
function rememberPlaces(loop: EventLoop): void {
  const before = loop.observer;
  loop.observer = {
    ...before,
    created(task) {
      rememberPlace(task);
      before?.created?.(task);
    },
  };
}

/** One turn of the runtime, of whatever timers are faked. */
function turn(): Promise<void> {
  const host = realHost();
  return new Promise<void>((resolve) => host.soon(resolve)).finally(() => host.close());
}

function globalHooks(): TestHooks {
  const { beforeEach, afterEach } = globalThis as Partial<TestHooks>;
  if (typeof beforeEach !== 'function' || typeof afterEach !== 'function') {
    throw new TypeError(
      `checkLeaks(hooks): there are no global hooks here, beforeEach is ${text(beforeEach)}; call it in a file of Jest's ` +
        'setupFilesAfterEnv, or give { beforeEach, afterEach } of @jest/globals',
    );
  }
  return { beforeEach, afterEach };
}
