import { coroutine, currentTask, eagerTaskFactory, Future, Runner, Task } from 'rxtasks';
import type { Coroutine, EventLoop, ExceptionContext, Lock, Resume } from 'rxtasks';

import { executeAsync } from './async-statements.js';
import { canonical } from './canonical.js';
import { holds } from './conditions.js';
import { type LoopKind, type VirtualLoop, onVirtualTimeScheduler } from './loops.js';
import { errorToJson } from './errors.js';
import { MissingName, Names } from './names.js';
import type { Body, FinalRow, Json, Program, Result, Row, Statement } from './program.js';
import { executeSync, isSync } from './sync-statements.js';
import { Variables } from './variables.js';
import type { Spelling } from './with-block.js';

/** A part of a coroutine: what `yield*` runs inside the waiting task. */
export type Steps<T> = Generator<void, T, Resume>;

/** A statement ends with this if it is, or contains, the `return` that ends the body; else with undefined. */
export type Signal = { readonly value: Json } | undefined | void;

/** Kinds of reports that traces show; the others depend on when memory is collected. */
const reported = new Set<string>(['callback', 'shutdown', 'taskgroup_parent_done']);

/** Executes one program on the public face of the library, in virtual time, and records what happens. */
export class Interpreter {
  readonly names = new Names();
  readonly variables = new Variables();
  readonly doneCallbacks = new Map<string, (subject: Future<unknown>) => void>();
  /** The locks, and those of the conditions. */
  readonly locks = new WeakMap<object, Lock>();
  readonly loop: EventLoop;
  readonly spelling: Spelling;
  /** At the end of a block the acquisition of its beginning was not in force any more. */
  lostItsLock = false;

  readonly #program: Program;
  readonly #virtual: VirtualLoop;
  readonly #runner: Runner;
  readonly #trace: Row[] = [];
  #recording = true;

  constructor(program: Program, make: LoopKind = onVirtualTimeScheduler, spelling: Spelling = 'acquire') {
    this.#program = program;
    this.spelling = spelling;
    this.#virtual = make();
    this.#runner = new Runner({ loopFactory: () => this.#virtual.loop });
    this.loop = this.#runner.getLoop();
    this.loop.setExceptionHandler((_, context) => this.#onReport(context));
    if (program.eager) this.loop.setTaskFactory(eagerTaskFactory);
  }

  /** Runs the program to its end, or to the point where nothing can happen any more. */
  async run(): Promise<Result> {
    const main = this.#runner.run(runMain(this, this.#program.main));
    const ended = await this.#drive(main);
    if (!ended) return this.#abandon({ deadlock: 'main' });

    const outcome = 'error' in ended ? { error: errorToJson(ended.error) } : { result: this.#toJson(ended.result) };
    const cleaned = await this.#drive(this.#runner.close());
    return cleaned ? this.#result(outcome) : this.#abandon({ ...outcome, deadlock: 'cleanup' });
  }

  /** Appends an event to the trace. */
  record(event: string, value?: unknown): void {
    if (!this.#recording) return;
    this.#trace.push([this.loop.time(), currentTask()?.name ?? '-', event, this.#toJson(value)]);
  }

  nameOf(future: Future<unknown>): string {
    return future instanceof Task ? future.name : this.names.nameOf(future);
  }

  /** Runs statements inside the task at hand; `caught` is what the `except` clause around them, if any, caught. */
  *block(body: Body, caught?: unknown): Steps<Signal> {
    for (const statement of body) {
      try {
        if (isSync(statement)) {
          executeSync(this, statement);
        } else {
          const signal = yield* executeAsync(this, statement, caught);
          if (signal) return signal;
        }
      } catch (error) {
        this.#recordMissing(error);
      }
    }
    return undefined;
  }

  /** Runs the statements of a callback. */
  syncBlock(body: Body): void {
    for (const statement of body) {
      try {
        this.#executeInCallback(statement);
      } catch (error) {
        this.#recordMissing(error);
      }
    }
  }

  /** The coroutine of a task. */
  taskBody(body: Body): Coroutine<Json> {
    return runBody(this, body, taskEvents, null);
  }

  /** The coroutine of a `coro` expression. */
  inlineBody(label: string | undefined, body: Body): Coroutine<Json> {
    return runBody(this, body, inlineEvents, label ?? null);
  }

  #executeInCallback(statement: Statement): void {
    if (statement.op === 'if') {
      this.syncBlock((holds(this, statement.cond) ? statement.then : statement.else) ?? []);
    } else if (isSync(statement)) {
      executeSync(this, statement);
    } else {
      throw new TypeError(`a callback cannot ${statement.op}`);
    }
  }

  #recordMissing(error: unknown): void {
    if (!(error instanceof MissingName)) throw error;
    this.record('missing', error.missing);
  }

  #onReport({ kind, exception, task }: ExceptionContext): void {
    if (!reported.has(kind)) return;
    const exc = exception === undefined ? null : exception;
    this.record('exc_handler', kind === 'callback' || !task ? { kind, exc } : { kind, exc, task: this.nameOf(task) });
  }

