/** The matchers of rxtasks, on `expect(…)`. They look and do not touch: what a future holds stays as it is for others. */
export interface TaskMatchers<R> {
  /** The future, or task, has not ended. */
  toBePending(): R;
  /** The future has finished with a value equal to `expected`, as `toEqual` compares. */
  toHaveResult(expected: unknown): R;
  /**
   * The future has failed. With `expected`: by an error of that class, with a message that contains or matches it, or equal to
   * it; of a plain object the properties that it has. The failure counts as retrieved then.
   */
  toHaveFailedWith(expected?: unknown): R;
  /** The future was cancelled. With `message`: by `cancel(message)`. */
  toBeCancelled(message?: unknown): R;
  /** No task of the loop is running; `expect(undefined)`: of the default loop. */
  toHaveNoRunningTasks(): R;
}

/** The matchers of rxtasks as parts of what is expected: `toEqual({ task: expect.toHaveResult(5) })`. */
export interface AsymmetricTaskMatchers {
  toBePending(): any; // eslint-disable-line @typescript-eslint/no-explicit-any -- as those of Jest, it stands for any value
  toHaveResult(expected: unknown): any; // eslint-disable-line @typescript-eslint/no-explicit-any
  toHaveFailedWith(expected?: unknown): any; // eslint-disable-line @typescript-eslint/no-explicit-any
  toBeCancelled(message?: unknown): any; // eslint-disable-line @typescript-eslint/no-explicit-any
}
