import { isCancelled } from '../../errors/index.js';
import { type ExceptionContext, tellOnce } from './exception-handler.js';
import type { Future } from './future.js';

/** Tells, once, of the failure of `future`, if it has failed: it can reach nobody any more. @internal */
export function reportLate(
  future: Future<unknown>,
  message: string,
  subject: Pick<ExceptionContext, 'task' | 'future'> = { future },
): void {
  if (!future.failed) return;
  const exception = future.exception();
  if (isCancelled(exception) || !tellOnce(future)) return;
  future.loop.callExceptionHandler({ kind: 'late-failure', message, exception, ...subject });
}
