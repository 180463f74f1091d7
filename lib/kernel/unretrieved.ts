import type { EventLoop } from './event-loop.js';

/**
 * Failures that nobody has looked at yet. What waits here is a record, never the future: the future may be collected,
 * and then is the time to report. The other occasions are the end of `run()` and the end of the process.
 *
 * @internal
 */
export interface FailureRecord {
  readonly loop: EventLoop;
  readonly name: string;
  readonly error: unknown;
}

const open = new Set<FailureRecord>();
let collected: FinalizationRegistry<FailureRecord> | undefined;
let listening = false;

/** Starts to watch a failed future. */
export function watchFailure(future: object, record: FailureRecord): void {
  open.add(record);
  collected ??= new FinalizationRegistry(report);
  collected.register(future, record, record);
  if (!listening) {
    listening = true;
    const host = (globalThis as { process?: { once?(event: 'exit', listener: () => void): void } }).process;
    host?.once?.('exit', () => {
      for (const left of [...open]) report(left);
    });
  }
}

/** Somebody has looked. */
export function retrieved(record: FailureRecord): void {
  if (open.delete(record)) collected?.unregister(record);
}

/** Reports what nobody of `loop` has looked at, for instance at the end of `run()`. */
export function reportUnretrieved(loop: EventLoop): void {
  for (const record of [...open]) {
    if (record.loop === loop) report(record);
  }
}

function report(record: FailureRecord): void {
  if (!open.delete(record)) return;
  collected?.unregister(record);
  record.loop.callExceptionHandler({
    kind: 'unretrieved',
    message: 'an exception was never retrieved: await the task, or call its result() or exception()',
    name: record.name,
    exception: record.error,
  });
}
