/** How full a slot is when somebody comes. @internal */
export interface Occupancy {
  /** How many run, and were not asked to end. */
  readonly active: number;
  /** How many were asked to end, and still clean up. */
  readonly leaving: number;
  /** How many wait for a place. */
  readonly waiting: number;
}

/** @internal */
export interface Limits {
  /** How many run at the same time. */
  readonly concurrency: number;
  /** How many may wait for a place. */
  readonly maxQueue: number;
}

/** What becomes of who comes: taken in, to run or to wait; left out without a word; or refused, which is an error. @internal */
export type Verdict = 'admitted' | 'dropped' | 'refused';

/** @internal */
export interface Decision {
  readonly verdict: Verdict;
  /** How many of those that run are to end, the oldest first. */
  readonly cancel: number;
  /** How many of those that wait are to be given up, the oldest first. */
  readonly discard: number;
}

/**
 * Decides what becomes of who comes to a slot, and of those that are there. It only decides: a `Slots` executes.
 *
 *                     free place    queue has room    queue is full
 *     drop            runs          waits             the newcomer is dropped
 *     enqueue         runs          waits             the newcomer is refused
 *     keepLatest      runs          waits             the oldest that waits is discarded
 *     restart         runs          the oldest that run are cancelled, the newest waits for their clean-up
 *
 * @internal
 */
export type Policy = (slot: Occupancy, limits: Limits) => Decision;

const admitted: Decision = { verdict: 'admitted', cancel: 0, discard: 0 };
const dropped: Decision = { verdict: 'dropped', cancel: 0, discard: 0 };
const refused: Decision = { verdict: 'refused', cancel: 0, discard: 0 };

function isFree({ active, leaving, waiting }: Occupancy, { concurrency, maxQueue }: Limits): boolean {
  return active + leaving < concurrency || waiting < maxQueue;
}

/** @internal */
export const drop: Policy = (slot, limits) => (isFree(slot, limits) ? admitted : dropped);

/** @internal */
export const enqueue: Policy = (slot, limits) => (isFree(slot, limits) ? admitted : refused);

/** @internal */
export const keepLatest: Policy = (slot, limits) =>
  isFree(slot, limits) ? admitted : { verdict: 'admitted', cancel: 0, discard: slot.waiting - limits.maxQueue + 1 };

/** @internal */
export const restart: Policy = ({ active, waiting }, { concurrency }) => {
  const surplus = Math.max(0, active + waiting + 1 - concurrency);
  const cancel = Math.min(active, surplus);
  return { verdict: 'admitted', cancel, discard: surplus - cancel };
};
