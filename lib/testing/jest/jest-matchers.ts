import {
  Coroutine,
  EventLoop,
  Future,
  PEEK,
  allTasks,
  errorText,
  getEventLoop,
  got,
  isErrorLike,
  text,
} from '../../kernel/index.js';
import { runningText } from '../reports/who-waits.js';

/** What a matcher of Jest finds in `this`; as much of it as is needed here. */
interface MatcherContext {
  readonly isNot?: boolean | undefined;
  readonly promise?: string | undefined;
  readonly customTesters?: readonly unknown[] | undefined;
  equals(a: unknown, b: unknown, testers?: readonly unknown[]): boolean;
  readonly utils: {
    matcherHint(name: string, received?: string, expected?: string, options?: object): string;
    printExpected(value: unknown): string;
    printReceived(value: unknown): string;
    RECEIVED_COLOR(text: string): string;
    EXPECTED_COLOR(text: string): string;
    printDiffOrStringify(expected: unknown, received: unknown, a: string, b: string, expand: boolean): string;
    readonly iterableEquality: unknown;
    readonly subsetEquality: unknown;
  };
}

interface Verdict {
  readonly pass: boolean;
  readonly message: () => string;
}

/** An `expect` of Jest. */
export interface ExpectLike {
  extend(matchers: any): void; // eslint-disable-line @typescript-eslint/no-explicit-any -- typed by each make of Jest anew
  addEqualityTesters?(testers: any[]): void; // eslint-disable-line @typescript-eslint/no-explicit-any
}

/**
 * Gives an `expect` of Jest the matchers of rxtasks, and teaches its `toEqual` that futures and coroutines are equal only to
 * themselves (it would iterate them). `import 'rxtasks/testing/jest'` does so with the global `expect`; this is for those who
 * have none:
 *
 * ```ts no-run
 * import { expect } from '@jest/globals';
 * import { extendExpect } from 'rxtasks/testing/jest';
 *
 * extendExpect(expect);
 * ```
 *
 * **Errors:** TypeError for what has no `extend`.
 */
export function extendExpect(expect: ExpectLike): void {
  if (typeof expect?.extend !== 'function') {
    throw new TypeError(`extendExpect(expect): expected the expect of Jest, got ${got(expect)}`);
  }
  expect.extend(matchers);
  expect.addEqualityTesters?.([sameFuture]);
}

const matchers = {
  toBePending(this: MatcherContext, received: unknown): Verdict {
    return judge(this, 'toBePending', '', received, (future) => ({
      pass: !future.done(),
      expected: state(this, 'a pending task or future'),
    }));
  },

  toHaveResult(this: MatcherContext, received: unknown, expected: unknown): Verdict {
    return judge(this, 'toHaveResult', 'expected', received, (future) => {
      const finished = future.done() && !future.cancelled() && !future.failed;
      const result = finished ? future.result() : undefined;
      const pass = finished && this.equals(result, expected, testers(this));
      if (!finished || pass) return { pass, expected: state(this, `the result ${this.utils.printExpected(expected)}`) };
      return {
        pass,
        difference: () =>
          this.utils.printDiffOrStringify(expected, result, 'Expected result', 'Received result', false),
      };
    });
  },

  toHaveFailedWith(this: MatcherContext, received: unknown, ...rest: unknown[]): Verdict {
    return judge(this, 'toHaveFailedWith', rest.length === 0 ? '' : 'expected', received, (future) => ({
      pass: future.failed && (rest.length === 0 || isFailure(this, outcomeOf(future), rest[0])),
      expected: state(this, rest.length === 0 ? 'a failure' : `a failure by ${failureText(this, rest[0])}`),
    }));
  },

  toBeCancelled(this: MatcherContext, received: unknown, ...rest: unknown[]): Verdict {
    return judge(this, 'toBeCancelled', rest.length === 0 ? '' : 'message', received, (future) => ({
      pass: future.cancelled() && (rest.length === 0 || matches(this, messageOf(outcomeOf(future)), rest[0])),
      expected: state(
        this,
        rest.length === 0
          ? 'a cancelled task or future'
          : `one that was cancelled with the message ${this.utils.printExpected(rest[0])}`,
      ),
    }));
  },

  toHaveNoRunningTasks(this: MatcherContext, received: unknown): Verdict {
    const loop = received === undefined ? getEventLoop() : received;
    const hint = this.utils.matcherHint('toHaveNoRunningTasks', received === undefined ? 'undefined' : 'loop', '', {
      isNot: this.isNot ?? false,
    });
    if (!(loop instanceof EventLoop)) {
      throw new TypeError(`${hint}\n\nExpected a loop, or undefined for the default loop, got ${got(loop)}`);
    }
    const tasks = [...allTasks(loop)];
    return {
      pass: tasks.length === 0,
      message: () =>
        tasks.length === 0
          ? `${hint}\n\nExpected running tasks, but there is none`
          : `${hint}\n\n${tasks.length === 1 ? '1 task is' : `${tasks.length} tasks are`} running:\n\n${runningText(tasks)}`,
    };
  },
};

