import {
  allTasks,
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  Semaphore,
  Task,
} from 'rxtasks';
import type { Future, Handle, TaskGroup, Timeout } from 'rxtasks';

import { checkNames, evaluate } from './awaitables.js';
import { isUnnamed } from './canonical.js';
import { makeError } from './errors.js';
import type { Interpreter } from './interpreter.js';
import type { Body, SyncStatement, SyncStatements } from './program.js';

type Table = { readonly [K in keyof SyncStatements]: (interpreter: Interpreter, statement: SyncStatements[K]) => void };

/** The statements that never suspend; each records its event after the call that it makes. */
const table: Table = {
  log: (on, { v }) => on.record('log', v),
  raise: (_, { exc, msg }) => {
    throw makeError(exc, msg ?? null);
  },

  // tasks and futures
  spawn: (on, { name, body }) => {
    on.names.bind(name, on.loop.createTask(on.taskBody(body), { name }), true);
    on.record('spawn', name);
  },
  tg_spawn: (on, { group, name, body }) => {
    on.names.bind(name, on.names.get<TaskGroup>(group).createTask(on.taskBody(body), { name }), true);
    on.record('spawn', name);
  },
  cancel: (on, { of, msg }) => on.record('cancel', future(on, of).cancel(msg)),
  uncancel: (on, { of }) => on.record('uncancel', on.names.get<Task<unknown>>(of).uncancel()),
  query: (on, { of }) => {
    const subject = future(on, of);
    on.record('query', { state: stateOf(subject), cancelling: subject instanceof Task ? subject.cancelling() : null });
  },
  result: (on, { of }) => on.record('result', future(on, of).result()),
  exception: (on, { of }) => on.record('exception', future(on, of).exception()),
  let: (on, { name, of }) => {
    checkNames(on, of);
    on.names.bind(name, evaluate(on, of), true);
    on.record('let', name);
  },
  future: (on, { name }) => on.names.bind(name, on.loop.createFuture(), true),
  set_result: (on, { of, value }) => {
    future(on, of).setResult(value ?? null);
    on.record('set_result');
  },
  set_exception: (on, { of, exc, msg }) => {
    future(on, of).setException(makeError(exc, msg ?? null));
    on.record('set_exception');
  },
  add_done_callback: (on, statement) => {
    const subject = future(on, statement.of);
    subject.addDoneCallback(doneCallback(on, statement.id, statement.do ?? []));
  },
  remove_done_callback: (on, { of, id }) => {
    const subject = future(on, of);
    on.record('remove_done_callback', subject.removeDoneCallback(doneCallback(on, id, [])));
  },

  // callbacks of the loop
  call_soon: (on, statement) => on.names.bind(statement.id, on.loop.callSoon(callback(on, statement))),
  call_later: (on, statement) => on.names.bind(statement.id, on.loop.callLater(statement.ms, callback(on, statement))),
  call_at: (on, statement) => on.names.bind(statement.id, on.loop.callAt(statement.at, callback(on, statement))),
  cancel_handle: (on, { id }) => {
    const handle = on.names.get<Handle>(id);
    const before = handle.cancelled();
    handle.cancel();
    on.record('cancel_handle', [before, handle.cancelled()]);
  },

  // time-outs
  reschedule: (on, { scope, delay, at }) => {
    const timeout = on.names.get<Timeout>(scope);
    if (at !== undefined) timeout.reschedule(at);
    else timeout.reschedule(delay === null || delay === undefined ? null : on.loop.time() + delay);
    on.record('reschedule');
  },
  timeout_info: (on, { scope }) => {
    const timeout = on.names.get<Timeout>(scope);
    on.record('timeout_info', { when: timeout.when(), expired: timeout.expired() });
  },

  // synchronisation
  new: (on, statement) => on.names.bind(statement.name, make(on, statement)),
  release: (on, { of }) => {
    on.names.get<Lock>(of).release();
    on.record('release');
  },
  locked: (on, { of }) => on.record('locked', on.names.get<Lock>(of).locked()),
  event_set: (on, { of }) => {
    on.names.get<Event>(of).set();
    on.record('event_set');
  },
  event_clear: (on, { of }) => {
    on.names.get<Event>(of).clear();
    on.record('event_clear');
  },
  event_is_set: (on, { of }) => on.record('event_is_set', on.names.get<Event>(of).isSet()),
  notify: (on, { of, n }) => {
    on.names.get<Condition>(of).notify(n);
    on.record('notify');
  },
  notify_all: (on, { of }) => {
    on.names.get<Condition>(of).notifyAll();
    on.record('notify_all');
  },
  barrier_info: (on, { of }) => {
    const { parties, nWaiting, broken } = on.names.get<Barrier>(of);
    on.record('barrier_info', { parties, waiting: nWaiting, broken });
  },
  put_nowait: (on, { of, value }) => {
    queue(on, of).putNowait(value);
    on.record('put_nowait');
  },
  get_nowait: (on, { of }) => on.record('get_nowait', queue(on, of).getNowait()),
  task_done: (on, { of }) => {
    queue(on, of).taskDone();
    on.record('task_done');
  },
  shutdown: (on, { of, immediate }) => {
    queue(on, of).shutdown(immediate);
    on.record('shutdown');
  },
  queue_info: (on, { of }) => {
    const subject = queue(on, of);
    on.record('queue_info', {
      size: subject.qsize(),
      maxsize: subject.maxsize,
      empty: subject.empty(),
      full: subject.full(),
    });
  },

  // the rest
  set_var: (on, statement) => on.variables.set(statement.var, statement.value),
  inc_var: (on, statement) => {
    const value = on.variables.get(statement.var) + (statement.by ?? 1);
    on.variables.set(statement.var, value);
    on.record('inc_var', value);
  },
  all_tasks: (on) => {
    const names = [...allTasks()].map((task) => task.name);
    on.record('all_tasks', names.filter((name) => !isUnnamed(name)).sort());
  },
};

