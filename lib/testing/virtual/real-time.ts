import { got } from '../../kernel/index.js';
import { activeRun } from './active-run.js';

/**
 * Holds the clock of {@link runVirtual} until `promise` is settled: for work that takes real time, such as that of threads,
 * processes, `node:crypto` and `node:zlib`.
 *
 * ```text
 * virtual   0 ──────▶ 1000                    ──────▶ 2000
 * real                 realTime(hash(file))─▶
 * ```
 *
 * Outside of `runVirtual` there is no clock to hold, and the promise is given back as it is.
 *
 * **Cancellation:** the clock is held until the promise is settled, whoever still waits for it.
 *
 * **Errors:** those of the promise; TypeError if it is none.
 *
 * ```ts
 * import { promisify } from 'node:util';
 * import { gzip } from 'node:zlib';
 * import { sleep } from 'rxtasks';
 * import { realTime, runVirtual } from 'rxtasks/testing';
 *
 * await runVirtual(async () => {
 *   const timeout = sleep(1000);
 *   const packed = await realTime(promisify(gzip)('text'));
 *   console.log(packed.length > 0, Date.now()); // true 0
 *   await timeout;
 *   console.log(Date.now()); // 1000
 * });
 * ```
 */
export function realTime<T>(promise: PromiseLike<T>): Promise<T> {
  if (typeof (promise as { then?: unknown } | null | undefined)?.then !== 'function') {
    throw new TypeError(`realTime(promise): expected a promise, got ${got(promise)}`);
  }
  const release = activeRun()?.holdStill();
  const settled = Promise.resolve(promise);
  if (release) void settled.then(release, release);
  return settled;
}
