import { coroutine, gather, shield, sleep, waitFor } from 'rxtasks';
import type { Barrier, Condition, Coroutine, Event, Future, Lock, Queue } from 'rxtasks';

import type { Interpreter } from './interpreter.js';
import type { Awaitable, PrimitiveFields, PrimitiveKind } from './program.js';

/** Resolves the names that an expression mentions outside the bodies of its coroutines, before anything is evaluated. */
export function checkNames(interpreter: Interpreter, expression: Awaitable): void {
  if (typeof expression === 'string') interpreter.names.get(expression);
  else if ('gather' in expression) for (const item of expression.gather) checkNames(interpreter, item);
  else if ('shield' in expression) checkNames(interpreter, expression.shield);
  else if ('wait_for' in expression) checkNames(interpreter, expression.wait_for);
  else if ('prim' in expression) interpreter.names.get(expression.of);
}

/** Evaluates an expression whose names have been checked. */
export function evaluate(interpreter: Interpreter, expression: Awaitable): Future<unknown> | Coroutine<unknown> {
  if (typeof expression === 'string') return interpreter.names.get<Future<unknown>>(expression);
  if ('coro' in expression) return interpreter.inlineBody(expression.label, expression.coro);
  if ('sleep' in expression) return sleep(expression.sleep, expression.value);
  if ('gather' in expression) {
    const sources = expression.gather.map((item) => evaluate(interpreter, item));
    return gather(sources, { returnExceptions: expression.return_exceptions ?? false });
  }
  if ('shield' in expression) return shield(evaluate(interpreter, expression.shield));
  if ('wait_for' in expression) return waitFor(evaluate(interpreter, expression.wait_for), expression.ms);
  return callPrimitive(interpreter, expression.prim, expression);
}

/** What `acquire` resumes with is recorded as `true`. */
const acquire = coroutine(function* (lock: Lock) {
  yield* lock.acquire();
  return true;
});

/** The coroutine of one awaiting method of a synchronisation object. */
export function callPrimitive(
  interpreter: Interpreter,
  kind: PrimitiveKind,
  fields: PrimitiveFields,
): Coroutine<unknown> {
  const { names, variables } = interpreter;
  switch (kind) {
    case 'acquire':
      return acquire(names.get<Lock>(fields.of));
    case 'event_wait':
      return names.get<Event>(fields.of).wait();
    case 'cond_wait':
      return names.get<Condition>(fields.of).wait();
    case 'cond_wait_for':
      return names.get<Condition>(fields.of).waitFor(() => variables.get(fields.var ?? '') >= (fields.ge ?? 0));
    case 'barrier_wait':
      return names.get<Barrier>(fields.of).wait();
    case 'barrier_reset':
      return names.get<Barrier>(fields.of).reset();
    case 'barrier_abort':
      return names.get<Barrier>(fields.of).abort();
    case 'put':
      return names.get<Queue<unknown>>(fields.of).put(fields.value);
    case 'get':
      return names.get<Queue<unknown>>(fields.of).get();
    case 'join':
      return names.get<Queue<unknown>>(fields.of).join();
  }
}
