import type { Deviation } from './deviation.js';

/** A run that still fails: the deviations that took place in it, and who overtook several that were held back. @internal */
export interface StillFails {
  readonly deviations: readonly Deviation[];
  readonly overtakers: ReadonlyMap<string, readonly number[]>;
}

/** Tries a list of deviations; null if the run does not fail, or fails in another way. */
type Try = (deviations: readonly Deviation[]) => StillFails | null;

/**
 * As few deviations as possible, each as small as possible, so that the run still fails: delta debugging. In the end none
 * can be left out.
 *
 *     1. leave out halves, quarters, …, single ones
 *     2. several that let the same step go first: one deviation of that step instead
 *     3. smaller numbers
 *
 * @internal
 */
export function minimise(found: StillFails, attempt: Try): readonly Deviation[] {
  let best = leaveOut(found, attempt);
  for (let merged = merge(best, attempt); merged !== null; merged = merge(best, attempt)) {
    best = leaveOut(merged, attempt);
  }
  return shorten(best, attempt).deviations;
}

function leaveOut(best: StillFails, attempt: Try): StillFails {
  let size = best.deviations.length;
  while (size > 0) {
    let removed = false;
    for (let from = 0; from < best.deviations.length;) {
      const { deviations } = best;
      const found = attempt([...deviations.slice(0, from), ...deviations.slice(from + size)]);
      if (found !== null && found.deviations.length < deviations.length) {
        best = found;
        removed = true;
      } else {
        from += size;
      }
    }
    if (size > 1) size >>= 1;
    else if (!removed) break;
  }
  return best;
}

function merge(best: StillFails, attempt: Try): StillFails | null {
  const { deviations, overtakers } = best;
  const byCount = [...overtakers].sort(([, a], [, b]) => b.length - a.length);
  for (const [step, overtaken] of byCount) {
    if (deviations.some((deviation) => deviation.step === step)) continue;
    const others = deviations.filter((_, i) => !overtaken.includes(i));
    const found = attempt([...others, { step, earlier: overtaken.length }]);
    if (found !== null && found.deviations.length < deviations.length) return found;
  }
  return null;
}

function shorten(best: StillFails, attempt: Try): StillFails {
  for (let i = 0; i < best.deviations.length; i++) {
    const deviation = best.deviations[i] as Deviation;
    const by = 'later' in deviation ? deviation.later : deviation.earlier;
    for (let less = 1; less < by; less++) {
      const smaller =
        'later' in deviation ? { step: deviation.step, later: less } : { step: deviation.step, earlier: less };
      const found = attempt(best.deviations.map((each, k) => (k === i ? smaller : each)));
      if (found === null || found.deviations.length > best.deviations.length) continue;
      best = found;
      break;
    }
  }
  return best;
}