export function isSync(statement: { readonly op: string }): statement is SyncStatement {
  return Object.hasOwn(table, statement.op);
}

/** Executes one statement that never suspends. */
export function executeSync(interpreter: Interpreter, statement: SyncStatement): void {
  (table[statement.op] as (interpreter: Interpreter, statement: SyncStatement) => void)(interpreter, statement);
}

function future(interpreter: Interpreter, name: string): Future<unknown> {
  return interpreter.names.get<Future<unknown>>(name);
}

function queue(interpreter: Interpreter, name: string): Queue<unknown> {
  return interpreter.names.get<Queue<unknown>>(name);
}

function stateOf(subject: Future<unknown>): string {
  if (!subject.done()) return 'pending';
  return subject.cancelled() ? 'cancelled' : 'finished';
}

function callback(interpreter: Interpreter, statement: { readonly id: string; readonly do?: Body }): () => void {
  return () => {
    interpreter.record('call', statement.id);
    interpreter.syncBlock(statement.do ?? []);
  };
}

/** The one function called `id`, with the body that its first mention gives it. */
function doneCallback(interpreter: Interpreter, id: string, body: Body): (subject: Future<unknown>) => void {
  let found = interpreter.doneCallbacks.get(id);
  if (!found) {
    found = (subject) => {
      interpreter.record('callback', { id, of: interpreter.nameOf(subject), state: stateOf(subject) });
      interpreter.syncBlock(body);
    };
    interpreter.doneCallbacks.set(id, found);
  }
  return found;
}

function make(interpreter: Interpreter, { type, lock, value, parties, maxsize }: SyncStatements['new']): object {
  switch (type) {
    case 'lock':
      return withLock(interpreter, new Lock(), (held) => held);
    case 'event':
      return new Event();
    case 'condition':
      return withLock(
        interpreter,
        lock === undefined ? new Lock() : interpreter.names.get<Lock>(lock),
        (held) => new Condition(held),
      );
    case 'semaphore':
      return new Semaphore(value);
    case 'bounded_semaphore':
      return new BoundedSemaphore(value);
    case 'barrier':
      return new Barrier(parties ?? NaN);
    case 'queue':
      return new Queue<unknown>(maxsize);
    case 'priority_queue':
      return new PriorityQueue<number>(maxsize);
    case 'lifo_queue':
      return new LifoQueue<unknown>(maxsize);
    default:
      throw new TypeError(`nothing is made of type ${type}`);
  }
}

function withLock(interpreter: Interpreter, lock: Lock, make: (lock: Lock) => object): object {
  const made = make(lock);
  interpreter.locks.set(made, lock);
  return made;
}
