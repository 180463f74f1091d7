/** The longest delay that `setTimeout` takes; longer ones are armed again. @internal */
export const LONGEST = 2 ** 31 - 1;

/**
 * What hosts a loop: gives it the time and calls it when it has work. A loop asks for one call at a time; the host calls
 * `turn` and is asked again.
 *
 * @internal
 */
export interface Host {
  /** The loop's clock, in ms. */
  now(): number;
  /** Epoch milliseconds where the clock is real, else the loop's clock: what `loop.scheduler.now()` tells. */
  epoch(): number;
  /** Call `turn` as soon as possible, not before the caller has returned; `ran` handles have run since it was called last. */
  soon(ran: number): void;
  /** The call that was asked for will not come: the function that was to make it has been replaced, as fake timers are. */
  lost(): boolean;
  /** Call `turn` at `deadline`, instead of at an earlier given one. Undefined: no more. */
  at(deadline: number | undefined): void;
  /** The loop has nothing ready. */
  idle(): void;
  /** Run whole iterations until nothing is ready and no timer is due, instead of one. */
  readonly drains: boolean;
  /** Its time is not that of the world: nothing happens unless somebody drives it. */
  readonly virtual: boolean;
  /** Keep the process alive until `release`. */
  hold(): void;
  release(): void;
}
