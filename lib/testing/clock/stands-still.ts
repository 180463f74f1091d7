import { RuntimeError } from '../../errors/index.js';

/** After so many iterations of the loop at one moment of virtual time, it stands still. @internal */
export const MOST_TURNS = 1_000_000;

/** @internal */
export function standsStill(now: number, turns: number): RuntimeError {
  return new RuntimeError(
    `virtual time stands still at ${now} ms: something became ready ${turns} times in a row; a task that never ` +
      'waits for time to pass, `for (;;) yield`, would run for ever',
  );
}
