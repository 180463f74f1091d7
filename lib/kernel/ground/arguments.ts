import { COROUTINE_FUNCTION, START } from './protocol.js';
import { got, text } from './text.js';

/**
 * The checks of arguments. Each is named `assert…` and takes, in the order of the sentence that it throws, the call, what is
 * expected, what came and the cure. Here is what needs no more than the language to decide; what has to know a type of this
 * library, as `assertSource` does, or the options of one call, stands beside that type or that call.
 */

/** The sentence of a refusal: the call, what it expects, what came, what to do. @internal */
export function refusal(call: string, expected: string, value: unknown, cure?: string): string {
  return `${call}: expected ${expected}, got ${got(value)}${cure === undefined ? '' : `; ${cure}`}`;
}

/** Any function. **Errors:** TypeError. @internal */
export function assertFunction(call: string, expected: string, value: unknown, cure?: string): void {
  if (typeof value !== 'function') throw new TypeError(refusal(call, expected, value, cure));
}

/** A plain function, which does what it does when it is called. **Errors:** TypeError. @internal */
export function assertCallback(call: string, callback: unknown): asserts callback is (...args: never[]) => unknown {
  if (typeof callback !== 'function') throw new TypeError(refusal(call, 'a function', callback));
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

/** What a callback returned, if it is no recipe that somebody meant to be run. **Errors:** TypeError. @internal */
export function assertNoCoroutine(name: string, returned: unknown): void {
  if (typeof returned === 'object' && returned !== null && START in returned) {
    throw new TypeError(
      `the ${name} returned ${text(returned)}, a coroutine, which nobody runs; start it: () => createTask(work())`,
    );
  }
}

/** What runs in a scope. **Errors:** TypeError. @internal */
export function assertBody(call: string, body: unknown): void {
  assertFunction(
    call,
    'body to be a generator function, an async function or a function that returns an Observable',
    body,
  );
}

/** A time, also a negative or an infinite one. **Errors:** TypeError; RangeError for NaN. @internal */
export function assertTime(call: string, name: string, value: unknown): asserts value is number {
  if (typeof value !== 'number') throw new TypeError(refusal(call, `${name} in milliseconds, a number`, value));
  if (Number.isNaN(value)) throw new RangeError(`${call}: expected ${name} in milliseconds, got NaN`);
}

/** A time, or null or undefined: no limit. **Errors:** those of `assertTime`. @internal */
export function assertLimit(call: string, name: string, value: unknown): asserts value is number | null | undefined {
  if (value !== null && value !== undefined) assertTime(call, name, value);
}

/** Any number but NaN. **Errors:** TypeError; RangeError for NaN. @internal */
export function assertNumber(call: string, expected: string, value: unknown, cure: string): asserts value is number {
  if (typeof value !== 'number') throw new TypeError(refusal(call, expected, value, cure));
  if (Number.isNaN(value)) throw new RangeError(refusal(call, expected, value, cure));
}

/** A number of at least so many, also an infinite one. **Errors:** RangeError. @internal */
export function assertAtLeast(call: string, least: number, value: unknown): asserts value is number {
  if (typeof value === 'number' && value >= least) return;
  throw new RangeError(refusal(call, `a number of ${least} or more`, value));
}

/** An option that is how many, if it is given. **Errors:** TypeError, RangeError. @internal */
export function assertCount(call: string, option: string, least: number, value: unknown): void {
  if (value === undefined) return;
  if (typeof value !== 'number') throw new TypeError(refusal(call, `${option} to be a number`, value));
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(`${call}: expected ${option} to be a whole number from ${least}, got ${value}`);
  }
}

/** An option that is one of these words, if it is given. **Errors:** TypeError. @internal */
export function assertOneOf(call: string, option: string, words: readonly string[], value: unknown): void {
  if (value === undefined || words.includes(value as string)) return;
  const expected = words.map((word) => `'${word}'`).join(' or ');
  throw new TypeError(refusal(call, `${option} to be ${expected}`, value));
}
