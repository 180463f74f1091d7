export { type Resource, ambientActive, newResource } from './now/ambient.js';
export { isAbortSignal, onAbort } from './ground/abort-signals.js';
export { atOnce } from './tasks/at-once.js';
export {
  assertAtLeast,
  assertBody,
  assertCount,
  assertFunction,
  assertLimit,
  assertNumber,
  assertOneOf,
  assertTime,
  refusal,
} from './ground/arguments.js';
export { passAwait, takeRequest } from './tasks/await-source.js';
export { builtin } from './ground/builtin.js';
export { CancelRequest, LimitRequest, cancelFuture, cancelledError, requestBecause } from './futures/cancel.js';
export { Context, ContextVar, Token, readContext } from './now/context.js';
export { Coroutine, coroutine } from './calls/coroutine.js';
export { type CreateTaskOptions, createTask } from './calls/create-task.js';
export { Origin, currentOwner } from './now/current-owner.js';
export { allTasks, currentTask } from './calls/current-task.js';
export { adoptChild, adoptCrowd, reportLateFailure } from './sources/drive-observable.js';
export { AsyncIteration } from './sources/async-iteration.js';
export { Deque } from './ground/deque.js';
export { cancelOwned, refusalOfShutdown, unsubscribed } from './tasks/owned-task.js';
export { dropShutdownErrors } from './tasks/shutdown-errors.js';
export { drive, prepareSource, recipeText, sourceForRun } from './sources/drive.js';
export { eagerTaskFactory } from './calls/eager-task-factory.js';
export { SharedCallback } from './futures/shared-callback.js';
export { ensureFuture } from './calls/ensure-future.js';
export { EventLoop, type EventLoopOptions, type InternalOptions, type TaskFactory } from './loop/event-loop.js';
export { keepExemplars, makeExemplars } from './loop/exemplars.js';
export type { ExceptionContext, ExceptionHandler } from './futures/exception-handler.js';
export { tellOnce } from './futures/exception-handler.js';
export { reportLate } from './futures/late-failure.js';
export type { Executor, RemoteFunction, RemoteResult, RemoteTask } from './loop/executor.js';
export { Future, type FutureState } from './futures/future.js';
export { ImmediateRun } from './calls/immediate-run.js';
export { keepHost } from './clock/runtime-host.js';
export { type Host, LONGEST } from './clock/host.js';
export { activate, getEventLoop, getRunningLoop, hasActiveRun, insideHandle } from './loop/get-event-loop.js';
export { Handle, TimerHandle } from './clock/handle.js';
export {
  ADD,
  CANCEL,
  CANCELLED,
  CONSUME,
  MAKE,
  PEEK,
  REJECT,
  REMOVE,
  REQUEST,
  RESOLVE,
  RETRIEVED,
  RUN,
  type Runnable,
  SCHEDULE,
  START,
  TEXT,
  UNSCHEDULE,
  WAITING_FOR,
} from './ground/protocol.js';
export { ReadyQueue } from './clock/ready-queue.js';
export type { Resume } from './ground/resume.js';
export { type Body, Scope, currentStrand, runBody } from './calls/scope.js';
export {
  type AnySource,
  type Deferred,
  type PlatformObservable,
  type ResultOf,
  type StreamLike,
  type TaskFunction,
  type TaskSource,
  assertSource,
  isCoroutineFunction,
  isGeneratorFunction,
  kindOf,
} from './sources/source.js';
export { Watch } from './futures/watch.js';
export { Suspension, suspendedOn } from './futures/suspension.js';
export type { Strand } from './tasks/strand.js';
export type { TaskObserver } from './tasks/task-observer.js';
export { Task, type TaskOptions, abortRequest } from './tasks/task.js';
export { assertSignal, assertTaskOptions } from './tasks/task-options.js';
export { errorText, got, isErrorLike, text } from './ground/text.js';
export { type Timer, TimerQueue } from './clock/timer-queue.js';
export { reportUnretrieved } from './futures/unretrieved.js';
export { asFlushing } from './clock/virtual-flush.js';
export type { WaitingFor } from './ground/waiting-for.js';
export { waitsForPromise } from './tasks/waits-for-promise.js';
