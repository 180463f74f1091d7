import type { Patches } from './patches.js';
import type { Clocked } from './global-timers.js';

/**
 * Replaces what tells the time: `Date` without arguments, `Date.now`, `performance.now`. Everything else of them is as ever.
 *
 * @internal
 */
export function patchDate(patches: Patches, run: Clocked, start: number): void {
  const { Date, performance } = globalThis;
  const dateNow = Date.now;
  const performanceNow = performance.now;
  const now = () => Math.floor(start + run.clock.now());

  patches.set(Date, 'now', () => (run.active ? now() : dateNow()));
  const virtual = new Proxy(Date, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 && run.active ? [now()] : args, newTarget) as object,
    apply: () => (run.active ? new Date(now()).toString() : Date()),
  });
  patches.set(globalThis, 'Date', virtual);
  patches.set(Date.prototype, 'constructor', virtual);
  patches.set(performance, 'now', () => (run.active ? run.clock.now() : performanceNow.call(performance)));
}
