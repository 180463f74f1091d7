import { isAbortSignal } from '../ground/abort-signals.js';
import { got } from '../ground/text.js';
import { Context } from '../now/context.js';
import { kindOf } from '../sources/source.js';

/**
 * Refuses wrong options, before there is a task: nothing of it runs, listens or is listed. A generator that was to be run is
 * closed, since nobody will.
 *
 * @internal
 */
export function assertTaskOptions(call: string, options: unknown, source?: unknown): void {
  try {
    check(call, options);
  } catch (error) {
    if (kindOf(source) === 'generator') (source as Generator).return(undefined);
    throw error;
  }
}

function check(call: string, options: unknown): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      `${call}: expected options to be an object, got ${got(options)}; name each, as in { name: 'a' }, and give arguments to a ` +
        'function by another one, () => work(1)',
    );
  }
  const { name, eager, signal, context, loop } = options as Record<string, unknown>;
  if (name !== undefined && typeof name !== 'string') assertText(call, name);
  if (eager !== undefined && typeof eager !== 'boolean') {
    throw wrong(call, 'eager to be true or false', eager, 'leave it out to start in the next iteration of the loop');
  }
  if (signal !== undefined) assertSignal(call, signal);
  if (context !== undefined && !(context instanceof Context)) {
    throw wrong(call, 'context to be a Context', context, 'pass that of a task, task.context, or Context.current()');
  }
  if (loop !== undefined && !(typeof loop === 'object' && loop !== null && 'callSoon' in loop)) {
    throw wrong(call, 'loop to be an EventLoop', loop, 'leave it out to run on the loop at hand');
  }
}

/** Refuses what is no AbortSignal. @internal */
export function assertSignal(call: string, signal: unknown): void {
  if (!isAbortSignal(signal)) {
    throw wrong(call, 'signal to be an AbortSignal', signal, 'of an AbortController pass controller.signal');
  }
}

/** As in asyncio a name may be anything that has a text. */
function assertText(call: string, name: unknown): void {
  try {
    String(name);
  } catch {
    throw wrong(call, 'name to be a string', name, 'leave it out to get a number as name');
  }
}

function wrong(call: string, expected: string, value: unknown, cure: string): TypeError {
  return new TypeError(`${call}: expected ${expected}, got ${got(value)}; ${cure}`);
}
