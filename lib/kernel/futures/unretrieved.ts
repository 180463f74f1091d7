import type { EventLoop } from '../loop/event-loop.js';

/**
 * How a future has failed. What waits here until somebody looks at it is this record, never the future: the future may be
 * collected, and then is the time to report. The other occasions are the end of `run()` and the end of the process.
 *
 * @internal
 */
export class Failure {
  readonly loop: EventLoop;
  readonly error: unknown;
  /** The text of the future. */
  name = '';

  constructor(loop: EventLoop, error: unknown) {
    this.loop = loop;
    this.error = error;
  }
}

const open = new Set<Failure>();
let collected: FinalizationRegistry<Failure> | undefined;
let listening = false;

/** Starts to watch a failed future. */
export function watchFailure(future: object, record: Failure): void {
  open.add(record);
  if (fresh.push(record) === 1) void forgetFrames();
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

/** Failures so recent that whoever waits for them has had no turn yet. */
let fresh: Failure[] = [];

/**
 * Until its stack is read for the first time an error of V8 holds the receivers of all frames, and so the task whose step
 * threw it, which would never be collected. Reading it costs as much as a task; most failures are retrieved before.
 */
async function forgetFrames(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await Promise.resolve();
  const records = fresh;
  fresh = [];
  for (const record of records) {
    if (!open.has(record)) continue;
    try {
      void (record.error as { readonly stack?: unknown } | null | undefined)?.stack;
    } catch {
      // whatever was thrown, it has no stack to read
    }
  }
}

/** Somebody has looked. */
export function retrieved(record: Failure): void {
  if (open.delete(record)) collected?.unregister(record);
}

/** Reports what nobody of `loop` has looked at, for instance at the end of `run()`. */
export function reportUnretrieved(loop: EventLoop): void {
  for (const record of [...open]) {
    if (record.loop === loop) report(record);
  }
}

function report(record: Failure): void {
  if (!open.delete(record)) return;
  collected?.unregister(record);
  record.loop.callExceptionHandler({
    kind: 'unretrieved',
    message: 'an exception was never retrieved: await the task, or call its result() or exception()',
    name: record.name,
    exception: record.error,
  });
}
