import { COROUTINE_FUNCTION, START } from './protocol.js';
import { got, text } from './text.js';

/** Refuses what cannot be a plain callback. @internal */
export function assertCallback(call: string, callback: unknown): void {
  if (typeof callback !== 'function') {
    throw new TypeError(`${call}: expected a function, got ${got(callback)}`);
  }
  const tag = (callback as { [Symbol.toStringTag]?: string })[Symbol.toStringTag];
  if (tag === 'GeneratorFunction' || tag === 'AsyncGeneratorFunction') {
    const { name } = callback;
    throw new TypeError(
      `${call}: expected a plain function, got the generator function ${name || '(anonymous)'}, which nobody would run; ` +
        'start it as a task: () => createTask(body)',
    );
  }
  if (COROUTINE_FUNCTION in callback) {
    throw new TypeError(
      `${call}: expected a plain function, got ${callback.name || 'an anonymous one'} of coroutine(), whose coroutine nobody ` +
        'would run; start it as a task: () => createTask(work())',
    );
  }
}

/** Refuses what a callback returned if it is a recipe that the caller meant to be run. @internal */
export function assertNoCoroutine(name: string, returned: unknown): void {
  if (typeof returned === 'object' && returned !== null && START in returned) {
    throw new TypeError(
      `the ${name} returned ${text(returned)}, a coroutine, which nobody runs; start it: () => createTask(work())`,
    );
  }
}
