import { config } from 'rxjs';
import { isCancelled } from '../../errors/index.js';

type OnUnhandledError = NonNullable<typeof config.onUnhandledError>;

const ours = new WeakSet<OnUnhandledError>();

/**
 * Pipelines that are still subscribed when their run ends are told by a CancelledError, so that `finalize` runs. One that nobody
 * handles is no fault, and must not end the process as RxJS's unhandled errors do: it is dropped, and everything else passed on. RxJS
 * looks at its public `config.onUnhandledError` in a later macrotask, so this stays.
 *
 * @internal
 */
export function dropShutdownErrors(): void {
  const before = config.onUnhandledError;
  if (before !== null && ours.has(before)) return;
  const handler: OnUnhandledError = (error: unknown) => {
    if (isCancelled(error) && error.source === 'shutdown') return;
    if (before === null) throw error; // as RxJS does, from the macrotask in which it has called
    before(error);
  };
  ours.add(handler);
  config.onUnhandledError = handler;
}
