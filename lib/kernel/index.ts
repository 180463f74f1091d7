export { type Resource, ambientActive, newResource } from './ambient.js';
export { passAwait } from './await-source.js';
export { builtin } from './builtin.js';
export { CancelRequest, cancelFuture, cancelledError } from './cancel.js';
export { Context, ContextVar, Token, readContext } from './context.js';
export { Coroutine, coroutine } from './coroutine.js';
export { type CreateTaskOptions, createTask } from './create-task.js';
export { Origin, currentOwner } from './current-owner.js';
export { allTasks, currentTask } from './current-task.js';
export { adoptChild, adoptCrowd, reportLateFailure } from './drive-observable.js';
export { asyncIteratorOf } from './drive-async-iterable.js';
export { Deque } from './deque.js';
export { drive, prepareSource, recipeText, sourceForRun } from './drive.js';
export { eagerTaskFactory } from './eager-task-factory.js';
export { Endings } from './endings.js';
export { ensureFuture } from './ensure-future.js';
export { EventLoop, type EventLoopOptions, type InternalOptions, type TaskFactory, assertTime } from './event-loop.js';
export { dormantLoop } from './exemplars.js';
export type { ExceptionContext, ExceptionHandler } from './exception-handler.js';
export { tellOnce } from './exception-handler.js';
export type { Executor, RemoteFunction, RemoteResult, RemoteTask } from './executor.js';
export { Future, type FutureState } from './future.js';
export { Immediate } from './immediate.js';
export { type Host, LONGEST } from './host.js';
export { activate, getEventLoop, getRunningLoop, hasActiveRun, insideHandle } from './get-event-loop.js';
export { Handle, TimerHandle } from './handle.js';
export {
  ADD,
  CANCEL,
  CANCELLED,
  CONSUME,
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
  WAITS,
} from './protocol.js';
export { ReadyQueue } from './ready-queue.js';
export type { Resume } from './resume.js';
export { type Body, Scope, assertBody, currentStrand, runBody } from './scope.js';
export {
  type AnySource,
  type PlatformObservable,
  type ResultOf,
  type StreamLike,
  type TaskFunction,
  type TaskSource,
  assertSource,
  kindOf,
} from './source.js';
export { Suspension } from './suspension.js';
export type { Strand } from './strand.js';
export type { TaskObserver } from './task-observer.js';
export { Task, type TaskOptions, abortRequest } from './task.js';
export { errorText, got, isErrorLike, text } from './text.js';
export { type Timer, TimerQueue } from './timer-queue.js';
export { reportUnretrieved } from './unretrieved.js';
export { asFlushing } from './virtual-flush.js';
export type { Waits } from './waits.js';
export { waitsForPromise } from './waits-for-promise.js';
