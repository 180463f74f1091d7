import { got } from '../../kernel/index.js';

/**
 * One step that does not run when it usually would: `later` lets that many others go first which usually come after it,
 * `earlier` makes it go before that many which usually come first.
 *
 *     usual                            a:1 b:1 a:2 b:2
 *     { step: 'a:2', later: 1 }        a:1 b:1 b:2 a:2
 *     { step: 'b:2', earlier: 1 }      a:1 b:1 b:2 a:2
 *
 * `a:2` is the second step of the task `a`; `timer:3` the third timer that fires; `callback:4` the fourth callback.
 */
export type Deviation =
  { readonly step: string; readonly later: number } | { readonly step: string; readonly earlier: number };

/** As it stands in code. @internal */
export function deviationText(deviation: Deviation): string {
  const step = `'${deviation.step.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
  return 'later' in deviation
    ? `{ step: ${step}, later: ${deviation.later} }`
    : `{ step: ${step}, earlier: ${deviation.earlier} }`;
}

/** Refuses what is no list of deviations. @internal */
export function assertDeviations(replay: unknown): asserts replay is readonly Deviation[] {
  const call = 'explore(main, { replay })';
  if (!Array.isArray(replay)) {
    throw new TypeError(`${call}: expected the list of deviations that a failed explore() printed, got ${got(replay)}`);
  }
  const seen = new Set<string>();
  replay.forEach((deviation: unknown, i) => {
    const where = `${call}: deviation ${i + 1} of ${replay.length}`;
    if (!isDeviation(deviation)) {
      throw new TypeError(
        `${where}: expected { step: 'name:2', later: 1 } or { step: 'name:2', earlier: 1 }, got ${got(deviation)}`,
      );
    }
    if (seen.has(deviation.step)) throw new RangeError(`${where}: the step '${deviation.step}' is moved twice`);
    seen.add(deviation.step);
  });
}

function isDeviation(value: unknown): value is Deviation {
  if (typeof value !== 'object' || value === null) return false;
  const { step, later, earlier } = value as Record<string, unknown>;
  const by = later ?? earlier;
  const one = (later === undefined) !== (earlier === undefined);
  return one && typeof step === 'string' && typeof by === 'number' && Number.isInteger(by) && by > 0;
}
