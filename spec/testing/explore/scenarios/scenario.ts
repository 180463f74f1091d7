import type { Resume } from 'rxtasks';

/** A scenario that checks itself. */
export interface ExploredScenario {
  /** The public names whose promise it keeps. */
  readonly of: readonly string[];
  readonly title: string;
  main(): Generator<void, unknown, Resume>;
}

/** Throws what no order may ever do. */
export function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}
