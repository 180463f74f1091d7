/** Calls of the file system, which may be refused: that is a result here, not a failure. */
import { coroutine, resultOf } from 'rxtasks';

export type Attempt<T> = { readonly value: T } | { readonly code: string };

/**
 * Waits for a call of `node:fs/promises`, and gives its value or the code of the operating system (`ENOENT`, …).
 *
 * A promise cannot be cancelled, only left behind. This one never rejects then, so there is nothing to report about it.
 */
export const attempt = coroutine(function* <T>(call: Promise<T>) {
  const settled: Promise<Attempt<T>> = call.then(
    (value) => ({ value }),
    (error: unknown) => ({ code: codeOf(error) }),
  );
  return yield* resultOf(settled);
});

/** The code of an error of the operating system. Any other error is a mistake of ours, and thrown. */
function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && 'syscall' in error) return String(error.code);
  throw error;
}
