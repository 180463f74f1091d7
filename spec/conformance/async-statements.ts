import { asCompleted, Barrier, isCancelled, sleep, TaskGroup, Timeout, wait } from 'rxtasks';
import type { Future, Lock, ReturnWhen } from 'rxtasks';

import { callPrimitive, checkNames, evaluate } from './awaitables.js';
import { holds } from './conditions.js';
import { matches } from './errors.js';
import type { Interpreter, Signal, Steps } from './interpreter.js';
import type { AsyncStatement, AsyncStatements, PrimitiveFields, PrimitiveKind } from './program.js';
import { withBlock } from './with-block.js';

/** Runs one statement; `caught` is what the `except` clause around it, if any, caught. */
type Run<Fields> = (interpreter: Interpreter, statement: Fields, caught: unknown) => Steps<Signal>;

type Table = { readonly [K in keyof AsyncStatements]: Run<AsyncStatements[K]> };

/** The statements that may suspend; each records its event as soon as it has resumed. */
const table: Table = {
  *sleep(on, { ms, value }) {
    on.record('sleep', yield* sleep(ms, value));
  },

  *sleep0(on) {
    yield* sleep(0);
    on.record('sleep0');
  },

  *await(on, { of }) {
    checkNames(on, of);
    on.record('await', yield* evaluate(on, of));
  },

  *wait(on, { of, timeout, when }) {
    const futures = of.map((name) => on.names.get<Future<unknown>>(name));
    const { done, pending } = yield* wait(futures, { timeout: timeout ?? null, returnWhen: when as ReturnWhen });
    const namesIn = (set: ReadonlySet<unknown>) =>
      [...new Set(of.filter((_, index) => set.has(futures[index])))].sort();
    on.record('wait', { done: namesIn(done), pending: namesIn(pending) });
  },

  *as_completed(on, statement, caught) {
    return yield* statement.mode === 'plain'
      ? asCompletedPlain(on, statement, caught)
      : asCompletedAsync(on, statement, caught);
  },

  *timeout(on, { name, ms, at, body }, caught) {
    const scope = at !== undefined ? Timeout.at(at) : new Timeout(ms ?? null);
    on.names.bind(name, scope);
    const signal = yield* scope.run(() => on.block(body, caught));
    on.record('timeout_exit', scope.expired());
    return signal;
  },

  *taskgroup(on, { name, body }, caught) {
    const group = new TaskGroup();
    on.names.bind(name, group);
    const signal = yield* group.run(() => on.block(body, caught));
    on.record('taskgroup_exit');
    return signal;
  },

  *with(on, { of, body }, caught) {
    const subject = on.names.get<Lock | Barrier>(of);
    let signal: Signal;
    if (subject instanceof Barrier) {
      on.record('with_enter', yield* subject.wait());
      signal = yield* on.block(body, caught);
    } else {
      signal = yield* withBlock(on, subject, () => on.block(body, caught));
    }
    on.record('with_exit');
    return signal;
  },

  *try(on, statement, caught) {
    let signal: Signal;
    let failed = false;
    try {
      try {
        signal = yield* on.block(statement.body, caught);
      } catch (error) {
        failed = true;
        const handler = statement.except?.find(({ match }) => matches(error, match));
        if (!handler) throw error;
        on.record('caught', error);
        signal = yield* on.block(handler.body, error);
      }
      if (!failed && signal === undefined && statement.else) signal = yield* on.block(statement.else, caught);
    } finally {
      if (statement.finally) {
        on.record('finally');
        yield* on.block(statement.finally, caught);
      }
    }
    return signal;
  },

  *repeat(on, { n, body }, caught) {
    for (let round = 0; round < n; round += 1) {
      const signal = yield* on.block(body, caught);
      if (signal) return signal;
    }
    return undefined;
  },

  *if(on, statement, caught) {
    const arm = holds(on, statement.cond) ? statement.then : statement.else;
    return yield* on.block(arm ?? [], caught);
  },

  *return(_, { value }) {
    return { value: value ?? null };
  },

  *reraise(_, __, caught) {
    throw caught;
  },

  acquire: primitive('acquire'),
  event_wait: primitive('event_wait'),
  cond_wait: primitive('cond_wait'),
  cond_wait_for: primitive('cond_wait_for'),
  barrier_wait: primitive('barrier_wait'),
  barrier_reset: primitive('barrier_reset'),
  barrier_abort: primitive('barrier_abort'),
  put: primitive('put'),
  get: primitive('get'),
  join: primitive('join'),
};

/** Runs one statement that may suspend. */
export function executeAsync(interpreter: Interpreter, statement: AsyncStatement, caught: unknown): Steps<Signal> {
  return (table[statement.op] as Run<AsyncStatement>)(interpreter, statement, caught);
}

function primitive(kind: PrimitiveKind): Run<PrimitiveFields> {
  return function* (on, statement) {
    on.names.get(statement.of);
    on.record(kind, yield* callPrimitive(on, kind, statement));
    return undefined;
  };
}

type AsCompleted = AsyncStatements['as_completed'];

/** Takes the awaitables from the iterator and awaits each. */
function* asCompletedPlain(on: Interpreter, statement: AsCompleted, caught: unknown): Steps<Signal> {
  const futures = statement.of.map((name) => on.names.get<Future<unknown>>(name));
  const iterator = asCompleted(futures, { timeout: statement.timeout ?? null })[Symbol.iterator]();
  for (let left = statement.max ?? Infinity; left > 0; left -= 1) {
    const next = iterator.next();
    if (next.done) break;
    try {
      on.record('completed', yield* next.value);
    } catch (error) {
      if (isCancelled(error) || statement.on_error !== 'log') throw error;
      on.record('completed', error);
    }
    const signal = yield* on.block(statement.body ?? [], caught);
    if (signal) return signal;
  }
  on.record('as_completed_end');
  return undefined;
}

/** Awaits the steps of the asynchronous iteration, which give the futures themselves. */
function* asCompletedAsync(on: Interpreter, statement: AsCompleted, caught: unknown): Steps<Signal> {
  const futures = statement.of.map((name) => on.names.get<Future<unknown>>(name));
  const names = new Map(futures.map((future, index) => [future, statement.of[index]]));
  const iteration = asCompleted(futures, { timeout: statement.timeout ?? null });
  for (let left = statement.max ?? Infinity; left > 0; left -= 1) {
    let future: Future<unknown> | undefined;
    try {
      future = yield* iteration.nextDone();
    } catch (error) {
      if (isCancelled(error) || statement.on_error !== 'log') throw error;
      on.record('completed', error);
      continue;
    }
    if (future === undefined) break;
    on.record('completed', { name: names.get(future) ?? '?', cancelled: future.cancelled() });
    const signal = yield* on.block(statement.body ?? [], caught);
    if (signal) return signal;
  }
  on.record('as_completed_end');
  return undefined;
}