interface Judgement {
  readonly pass: boolean;
  /** What was expected, in a line. */
  readonly expected?: string;
  /** Expected and received, if that says more. */
  readonly difference?: () => string;
}

function judge(
  context: MatcherContext,
  name: string,
  argument: string,
  received: unknown,
  look: (future: Future<unknown>) => Judgement,
): Verdict {
  const { utils } = context;
  const hint = () =>
    utils.matcherHint(name, 'task', argument, { isNot: context.isNot ?? false, promise: context.promise ?? '' });
  if (!Future.is(received)) {
    // as a part of something that is compared: it is not equal
    if (!('error' in context)) return { pass: false, message: hint };
    const cure = Coroutine.is(received) ? '; a coroutine is a recipe: createTask(…) runs it' : '';
    throw new TypeError(`${hint()}\n\nExpected a task or another future, got ${got(received)}${cure}`);
  }
  const { pass, expected, difference } = look(received);
  const message = () =>
    `${hint()}\n\n` +
    (difference?.() ?? `Expected: ${expected}\nReceived: ${utils.RECEIVED_COLOR(receivedText(received))}`) +
    advice(received);
  return { pass, message };
}

/** As its text, and the message of a cancellation, which that leaves out. */
function receivedText(future: Future<unknown>): string {
  const message = future.cancelled() ? messageOf(outcomeOf(future)) : '';
  return message === '' ? text(future) : `${text(future)}, with the message ${text(message)}`;
}

/** What a stranger wants to know next. */
function advice(future: Future<unknown>): string {
  if (!future.done()) return '\n\nIt has not ended: wait for it first, `await task`.';
  if (!future.failed) return '';
  const error = outcomeOf(future);
  return isErrorLike(error) && error.stack ? `\n\nIt failed with\n\n${error.stack}` : '';
}

function state(context: MatcherContext, what: string): string {
  return context.utils.EXPECTED_COLOR(context.isNot ? `not ${what}` : what);
}

function testers(context: MatcherContext): unknown[] {
  return [...(context.customTesters ?? []), context.utils.iterableEquality];
}

/** The error of a future that failed or was cancelled, for everybody the same: nothing is consumed. */
function outcomeOf(future: Future<unknown>): unknown {
  let outcome: unknown;
  future[PEEK](
    (value) => (outcome = value),
    (error) => (outcome = error),
  );
  return outcome;
}

function messageOf(error: unknown): string {
  return isErrorLike(error) ? error.message : text(error);
}

function isFailure(context: MatcherContext, error: unknown, expected: unknown): boolean {
  if (typeof expected === 'function') return error instanceof expected;
  if (typeof expected === 'string' && typeof error !== 'string') return messageOf(error).includes(expected);
  if (isRegExp(expected)) return expected.test(messageOf(error));
  if (isPlain(expected)) return context.equals(error, expected, [...testers(context), context.utils.subsetEquality]);
  return context.equals(error, expected, testers(context));
}

function failureText({ utils }: MatcherContext, expected: unknown): string {
  if (typeof expected === 'function') return `an instance of ${expected.name}`;
  if (typeof expected === 'string') return `an error whose message contains ${utils.printExpected(expected)}`;
  if (isRegExp(expected)) return `an error whose message matches ${utils.printExpected(expected)}`;
  return isErrorLike(expected) ? errorText(expected) : utils.printExpected(expected);
}

function matches(context: MatcherContext, message: string, expected: unknown): boolean {
  if (isRegExp(expected)) return expected.test(message);
  return context.equals(message, expected ?? '', testers(context));
}

/** Of any realm: Jest has one of its own. */
function isRegExp(value: unknown): value is RegExp {
  return Object.prototype.toString.call(value) === '[object RegExp]';
}

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || isErrorLike(value)) return false;
  return !('asymmetricMatch' in value) && Object.prototype.toString.call(value) === '[object Object]';
}

/** For `expect.addEqualityTesters`; undefined: it is for others to say. */
function sameFuture(a: unknown, b: unknown): boolean | undefined {
  const own = (value: unknown) => Future.is(value) || Coroutine.is(value);
  return own(a) || own(b) ? a === b : undefined;
}
