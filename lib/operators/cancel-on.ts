import { type MonoTypeOperatorFunction, Observable, type ObservableInput, from, take } from 'rxjs';
import { CancelRequest, abortRequest, cancelledError, got, isAbortSignal, onAbort } from '../kernel/index.js';

/**
 * Cancels by a signal, or by the first value of a notifier: unsubscribes from the source and errors with CancelledError.
 *
 * ```
 * source              --a--b--c--|
 * signal              -----!
 * cancelOn(signal)    --a--x
 * ```
 *
 * Over a cold coroutine that cancels its task. Over a hot task it stops watching only; to stop the task itself give the
 * signal to `createTask(source, { signal })`. A notifier that completes without a value does nothing.
 *
 * **Cancellation:** no listener is left on the signal, however it ends.
 *
 * **Errors:** CancelledError, whose cause is the signal's reason; those of source and notifier. TypeError at the call for
 * what is neither a signal nor a notifier.
 *
 * ```ts
 * import { cancelOn, run, sleep } from 'rxtasks';
 *
 * const stop = new AbortController();
 * setTimeout(() => stop.abort('enough'), 5);
 * sleep(1000)
 *   .pipe(cancelOn(stop.signal))
 *   .subscribe({ error: (error) => console.log(error.name, error.message) }); // CancelledError enough
 * ```
 *
 * RxJS: `takeUntil`, which completes instead.
 */
export function cancelOn<T>(trigger: AbortSignal | ObservableInput<unknown>): MonoTypeOperatorFunction<T> {
  const notifier = isAbortSignal(trigger) ? null : toNotifier(trigger);
  return (source) =>
    new Observable<T>((subscriber) => {
      const stop = (request: CancelRequest) => subscriber.error(cancelledError(request));
      subscriber.add(
        notifier === null ? whenAborted(trigger as AbortSignal, stop) : onNext(notifier, stop, subscriber),
      );
      // The subscriber itself, not one around it: a source that emits while it is subscribed to sees when it is closed.
      if (!subscriber.closed) source.subscribe(subscriber);
    });
}

function toNotifier(trigger: ObservableInput<unknown>): Observable<unknown> {
  try {
    if (typeof trigger === 'object' && trigger !== null) return from(trigger);
  } catch {
    // refused below
  }
  throw new TypeError(`cancelOn(trigger): expected an AbortSignal or an Observable, got ${got(trigger)}`);
}

function whenAborted(signal: AbortSignal, stop: (request: CancelRequest) => void): (() => void) | undefined {
  const abort = () => stop(abortRequest(signal));
  if (!signal.aborted) return onAbort(signal, abort);
  abort();
  return undefined;
}

function onNext(
  notifier: Observable<unknown>,
  stop: (request: CancelRequest) => void,
  subscriber: { error(error: unknown): void },
) {
  return notifier.pipe(take(1)).subscribe({
    next: () => stop(new CancelRequest(undefined, 'notifier')),
    error: (error: unknown) => subscriber.error(error),
  });
}