  /** Lets virtual time pass as long as anything can happen; undefined if the promise is still pending then. */
  async #drive<T>(promise: Promise<T>): Promise<{ result: T } | { error: unknown } | undefined> {
    let settled: { result: T } | { error: unknown } | undefined;
    promise.then(
      (result) => (settled = { result }),
      (error: unknown) => (settled = { error }),
    );
    this.#virtual.flush();
    await new Promise((resolve) => setImmediate(resolve));
    return settled;
  }

  /** The result of a program that got stuck; the run itself is ended, so that another program can run. */
  #abandon(outcome: Result['outcome']): Result {
    const result = this.#result(outcome);
    this.loop.stop();
    this.#virtual.flush();
    return result;
  }

  #result(outcome: Result['outcome']): Result {
    this.#recording = false;
    const time = this.loop.time();
    const final = [...this.names.outcomes<Future<unknown>>()].map(([name, future]) => this.#finalRow(name, future));
    return { id: this.#program.id, trace: canonical(this.#trace), final, outcome, time };
  }

  #finalRow(name: string, future: Future<unknown>): FinalRow {
    const cancelling = future instanceof Task ? future.cancelling() : null;
    if (!future.done()) return [name, 'pending', null, cancelling];
    if (future.cancelled()) return [name, 'cancelled', null, cancelling];
    const exception = future.exception();
    if (exception !== null) return [name, 'failed', errorToJson(exception), cancelling];
    return [name, 'finished', this.#toJson(future.result()), cancelling];
  }

  readonly #toJson = (value: unknown): Json => {
    if (value === undefined || value === null) return null;
    if (value instanceof Error) return errorToJson(value);
    if (value instanceof Future) return { $ref: this.nameOf(value) };
    if (Array.isArray(value)) return value.map(this.#toJson);
    if (typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, this.#toJson(field)]));
    }
    return value as Json;
  };
}

const taskEvents = { start: 'start', end: 'end', exit: 'exit' };
const inlineEvents = { start: 'coro_start', end: 'coro_end', exit: 'coro_exit' };

/** Runs a body from its first event to its last. */
const runBody = coroutine(function* (on: Interpreter, body: Body, events: typeof taskEvents, label: Json) {
  on.record(events.start, label);
  let signal: Signal;
  try {
    signal = yield* on.block(body);
  } catch (error) {
    on.record(events.exit, error);
    throw error;
  }
  const value = signal ? signal.value : null;
  on.record(events.end, value);
  return value;
});

/** Runs the body of the main task, which gets its name first. */
const runMain = coroutine(function* (on: Interpreter, body: Body) {
  const task = currentTask();
  if (!task) throw new TypeError('the main body runs outside a task');
  task.name = 'main';
  on.names.bind('main', task, true);
  return yield* on.taskBody(body);
});

/** Executes one program; the result is comparable with the oracle's. */
export function interpret(program: Program, make?: LoopKind): Promise<Result> {
  return new Interpreter(program, make).run();
}
