import type { Future } from '../futures/future.js';
import type { Task } from './task.js';

/** Hears what becomes of the tasks of a loop, at the very moment. @internal */
export interface TaskObserver {
  /** It was made, or is about to run its first step (eager). */
  created?(task: Task<unknown>): void;
  /** It is about to run a step. */
  stepping?(task: Task<unknown>): void;
  /** A step is over, and the task is not. */
  suspended?(task: Task<unknown>): void;
  reported?(task: Task<unknown>, progress: unknown): void;
  cancelRequested?(task: Task<unknown>): void;
  ended?(task: Task<unknown>): void;
  /**
   * `future` is what somebody waits for at a primitive; without one: the next future of the loop is what ends when a set of
   * futures does.
   */
  waiting?(on: object, future?: Future<unknown>): void;
  /** A task is about to wait for `future` in a list of waiters that are served in their order. */
  lined?(future: Future<unknown>, line: object): void;
}
