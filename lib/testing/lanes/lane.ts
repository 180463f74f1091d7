/**
 * The life of a task as those see it who look at it from outside: a list of moments, and how it waits between them.
 *
 * ```
 * s--p--(r|)     starts at 0, reports p at 3, finishes with r at 6
 * s--!~~x        is asked to cancel at 3, cleans up for 2 ms, ends cancelled at 6
 * ```
 *
 * docs/lanes.md explains the notation; parse-lane.ts reads it, draw-lanes.ts writes it, lane-recorder.ts fills it in.
 */

/** What happens to a task at one moment. @internal */
export interface LaneEvent {
  readonly frame: number;
  readonly kind: 'started' | 'reported' | 'cancel requested' | 'finished' | 'failed' | 'cancelled';
  /** What was reported, the result, or the error. */
  readonly value?: unknown;
}

/** How it spends a frame in which nothing happens. @internal */
export interface LaneWait {
  readonly frame: number;
  readonly kind: 'waiting' | 'cleaning up';
}

/** @internal */
export interface Lane {
  readonly events: readonly LaneEvent[];
  /** From a frame on it waits like that; until the first of these it just waits. */
  readonly waits: readonly LaneWait[];
}

/** The letters in `marks` stand for the values of events: of reports and of the result. @internal */
export interface DrawableLane extends Lane {
  readonly marks: ReadonlyMap<LaneEvent, string>;
}

/** @internal */
export interface ExpectedLane extends DrawableLane {
  /** The frames between a request to cancel and the end that the diagram says something about. */
  readonly claims: readonly LaneWait[];
}

/** @internal */
export function isEnd({ kind }: LaneEvent): boolean {
  return kind === 'finished' || kind === 'failed' || kind === 'cancelled';
}

/** Can it stand for a value: of a report or of a result? @internal */
export function isLetter(character: string): boolean {
  return /^[\p{L}\p{N}]$/u.test(character);
}

/** How the task of `lane` spends `frame` if nothing happens in it. @internal */
export function waitAt({ waits }: Lane, frame: number): LaneWait['kind'] {
  return waits.findLast((wait) => wait.frame <= frame)?.kind ?? 'waiting';
}

/** What stands for an event in a diagram, character by character. @internal */
export function charactersOf(event: LaneEvent, mark: string | undefined): string[] {
  switch (event.kind) {
    case 'started':
      return ['s'];
    case 'reported':
      return [mark ?? '?'];
    case 'cancel requested':
      return ['!'];
    case 'finished':
      return mark === undefined ? ['|'] : [mark, '|'];
    case 'failed':
      return ['#'];
    case 'cancelled':
      return ['x'];
  }
}
